"""Count in this process, and add the counts to Redis every five seconds: no round trip each."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from worker.store.redis import Connection, StoreDown, reachable

EVERY_S = 5.0

MOST_NAMES = 1_000
"""So many counters wait at most while Redis is down: names can come from what Jira answers."""

log = logging.getLogger("sluice")


class Tally:
    """Counters and times of one site. What a killed process has not added yet is lost: 5 s."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()
        self._counts: Counter[str] = Counter()
        self._times: dict[str, str] = {}
        self._timer: threading.Timer | None = None

    def add(self, *names: str) -> None:
        """Increase counters by one."""
        with self._lock:
            for name in names:
                if name in self._counts or len(self._counts) < MOST_NAMES:
                    self._counts[name] += 1
            self._wake()

    def note(self, *names: str) -> None:
        """Note that something happens now: `times` returns the last time of each name."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._lock:
            self._times.update(dict.fromkeys(names, now))
            self._wake()

    def times(self) -> Mapping[str, datetime]:
        """Return the last time of each name. Raises StoreDown."""
        with reachable():
            raw = self._connection.client.hgetall(self._connection.key("last"))
        found = cast("dict[str, str]", raw)
        return {name: datetime.fromisoformat(text) for name, text in found.items()}

    def counts(self) -> Mapping[str, int]:
        """Return the counters of all processes. Raises StoreDown."""
        with reachable():
            raw = self._connection.client.hgetall(self._connection.key("tally"))
        return {name: int(count) for name, count in sorted(cast("dict[str, str]", raw).items())}

    def flush(self) -> None:
        """Add what was counted, in one round trip. If Redis is down, it is kept for later."""
        with self._lock:
            self._timer = None
            counts, times = self._counts, self._times
            self._counts, self._times = Counter(), {}
        try:
            self._write(counts, times)
        except StoreDown as down:
            log.debug("the counts are added later: %s", down)
            with self._lock:
                self._counts.update(counts)
                self._times = {**times, **self._times}
                self._wake()

    def _wake(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(EVERY_S, self.flush)
            self._timer.daemon = True
            self._timer.start()

    def _write(self, counts: Counter[str], times: Mapping[str, str]) -> None:
        key = self._connection.key
        with reachable():
            pipeline = self._connection.client.pipeline(transaction=False)
            for name, count in counts.items():
                pipeline.hincrby(key("tally"), name, count)
            for name, time in times.items():
                pipeline.hset(key("last"), name, time)
            pipeline.execute()
