"""Keep in Redis that processes live, and try whether Redis takes a write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from worker.store.redis import (
    Connection,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    reachable,
)

ALIVE_S = 30
"""A process that said nothing for so long is dead, or can't reach Redis."""

FORGET_S = 7 * 86_400
"""A process that died is remembered for so long."""

_ALIVE, _PROCESSES = "sluice::alive:", "sluice::processes"
_TRIED = "sluice::tried"


class Signs:
    """The signs of life of all processes, on all hosts. Calls may raise StoreDown."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def now(self) -> float:
        """Return the time of Redis's clock, which all hosts share, in seconds since 1970."""
        with reachable():
            seconds, micros = self._redis.time()
        return float(seconds + micros / 1e6)

    def show(self, name: str, text: str, now: float) -> None:
        """Store a sign of life, in one round trip."""
        with reachable():
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.set(_ALIVE + name, text, ex=ALIVE_S)
            pipeline.hset(_PROCESSES, name, str(now))
            pipeline.execute()

    def end(self, name: str) -> None:
        """Remove the sign of a process that ends in order. When it lived stays known."""
        with reachable():
            self._redis.delete(_ALIVE + name)

    def shown(self) -> tuple[Mapping[str, float], list[str]]:
        """Return the last time of each process, and the signs of those that are alive."""
        with reachable():
            found = cast("dict[str, str]", self._redis.hgetall(_PROCESSES))
            names = sorted(found)
            texts = self._redis.mget([_ALIVE + one for one in names]) if names else []
        times = {name: float(found[name]) for name in names}
        alive = [text for text in texts if text]
        latest = max(times.values(), default=0.0)
        old = [name for name, at in times.items() if at < latest - FORGET_S]
        return {name: at for name, at in times.items() if name not in old}, alive

    def forget_old(self) -> None:
        """Remove processes that died long ago."""
        times, _ = self.shown()
        with reachable():
            gone = [one for one in self._redis.hkeys(_PROCESSES) if one not in times]
            if gone:
                self._redis.hdel(_PROCESSES, *gone)

    def why_not_writable(self) -> str:
        """Write a key; return why Redis takes no write, "" if it does.

        Raises StoreDown if it does not answer at all.
        """
        with reachable():
            try:
                self._redis.set(_TRIED, 1, ex=60)
            except ReadOnlyError:
                return "is a read-only replica: point SLUICE_REDIS_URL to the primary"
            except OutOfMemoryError:
                return "is full: raise its maxmemory, or remove what else uses it"
            except ResponseError as error:
                return f"takes no write: {' '.join(str(error).split())[:200]}"
        return ""
