"""Lost tasks are queued again, once each; those that only wait in the queue are not."""

from __future__ import annotations

import pytest

from worker import tasks
from worker.store.work_queue import Store

DUE = "sluice:main:due"


@pytest.fixture
def queue(redis_url: str) -> Store:
    return Store(redis_url, "main", tasks.message("main"))


def pop(queue: Store, count: int = 1) -> None:
    """Take tasks as a worker does."""
    for _ in range(count):
        assert queue._redis.rpop("sluice")


def later(queue: Store) -> None:
    """Let the time pass until which a worker may have what it took."""
    for issue in queue._redis.zrange(DUE, 0, -1):  # type: ignore[union-attr]
        queue._redis.zadd(DUE, {issue: 1})


def test_what_waits_in_the_queue_is_not_lost(queue: Store) -> None:
    for issue in range(1000):
        queue.admit(str(issue))
    assert queue.lost.sweep() == []
    later(queue)
    assert queue.lost.sweep() == [] and queue._redis.llen("sluice") == 1000


def test_the_tasks_that_died_with_a_worker_are_queued_again_ahead_of_all(queue: Store) -> None:
    for issue in range(20):
        queue.admit(str(issue))
    pop(queue, 8)  # and the worker was killed
    pop(queue)
    assert queue.begin("8").events
    assert queue.lost.sweep() == [], "another worker may have taken them ahead"
    later(queue)
    queue._redis.zrem(DUE, "8")
    assert sorted(queue.lost.sweep()) == [str(issue) for issue in range(8)]
    later(queue)
    assert queue.lost.sweep() == [] and queue._redis.llen("sluice") == 11 + 8
    assert ":again:" in str(queue._redis.lindex("sluice", -1))


def test_the_last_tasks_of_all_are_found_by_the_empty_queue(queue: Store) -> None:
    queue.admit("1")
    pop(queue)
    assert queue.lost.sweep() == []
    later(queue)
    assert queue.lost.sweep() == ["1"]
    assert queue.begin("1").events and queue._redis.zcard("sluice:main:queued") == 0


def test_no_task_is_lost_while_its_site_pauses_or_its_issue_is_locked(queue: Store) -> None:
    queue.admit("1")
    pop(queue)
    with queue.lock("1"):
        queue.lost.sweep()
        later(queue)
        assert queue.lost.sweep() == []
    later(queue)
    queue.hold(60)
    assert queue.lost.sweep() == []


def test_three_passes_queue_an_issue_once(queue: Store) -> None:
    assert [queue.requeue("1") for _ in range(3)] == [True, False, False]


def test_the_clock_put_back_makes_no_issue_wait(queue: Store) -> None:
    queue.admit("1")
    pop(queue)
    queue.lost.sweep()
    queue._redis.zadd(DUE, {"1": 9e12})
    queue.lost.sweep()
    later(queue)
    assert queue.lost.sweep() == ["1"]


def test_what_waits_is_counted_from_its_event_to_its_end(queue: Store) -> None:
    assert queue.oldest_pending() is None
    queue.admit("1")
    first = queue.oldest_pending()
    queue.admit("2")
    assert first is not None and queue.oldest_pending() == first
    assert queue.pending_count() == 2
    begun = queue.begin("1", "token")
    queue.done("1", begun.events or "", "token")
    queue.forget("2")
    assert queue.pending_count() == 0 and queue._redis.keys("sluice:main:due") == []


def test_a_mark_of_an_older_version_is_found_once(queue: Store) -> None:
    queue._redis.set("sluice:main:pending:7", "1000000")
    queue.admit("8")
    assert (queue.lost.adopt(), queue.lost.adopt()) == (1, 0)
    assert queue.pending_count() == 2
    later(queue)
    assert queue.lost.sweep() == ["7"]


@pytest.mark.slow
def test_twenty_thousand_tasks_that_wait_get_no_duplicate(queue: Store) -> None:
    for issue in range(20_000):
        queue.admit(str(issue))
    pop(queue, 8)  # and the worker was killed
    pop(queue)
    assert queue.begin("8", "token").events
    again: list[str] = []
    for _ in range(5):
        again += queue.lost.sweep()
        later(queue)
    assert sorted(again) == [str(issue) for issue in range(8)], "each once"
    assert queue._redis.llen("sluice") == 20_000 - 9 + 8
    assert queue.pending_count() == 20_000


def test_what_waits_is_told_of_many_at_once(queue: Store) -> None:
    queue.admit("1")
    assert queue.lost.waiting(["1", "2"]) == {"1"} and queue.lost.waiting([]) == set()
