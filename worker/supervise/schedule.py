"""Queue what is due, whatever happens to Redis: beat's part of the same promise."""

from __future__ import annotations

from typing import Any

from celery.beat import ScheduleEntry
from celery.beat import Scheduler as CeleryScheduler

from worker.link.words import why
from worker.supervise import alive
from worker.supervise.say import Teller

_STEP_S, _MOST_S = 0.5, 2.0


class Scheduler(CeleryScheduler):  # type: ignore[misc]
    """Celery's plain scheduler. It keeps no file: all its jobs can run again without harm."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._teller = Teller()
        # Celery sleeps until the next job is due: whether beat lives is asked more often.
        super().__init__(*args, **{**kwargs, "max_interval": 1.0})

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Queue what is due; return the seconds until the next look."""
        wait = super().tick(*args, **kwargs)
        alive.turn()
        return float(wait)

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Queue one job. If it fails, say why in a line: its next time comes."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:
            self._teller.warn(f"{entry.name} is not queued, its next time comes: {why(error)}")
        else:
            self._teller.well("jobs are queued again")

    def _ensure_connected(self) -> Any:
        return self.connection.ensure_connection(
            lambda error, _: self._teller.warn(f"no jobs are queued: {why(error)}"),
            None,
            interval_start=_STEP_S,
            interval_step=_STEP_S,
            interval_max=_MOST_S,
        )
