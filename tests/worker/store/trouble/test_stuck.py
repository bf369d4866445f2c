"""What was told is told once, and again if it is stuck anew."""

from __future__ import annotations

from worker.store.work_queue import Store


def test_each_stuck_issue_is_told_once_for_each_time_it_is_stuck(store: Store) -> None:
    store.stuck.note("1", "monday")
    assert store.stuck.untold({"1": "monday", "2": "monday"}) == ["2"]
    assert store.stuck.untold({"1": "tuesday"}) == ["1"]
    assert store.stuck.untold({}) == [] and store.stuck.untold({"1": "monday"}) == ["1"]
