"""Queue what is due, whatever happens to Redis or to beat itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from celery.beat import Scheduler as CeleryScheduler

from worker.link.words import why
from worker.running.supervise import alive
from worker.running.supervise.say import Teller
from worker.store.redis import StoreDown
from worker.store.site.due import Due

_STEP_S, _MOST_S = 0.5, 2.0

_TURN_S = 1.0
"""The time between two looks at what is due."""


class Scheduler(CeleryScheduler):  # type: ignore[misc]
    """A scheduler that keeps its times in Redis, so that a restart of beat forgets nothing.

    All jobs can run again without harm. The address of Redis is the app's `sluice_redis_url`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._teller = Teller()
        super().__init__(*args, **{**kwargs, "max_interval": _TURN_S})

    @cached_property
    def _due(self) -> Due:
        return Due(self.app.conf.sluice_redis_url)

    def tick(self, *_: object, **__: object) -> float:
        """Queue what is due; return the seconds until the next look."""
        jobs = {name: entry.schedule.seconds for name, entry in self.schedule.items()}
        try:
            for name in self._due.take(jobs):
                self._send(name)
        except StoreDown as down:
            self._teller.warn(f"no jobs are queued: {down}")
        alive.turn()
        return _TURN_S

    def _send(self, name: str) -> None:
        """Queue one job. If it fails, say why in a line, and let it be due again soon."""
        try:
            self.apply_async(self.schedule[name], producer=self.producer, advance=False)
        except Exception as error:  # of the broker, by many names
            self._due.soon(name, _MOST_S)
            self._teller.warn(f"{name} is not queued, it is due again soon: {why(error)}")
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
