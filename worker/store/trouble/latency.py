"""Read how long events waited for their triage. The script that closes a triage counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from worker.store.atomic_scripts import LATENCY_S
from worker.store.redis import Connection, reachable


@dataclass(frozen=True)
class Histogram:
    """The triages by the seconds since their event.

    `within` has the upper bound of each bucket and all triages up to it, as Prometheus has them.
    """

    within: tuple[tuple[float, int], ...]
    count: int
    sum_s: float


class Latency:
    """The times of the triages of one site. Every call may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> Histogram:
        """Return the histogram of all triages that were done. Takes one round trip."""
        with reachable():
            found = self._connection.client.hgetall(self._connection.key("latency"))
        counts = cast("dict[str, str]", found)
        within, total = [], 0
        for bound in LATENCY_S:
            total += int(counts.get(str(bound), 0))
            within.append((float(bound), total))
        return Histogram(
            tuple(within), total + int(counts.get("inf", 0)), int(counts.get("sum_ms", 0)) / 1000
        )
