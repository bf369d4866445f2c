"""What is due is known in Redis, whatever happens to beat."""

from __future__ import annotations

from worker.store.site.due import Due

JOBS = {"reconcile-main": 600.0}


def test_a_beat_that_starts_anew_queues_what_is_due(redis_url: str) -> None:
    first = Due(redis_url)
    assert first.take(JOBS) == []
    first.soon("reconcile-main", 0)  # nine minutes, and then one more
    second = Due(redis_url)
    assert second.take(JOBS) == ["reconcile-main"]
    assert first.take(JOBS) == second.take(JOBS) == [], "two beats queue it once"


def test_after_a_wipe_everything_is_due(redis_url: str) -> None:
    due = Due(redis_url)
    due.take(JOBS)
    due._connection.client.flushall()
    assert due.take(JOBS) == ["reconcile-main"]


def test_a_clock_put_back_makes_no_job_wait_longer_than_its_period(redis_url: str) -> None:
    due = Due(redis_url)
    due.soon("reconcile-main", 1e7)
    assert due.take(JOBS) == []
    key = due._connection.key("due")
    now = due._connection.client.time()[0]  # type: ignore[index]
    assert float(due._connection.client.hget(key, "reconcile-main") or 0) / 1000 <= now + 601  # type: ignore[arg-type]
