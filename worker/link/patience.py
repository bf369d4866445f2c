"""Wait for Redis once, not again and again: one time limit, and a fuse while it hangs.

A server that hangs costs each caller the whole time limit, and a web process has few threads. After
the first that waited in vain, the fuse is out: for a moment all others fail at once, then one tries
again.
"""

from __future__ import annotations

import builtins
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ReadOnlyError, TimeoutError
from redis.retry import Retry

T = TypeVar("T")

PATIENT_S = 5.0
"""The time limit of a command for workers: they have time, and no one waits for their answer."""

HASTY_S = 1.0
"""The time limit for the web process: Jira gets its 503 in less than two seconds."""

OUT_S = 1.0
"""How long the fuse stays out before one caller tries again."""

_limit_s = PATIENT_S


def be_hasty() -> None:
    """Let all connections that this process opens from now on wait for a second only."""
    global _limit_s
    _limit_s = HASTY_S


def limit_s() -> float:
    """Return the time limit of a command, in seconds, for new connections."""
    return _limit_s


class Hangs(TimeoutError):
    """Redis answered nobody a moment ago, so nothing was asked."""


class Fuse:
    """Goes out when a command waits in vain; one caller at a time tries whether it holds again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._until: float | None = None
        self._trying = 0
        """The thread that tries whether Redis answers again."""

    def check(self) -> None:
        """Raise Hangs while the fuse is out, except for one caller after each OUT_S."""
        if not self.out:
            return
        with self._lock:
            until = self._until
            if until is None or self._trying == threading.get_ident():
                return
            if self._clock() < until:
                raise Hangs("it hangs: it answered nobody a moment ago")
            # This thread tries; others fail at once until it knows.
            self._trying = threading.get_ident()
            self._until = self._clock() + _limit_s + OUT_S

    def blow(self) -> None:
        """Note that a command waited in vain."""
        with self._lock:
            self._until, self._trying = self._clock() + OUT_S, 0

    def mend(self) -> None:
        """Note that Redis answered."""
        with self._lock:
            self._until, self._trying = None, 0

    @property
    def out(self) -> bool:
        """Return whether a command waited in vain and none has been answered since."""
        return self._until is not None


class Once(Retry):
    """Repeat a command once, on a new connection, but not one that waited in vain.

    A restart, and a failover that left us at a replica, cost no event that way. To wait twice for a
    server that hangs would only take twice as long.
    """

    def __init__(self, fuse: Fuse) -> None:
        errors = (ConnectionError, TimeoutError, ReadOnlyError, OSError)
        super().__init__(NoBackoff(), 1, errors)
        self._fuse = fuse

    def __deepcopy__(self, memo: dict[int, Any]) -> Once:
        return self  # redis-py copies it for each connection: the fuse is for all of them

    def call_with_retry(
        self,
        do: Callable[[], T],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> T:
        """Do it, and once more if the connection broke. See redis.retry.Retry."""
        try:
            return self._do(do)
        except self._supported_errors as error:
            if is_retryable and not is_retryable(error):
                raise
            fail(error, 1) if with_failure_count else fail(error)
            if waited_in_vain(error):
                self._fuse.blow()
                raise
        try:
            return self._do(do)
        except self._supported_errors as error:
            fail(error, 2) if with_failure_count else fail(error)
            if waited_in_vain(error):
                self._fuse.blow()
            raise

    def _do(self, do: Callable[[], T]) -> T:
        done = do()
        if self._fuse.out:
            self._fuse.mend()
        return done


_DEEPEST = 10
"""Errors that are raised again may form a circle."""


def waited_in_vain(error: BaseException) -> bool:
    """Return whether the error, or what caused it, is a time limit."""
    seen: BaseException | None = error
    for _ in range(_DEEPEST):
        if seen is None:
            break
        # In Python 3.10 and later, socket.timeout is the built-in TimeoutError.
        if isinstance(seen, (TimeoutError, builtins.TimeoutError, BlockingIOError)):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
