"""Take tasks from the queue, whatever happens to Redis.

Celery's consumer ends, and its worker with it, on errors that Celery does not expect: a failover
(celery#7946), an error while it closes a connection that is broken already. Here every error is one
to recover from.
"""

from __future__ import annotations

import time
from typing import Any

from celery.exceptions import WorkerShutdown
from celery.worker import consumer as celery_consumer
from celery.worker.state import maybe_shutdown
from kombu.utils.functional import retry_over_time

from worker.link.words import why
from worker.running.supervise import alive
from worker.running.supervise.say import Teller, log, say_faults_in_a_line
from worker.store.redis import RedisError

STEP_S, MOST_S = 0.5, 2.0
"""The wait between two tries to connect: it grows by the step up to the most."""

STRANGE = 5
"""After so many errors in a row that are not of Redis, a new process is better than another try."""

_TURN_S = 1.0


class Consumer(celery_consumer.Consumer):  # type: ignore[misc]
    """Celery's consumer that reconnects after each error and says why in a line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_faults_in_a_line()
        self.connection_errors: tuple[type[Exception], ...] = (Exception,)
        self.connection: Any = None
        self._teller, self._strange, self._failed = Teller(), 0, 0

    def ensure_connected(self, conn: Any) -> Any:
        """Connect, and try again for as long as it takes."""
        retry_over_time(  # type: ignore[no-untyped-call]
            conn.connect,
            Exception,
            errback=self._refused,
            interval_start=STEP_S,
            interval_step=STEP_S,
            interval_max=MOST_S,
            callback=maybe_shutdown,
        )
        self.first_connection_attempt = False
        return conn

    def _refused(self, error: Exception, intervals: Any, retries: int) -> float:
        self._say(error)
        return float(next(intervals))

    def _say(self, error: Exception) -> None:
        self._teller.warn(f"no tasks are taken, Sluice connects again: {why(error)}")

    def register_with_event_loop(self, hub: Any) -> None:
        """Begin to note the turns of the loop; Celery ends this with the connection."""
        super().register_with_event_loop(hub)
        hub.timer.call_repeatedly(_TURN_S, self._turn)

    def _turn(self) -> None:
        alive.turn()
        self._strange = self._failed = 0
        self._teller.well("tasks are taken again")

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Note an error of a connection that never was."""
        self._note(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Note the error and drop the connection. What fails on the way is of no interest."""
        alive.stop()
        self._note(exc)
        broken, self.connection = self.connection, None
        _drop(broken)

    def _note(self, error: Exception) -> None:
        self._say(error)
        if not isinstance(error, (RedisError, OSError)):
            log.debug("the consumer failed", exc_info=error)
            self._strange += 1
        if self._strange >= STRANGE:
            log.error("the consumer failed %d times in a row, the process ends", STRANGE)
            raise WorkerShutdown(1)
        self._failed += 1
        if self._failed > 1:
            self._pause(min(self._failed * STEP_S, MOST_S))

    def _pause(self, seconds: float) -> None:
        """Wait, and notice the wish to end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            maybe_shutdown()
            time.sleep(0.1)


def _drop(connection: Any) -> None:
    """Close the sockets of a broken connection.

    kombu would first put back what is not confirmed, and ask the server that is gone. It comes
    back anyway: Sluice queues each pending issue that no living task is at.
    """
    if connection is None:
        return
    for step in (lambda: connection.collect(socket_timeout=1), connection.close):
        try:
            step()
        except Exception as error:
            log.debug("while a broken connection is closed: %s", error)
