"""How long events waited until their write."""

from __future__ import annotations

import time

from worker.store.site.latency import STEPS_S
from worker.store.work_queue import Store


def written(store: Store, issue: str, seconds_ago: float, outcome: str = "written") -> None:
    store.admit(issue)
    at = time.time() - seconds_ago
    store._redis.zadd("sluice:main:waiting_since", {issue: int(at * 1000)})
    begun = store.begin(issue)
    assert begun.events and store.done(issue, begun.events, outcome=outcome)


def test_writes_are_counted_by_how_long_their_event_waited(store: Store) -> None:
    for issue, seconds in (("1", 0.0), ("2", 3.0), ("3", 40.0), ("4", 10_000.0)):
        written(store, issue, seconds)
    written(store, "5", 3.0, outcome="unchanged")
    waits = store.latency.read()
    assert waits.count == 4 and waits.steps[STEPS_S[-1]] == 3
    assert [waits.steps[step] for step in (2, 5, 30, 60)] == [1, 2, 2, 3]
    assert 10_043 <= waits.seconds < 10_100
