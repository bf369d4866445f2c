"""The pauses of a site: longer with each failure, one line, one worker that tries again."""

from __future__ import annotations

from datetime import UTC, datetime

from worker.store.trouble.pauses import EVERY_ISSUE
from worker.store.work_queue import Store

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def over(store: Store) -> None:
    store._redis.delete("sluice:main:hold")


def test_a_pause_grows_with_each_failure_up_to_a_quarter_of_a_minute(store: Store) -> None:
    waits = []
    for _ in range(8):
        waits.append(store.pauses.pause("down", NOW).wait_s)
        over(store)
    assert waits == [2, 4, 8, 15, 15, 15, 15, 15]


def test_of_workers_that_meet_one_trouble_the_first_makes_it_known_and_longer(
    store: Store,
) -> None:
    first, second = (store.pauses.pause("down", NOW) for _ in range(2))
    assert (first.new, second.new) == (True, False)
    assert first.wait_s == 2 and second.wait_s <= 2
    over(store)
    assert store.pauses.pause("down", NOW).wait_s == 4


def test_jira_says_how_long_and_a_shorter_wait_does_not_end_a_longer_one(store: Store) -> None:
    assert store.pauses.pause("quota", NOW, 1800).wait_s == 1800
    assert store.pauses.pause("quota", NOW, 5).wait_s > 1790
    assert store.held() > 1790


def test_a_trouble_is_told_from_its_beginning_until_jira_answers(store: Store) -> None:
    assert store.pauses.current() is None and store.pauses.over() is None
    store.pauses.pause("401 \ud83d\nx" + "x" * 900, NOW)
    over(store)
    store.pauses.pause("503", NOW.replace(hour=13))
    found = store.pauses.current()
    assert found and (found.reason, found.since) == ("503", "2026-11-30T12:00:00+00:00")
    assert store.pauses.over() is not None and store.pauses.current() is None


def test_issues_in_trouble_count_until_one_is_well(store: Store) -> None:
    issues = [str(n) for n in range(EVERY_ISSUE)]
    assert [store.pauses.every_issue(one) for one in issues] == [False, False, True]
    store.admit("9")
    store.done("9", store.begin("9").events or "")
    assert not any(store.pauses.every_issue("1") for _ in range(5)), "one issue is not every issue"


def test_the_limit_of_the_search_holds_passes_and_no_triage(store: Store) -> None:
    store.admit("1")
    store.pauses.hold_endpoint("search", 20)
    assert store.held() > 19 and store.begin("1").hold_s == 0
    store.pauses.hold_endpoint("issue", 20)
    assert store.begin("1").hold_s > 19


def test_an_issue_whose_write_is_open_waits_and_no_other(store: Store) -> None:
    for issue in ("1", "2"):
        store.admit(issue)
    store.pauses.hold_for_outcome("1")
    assert store.begin("1").hold_s > 60 and store.begin("2").hold_s == 0


def test_who_tries_a_site_again_keeps_its_turn_while_the_triage_runs(store: Store) -> None:
    for issue in "12":
        store.admit(issue)
    store.pauses.pause("down", NOW)
    over(store)
    assert store.begin("1", "mine").probe
    probe = "sluice:main:probe"
    store._redis.pexpire(probe, 1_000)
    assert store.keep("1", "mine") and int(str(store._redis.pttl(probe))) > 5_000
    store._redis.set(probe, "by:another", px=1_000)
    assert store.keep("1", "mine") and int(str(store._redis.pttl(probe))) <= 1_000
