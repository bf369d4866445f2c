"""Count how long events waited until their write, by steps: a histogram of all processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from worker.store.redis import Connection, reachable

STEPS_S = (0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600)
"""The upper ends of the steps. What took longer counts in the whole only."""

_STEPS_MS = ", ".join(str(int(step * 1000)) for step in STEPS_S)

NOTE = f"""
local since = redis.call('ZSCORE', site .. 'waiting_since', ARGV[3])
if since and ARGV[5] == 'triage_written' then
  local took, step = math.max(now - tonumber(since), 0), 'more'
  for _, ms in ipairs({{{_STEPS_MS}}}) do
    if took <= ms then
      step = string.format('%d', ms)
      break
    end
  end
  redis.call('HINCRBY', site .. 'latency', step, 1)
  redis.call('HINCRBY', site .. 'latency', 'sum', string.format('%d', took))
end
"""
"""A part of the script that closes a triage, so it costs no round trip."""


@dataclass(frozen=True)
class Waits:
    """The number of writes by step, each with those of the shorter steps, and all their seconds."""

    steps: Mapping[float, int]
    count: int
    seconds: float


class Latency:
    """The histogram of a site. Calls may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> Waits:
        """Return how long events waited."""
        with reachable():
            raw = self._connection.client.hgetall(self._connection.key("latency"))
        found = {name: int(count) for name, count in cast("dict[str, str]", raw).items()}
        steps, count = dict[float, int](), 0
        for step in STEPS_S:
            count += found.get(str(int(step * 1000)), 0)
            steps[step] = count
        return Waits(steps, count + found.get("more", 0), found.get("sum", 0) / 1000)
