"""Work in flight on a real Redis: what is admitted, what is never lost, what ends."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.demo_run.redis_server import RedisServer
from tests.waiting import until
from worker.store.redis import StoreDown
from worker.store.work_queue import DeadLetter, Locked, Store

AT = "2026-11-23T10:00:00+00:00"


def begun(store: Store, issue: str = "1") -> str:
    events = store.begin(issue).events
    assert events is not None
    return events


def test_the_first_event_of_an_issue_is_queued_and_the_next_ones_are_not(store: Store) -> None:
    assert [store.admit("1")[0] for _ in range(3)] == ["queue", "pending", "pending"]
    assert store.admit("2")[0] == "queue"


def test_an_issue_whose_task_was_lost_with_a_worker_is_queued_again_by_its_next_event(
    store: Store,
) -> None:
    store.admit("1")
    assert store.admit("1")[0] == "pending"
    store._redis.delete("sluice:main:queued")  # a mark of an earlier version has no place in it
    assert store.admit("1")[0] == "queue"
    assert store.admit("1")[0] == "pending"


def test_a_repeated_delivery_counts_once_even_when_its_triage_is_done(store: Store) -> None:
    store.admit("1", "delivery-1")
    store.done("1", begun(store))
    assert store.admit("1", "delivery-1") == ("duplicate", 0)
    assert store.admit("1", "delivery-2")[0] == "queue"


def test_our_own_events_are_told_by_our_account(store: Store) -> None:
    assert store.admit("1", actor="me")[0] == "queue", "nobody has said who we are"
    store.introduce("me")
    assert store.admit("2", actor="me")[0] == "own"
    assert store.admit("2", actor="somebody")[0] == "queue"


def test_an_own_event_does_not_use_up_its_delivery(store: Store) -> None:
    store.introduce("me")
    store.admit("1", "delivery-1", "me")
    assert store.admit("1", "delivery-1", "somebody")[0] == "queue"


def test_after_a_triage_the_next_event_waits_for_the_cool_down(store: Store) -> None:
    assert store.admit("1") == ("queue", 0)
    store.done("1", begun(store))
    word, wait = store.admit("1")
    assert word == "queue" and 0 < wait <= 2


def test_a_triage_without_newer_events_ends_the_wait(store: Store) -> None:
    store.admit("1")
    assert store.done("1", begun(store)) is True
    assert store.begin("1").events is None


def test_an_event_during_a_triage_keeps_the_issue_pending(store: Store) -> None:
    store.admit("1")
    events = begun(store)
    assert store.admit("1")[0] == "pending"
    assert store.done("1", events) is False
    assert store.done("1", begun(store)) is True


def test_queueing_again_by_hand_does_not_hide_an_event_from_a_triage_under_way(
    store: Store,
) -> None:
    store.admit("1")
    events = begun(store)
    store.admit("1")
    store.requeue("1")
    assert store.done("1", events) is False


def test_a_second_worker_that_ends_late_does_not_take_a_newer_event_with_it(store: Store) -> None:
    store.admit("1")
    first, second = begun(store), begun(store)
    assert store.done("1", first) is True
    assert store.admit("1")[0] == "queue"
    assert store.done("1", second) is False
    assert store.begin("1").events is not None


def test_an_event_during_a_triage_that_fails_is_not_buried_with_it(store: Store) -> None:
    store.admit("1")
    events = begun(store)
    store.admit("1")
    assert store.bury(DeadLetter("1", "refused", AT), events) is False
    assert store.begin("1").events is not None
    assert store.bury(DeadLetter("1", "refused", AT), begun(store)) is True
    assert store.admit("1")[0] == "queue", "a newer event is never held up by a dead letter"


def test_what_could_not_be_queued_is_taken_back_with_its_delivery(store: Store) -> None:
    store.admit("1", "delivery-1")
    store.take_back("1", "delivery-1")
    assert store.admit("1", "delivery-1")[0] == "queue"


def test_a_deleted_issue_is_forgotten_with_its_dead_letter(store: Store) -> None:
    store.bury(DeadLetter("1", "refused", AT))
    store.admit("1")
    store.forget("1")
    assert store.begin("1").events is None
    assert store.dead() == []


def test_one_of_many_threads_gets_an_issue_and_one_of_many_is_told_to_queue(store: Store) -> None:
    words: list[str] = []
    inside, most = [0], [0]
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        words.append(store.admit("1")[0])
        try:
            with store.lock("1"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.05)
                inside[0] -= 1
        except Locked as locked:
            assert "another worker triages issue 1" in str(locked)

    run([work] * 8)
    assert sorted(words) == ["pending"] * 7 + ["queue"]
    assert most == [1]


def test_a_lock_that_ran_out_is_let_go_in_silence_and_not_taken_from_its_new_owner(
    store: Store,
) -> None:
    with store.lock("1", 0.05):
        time.sleep(0.1)
        other = store.lock("1")
        other.__enter__()
    with pytest.raises(Locked), store.lock("1"):
        pass
    other.__exit__(None, None, None)
    with store.lock("1"):
        pass


def test_a_pause_is_for_all_issues_and_the_longer_one_stands(store: Store) -> None:
    assert store.begin("1").hold_s == 0
    store.hold(5)
    store.hold(1)
    assert 4 < store.begin("1").hold_s <= 5
    store.hold(9)
    assert 8 < store.begin("2").hold_s <= 9


def test_tries_count_until_one_of_them_comes_to_an_end(store: Store) -> None:
    store.admit("1")
    assert [store.begin("1").tries for _ in range(3)] == [1, 2, 3]
    store.ended("1")
    assert store.begin("1").tries == 1
    store.done("1", begun(store))
    store.admit("1")
    assert store.begin("1").tries == 1


def test_a_pause_or_the_lock_of_another_is_no_try(store: Store) -> None:
    store.admit("1")
    assert store.begin("1", "mine").tries == 1
    assert store.begin("1", "other").locked
    store.ended("1", "other")
    assert store.begin("1", "another").locked, "a lock is let go by its owner alone"
    store.ended("1", "mine")
    store.hold(5)
    assert store.begin("1", "mine").hold_s > 0
    store._redis.delete("sluice:main:hold")
    assert store.begin("1", "mine").tries == 1


def test_dead_letters_are_kept_one_an_issue_the_oldest_first(store: Store) -> None:
    store.bury(DeadLetter("2", "late", "2026-11-23T12:00:00+00:00", detail="a traceback"))
    store.bury(DeadLetter("1", "first", AT))
    store.bury(DeadLetter("1", "again", AT))
    assert [(letter.issue_id, letter.reason) for letter in store.dead()] == [
        ("1", "again"),
        ("2", "late"),
    ]
    assert store.health() == {"dead_letters": 2, "triage_dead": 3}
    assert store.drop("1") is True and store.drop("1") is False


def test_a_triage_that_works_clears_the_dead_letter(store: Store) -> None:
    store.bury(DeadLetter("1", "refused", AT))
    store.admit("1")
    store.done("1", begun(store))
    assert store.dead() == []


def test_sites_do_not_see_each_other(redis_url: str) -> None:
    main, other = Store(redis_url, "main"), Store(redis_url, "other")
    main.admit("1")
    main.bury(DeadLetter("2", "x", AT))
    assert other.begin("1").events is None and other.dead() == []
    assert other.admit("1")[0] == "queue"


def test_the_watermark_and_the_reported_week_are_remembered(store: Store) -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (store.passes.short("SHOP"), store.reported("SHOP")) == (None, None)
    store.passes.note_short("SHOP", now)
    store.set_reported("SHOP", now)
    assert (store.passes.short("SHOP"), store.reported("SHOP")) == (now, now)


def test_without_redis_every_call_says_so_in_a_line() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        store = Store(f"redis://:hidden-word@127.0.0.1:{probe.getsockname()[1]}/0", "main")
        letter = DeadLetter("1", "x", AT)
        for call in (
            lambda: store.admit("1"),
            lambda: store.begin("1"),
            lambda: store.done("1", "1"),
            lambda: store.bury(letter),
            lambda: store.lock("1").__enter__(),
            lambda: store.hold(1),
            store.dead,
            lambda: store.passes.short("SHOP"),
            lambda: store.pauses.pause("x", datetime.now(UTC)),
            store.pauses.current,
            store.pauses.over,
            lambda: store.pauses.every_issue("1"),
            lambda: store.pauses.hold_endpoint("issue", 1),
            lambda: store.pauses.hold_for_outcome("1"),
            store.health,
        ):
            with pytest.raises(StoreDown, match=r"^Redis does not answer: ") as raised:
                call()
            assert "\n" not in str(raised.value) and "hidden-word" not in str(raised.value)


def test_a_redis_that_hangs_is_given_up_in_time_and_used_again_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.link.patience._limit_s", 0.3)
    with RedisServer(tmp_path) as server:
        store = Store(server.url, "main")
        store.admit("1")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGSTOP)
        try:
            with pytest.raises(StoreDown):
                store.admit("2")
        finally:
            os.kill(server.pid, signal.SIGCONT)
        until(lambda: admitted(store, "3"))


def admitted(store: Store, issue: str) -> bool:
    with suppress(StoreDown):
        return store.admit(issue)[0] in ("queue", "pending")
    return False


def run(jobs: list) -> None:  # type: ignore[type-arg]
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
