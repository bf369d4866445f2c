"""The time from an event to the end of its triage is counted by Redis."""

from __future__ import annotations

from worker.store.trouble.latency import Histogram
from worker.store.work_queue import DeadLetter, Store

SINCE = "sluice:main:waiting_since"


def triage(store: Store, issue: str, waited_s: int) -> None:
    """Close the triage of an issue whose event is so old."""
    store.admit(issue)
    since = store._redis.zscore(SINCE, issue)
    store._redis.zadd(SINCE, {issue: float(str(since)) - waited_s * 1000})
    events = store.begin(issue, "token").events
    assert events and store.done(issue, events, "token", "written")


def test_each_triage_counts_in_the_bucket_of_its_wait(store: Store) -> None:
    assert store.latency.read().count == 0
    for issue, waited in (("1", 0), ("2", 15), ("3", 45), ("4", 9_000)):
        triage(store, issue, waited)
    found: Histogram = store.latency.read()
    within = dict(found.within)
    assert (within[20.0], within[60.0], within[3600.0], found.count) == (2, 3, 3, 4)
    assert found.sum_s >= 9_060


def test_a_dead_letter_is_no_write(store: Store) -> None:
    store.admit("1")
    events = store.begin("1", "token").events or ""
    store.bury(DeadLetter("1", "refused", "2026-12-01T00:00:00+00:00"), events, "token")
    assert store.latency.read().count == 0
