"""Counts that wait in the process."""

from __future__ import annotations

from pathlib import Path

from cli.demo_run.redis_server import RedisServer
from tests.waiting import until
from worker.store.work_queue import Store


def test_counts_and_times_come_to_redis_by_themselves(redis_url: str) -> None:
    store = Store(redis_url, "main")
    store.tally.add("delivery_queue", "delivery_queue", "jira_200_ok")
    store.tally.note("triage")
    until(lambda: store.tally.counts() == {"delivery_queue": 2, "jira_200_ok": 1})
    assert set(store.tally.times()) == {"triage"}


def test_counts_wait_while_redis_is_down(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        store = Store(redis.url, "main")
        store.tally.add("a")
        redis.stop()
        store.tally.flush()
        store.tally.add("a")
        assert store.tally._counts == {"a": 2}
