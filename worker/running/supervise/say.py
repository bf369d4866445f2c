"""Say a state once when it begins, and now and then while it lasts: not each second."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from worker.store.redis import RedisError

AGAIN_S = 60.0

log = logging.getLogger("sluice")


class _InALine(logging.Filter):
    """Celery logs a task that goes back, or can't be confirmed, with a traceback each time."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the traceback of what the line itself says."""
        error = record.exc_info and record.exc_info[1]
        if isinstance(error, (RedisError, OSError)) or type(error).__name__ == "Reject":
            record.exc_info = None
        return True


def say_faults_in_a_line() -> None:
    """Log what follows from a fault of Redis in one line. The worker's processes inherit this."""
    for name in ("celery.app.trace", "celery.worker.request", "celery.worker.consumer.consumer"):
        logging.getLogger(name).addFilter(_InALine())


class Teller:
    """Logs a line if it is another one than the last, or if the last is a minute old."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said, self._at = "", 0.0

    def warn(self, line: str) -> None:
        """Log a state that is not well."""
        if line != self._said or self._clock() - self._at >= AGAIN_S:
            log.warning("%s", line)
            self._said, self._at = line, self._clock()

    def well(self, line: str) -> None:
        """Log that the trouble is over; says nothing if there was none."""
        if self._said:
            log.info("%s", line)
            self._said = ""
