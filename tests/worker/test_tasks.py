"""What follows a triage: another try, a pause for all, a dead letter."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from celery.exceptions import Reject

from connector.client import JiraRefused
from connector.http.errors import backoff
from tests.desk import STORY, Desk
from tests.live import Live, calls
from worker import process, tasks
from worker.failures import tries
from worker.store.redis import StoreDown
from worker.store.site.due import AGAIN_S
from worker.store.work_queue import Store
from worker.triage.site_triage import Outcome, SiteTriage


def test_a_triage_that_works_leaves_nothing_behind(desk: Desk) -> None:
    issue = desk.issue()
    assert desk.triage(issue) == "written"
    assert (desk.sluice.pending(), desk.queued, desk.store.dead()) == ([], [], [])
    assert desk.triage(issue) == "nothing to do"
    assert calls(desk.jira, issue) == (1, 1)


def test_a_429_holds_all_issues_for_as_long_as_jira_says(desk: Desk) -> None:
    issue, other = desk.issue(), desk.issue()
    reason = "jira-quota-tenant-based"
    desk.jira.faults.set(rate_429=1.0, retry_after_429=7, reason_429=reason, times=1)
    assert desk.triage(issue) == "busy"
    ((queued, wait, attempt),) = desk.queued
    assert (queued, attempt) == (issue, 1) and wait >= 7, "a limit uses up no attempt"
    assert 6 < desk.store.begin(other).hold_s <= 7
    assert desk.triage(other) == "on hold"
    queued, wait, attempt = desk.queued[-1]
    assert (queued, attempt) == (other, 1) and wait > 6, "waiting for others is no try of its own"
    assert calls(desk.jira, other) == (0, 0)


def test_a_429_of_one_issue_holds_that_issue_only(desk: Desk) -> None:
    issue, other = desk.issue(), desk.issue()
    reason = "jira-per-issue-on-write"
    desk.jira.faults.set(rate_429=1.0, retry_after_429=9, reason_429=reason, only_method="PUT")
    assert desk.triage(issue) == "busy"
    assert desk.queued[0][1] >= 9
    desk.jira.faults.clear()
    assert desk.triage(other) == "written"


def test_a_connection_refused_is_busy_and_no_dead_letter(desk: Desk) -> None:
    issue = desk.issue()
    desk.jira.faults.set(drop_before=1.0)
    assert desk.triage(issue) == "busy"
    assert desk.store.dead() == []


def test_the_back_off_doubles_up_to_thirty_seconds_with_jitter() -> None:
    for attempt, base in ((1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (8, 30), (10_000, 30)):
        waits = [backoff(attempt) for _ in range(200)]
        assert 0.7 * base <= min(waits) < base < max(waits) <= 1.3 * base


def test_an_unexpected_error_is_a_dead_letter_with_its_traceback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = desk.issue()
    with monkeypatch.context() as patch:
        patch.setattr(SiteTriage, "plan", lambda *_, **__: 1 / 0)
        assert desk.triage(issue) == "dead"
    (letter,) = desk.store.dead()
    assert letter.reason == "ZeroDivisionError: division by zero"
    assert letter.detail.startswith("Traceback") and "1 / 0" in letter.detail
    desk.store.admit(issue)
    assert desk.triage(issue) == "written", "the next event tries again at once"
    assert desk.store.dead() == []


def test_a_field_that_the_site_lacks_is_a_dead_letter_that_says_what_to_do(desk: Desk) -> None:
    issue = desk.issue()
    desk.jira.model.remove_field("Sluice Gate")
    assert desk.triage(issue) == "dead"
    (letter,) = desk.store.dead()
    assert "'Sluice Gate': create it in Jira" in letter.reason and letter.detail == ""


def test_an_issue_that_another_worker_has_is_tried_later(desk: Desk) -> None:
    issue = desk.issue()
    with desk.store.lock(issue):
        assert desk.triage(issue, attempt=3) == "locked"
    assert desk.queued == [(issue, 1.0, 3)]
    assert desk.triage(issue) == "written"


def test_a_limit_of_one_endpoint_holds_triages_and_no_pass(desk: Desk) -> None:
    issue, other = desk.issue(), desk.issue()
    desk.jira.faults.set(rate_429=1.0, retry_after_429=9, only_path="/issue/", times=1)
    assert desk.triage(issue) == "busy"
    assert desk.triage(other) == "on hold" and desk.store.held() == 0
    assert tasks.reconcile("main").endswith("of 3 queued"), "a search is another endpoint"


@pytest.mark.parametrize("fails", [False, True])
def test_an_event_during_a_triage_is_followed_by_another_triage(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    issue, real = desk.issue(), SiteTriage.plan

    def meanwhile(gate: SiteTriage, *arguments: Any, **more: Any) -> Any:
        desk.store.admit(issue)
        if fails:
            raise JiraRefused("no")
        return real(gate, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(SiteTriage, "plan", meanwhile)
        desk.triage(issue)
    assert desk.queued == [(issue, 2.0, 1)]
    assert desk.triage(issue) == ("written" if fails else "unchanged")


def test_an_issue_that_kills_its_worker_again_and_again_is_set_aside(desk: Desk) -> None:
    issue = desk.issue()
    for _ in range(tries.MAX_TRIES):
        desk.store.begin(issue)  # and then the worker died
    assert desk.triage(issue) == "dead"
    assert desk.store.dead()[0].reason == "a worker died 5 times during this triage"
    assert calls(desk.jira, issue) == (0, 0)
    desk.store.admit(issue)
    assert desk.triage(issue) == "written"


def test_the_lock_that_a_dead_worker_leaves_does_not_make_its_deaths_forgotten(
    desk: Desk,
) -> None:
    issue = desk.issue()
    for _ in range(tries.MAX_TRIES - 1):
        desk.store.begin(issue)
        with desk.store.lock(issue):  # the worker died, and others wait for its lock to run out
            assert [desk.triage(issue) for _ in range(3)] == ["locked"] * 3
    desk.store.begin(issue)
    assert desk.triage(issue) == "dead"


def test_when_redis_goes_away_in_the_middle_the_task_stays_on_the_queue(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = desk.issue()

    def away(*_: object) -> bool:
        raise StoreDown("Redis does not answer: gone")

    monkeypatch.setattr("time.sleep", lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "done", away)
        with pytest.raises(Reject) as rejected:
            desk.triage(issue)
    assert rejected.value.requeue is True
    assert desk.triage(issue) == "locked"
    desk.store._redis.delete(f"sluice:main:lock:{issue}")  # it runs out
    assert desk.triage(issue) == "unchanged"


def test_a_queue_that_is_away_takes_the_mark_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreDown("the queue does not answer")

    monkeypatch.setattr(tasks, "enqueue", away)
    with pytest.raises(StoreDown):
        tasks.submit(desk.store, "main", "77", "delivery-1")
    assert desk.store.admit("77", "delivery-1")[0] == "queue"


def test_a_queue_that_is_away_is_said_in_a_line(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(tasks.triage, "apply_async", away)
    with pytest.raises(StoreDown, match=r"the queue does not answer: .*Connection refused"):
        tasks.enqueue("main", "1")


def test_no_task_waits_so_long_that_a_second_worker_gets_it(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(
        tasks.triage, "apply_async", lambda _, countdown, headers: waits.append(countdown)
    )
    for wait in (0.0, 7.0, 300.0):
        tasks.enqueue("main", "1", wait)
    assert waits == [None, 7.0, 90.0]
    assert tasks.MAX_WAIT_S < tasks.VISIBILITY_S


def test_a_ready_made_message_is_the_one_that_celery_sends(desk: Desk, redis_url: str) -> None:
    store = Store(redis_url, "main", tasks.message("main"))
    assert tasks.submit(store, "main", "77") == "queue"
    tasks.triage.apply_async(("main", "77", 1), headers=tasks.HEADERS)
    ours, celerys = (json.loads(store._redis.rpop("sluice")) for _ in range(2))  # type: ignore[arg-type]
    celerys["body"] = base64.b64decode(celerys["body"]).decode()
    assert celerys["properties"].pop("body_encoding") == "base64"
    assert ours["properties"].pop("body_encoding") is None
    for message in (ours, celerys):
        task = message["headers"].pop("id")
        assert len(task) > 15 and message["headers"].pop("root_id") == task
        assert message["properties"].pop("correlation_id") == task
        for part, name in (("headers", "origin"), ("properties", "delivery_tag")):
            assert message[part].pop(name)
        message["properties"].pop("reply_to")
    assert ours == celerys


def test_values_that_people_set_are_counted_for_health(desk: Desk) -> None:
    issue = desk.issue()
    desk.triage(issue)
    desk.sluice.person.set(issue, gate="Reject")
    desk.store.admit(issue)
    assert desk.triage(issue) == "written"
    assert desk.store.health() == {"dead_letters": 0, "kept_verdict": 1, "triage_written": 2}


def test_an_issue_deleted_while_its_triage_was_on_its_way_is_no_dead_letter(desk: Desk) -> None:
    issue = desk.issue()
    desk.sluice.person.ask("DELETE", f"issue/{issue}")
    desk.store.forget(issue)
    desk.store.admit(issue)  # an event that was overtaken
    assert desk.triage(issue) == "gone"
    assert desk.store.dead() == [] and desk.store.begin(issue).events is None


def test_an_issue_deleted_after_its_dead_letter_takes_it_along(desk: Desk) -> None:
    issue = desk.issue()
    desk.sluice.person.ask("DELETE", f"issue/{issue}")
    assert desk.triage(issue) == "dead"
    desk.store.forget(issue)
    assert desk.store.dead() == []


@pytest.mark.slow
def test_with_a_tenth_of_429_a_write_costs_at_most_two_runs_on_hold(
    sluice: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, real = [], tasks._triage

    def counted(*arguments: Any) -> str:
        runs.append(real(*arguments))
        return runs[-1]

    monkeypatch.setattr(tasks, "_triage", counted)
    issues = [sluice.person.create(f"Pay by invoice {n}", STORY) for n in range(30)]
    sluice.jira.faults.set(rate_429=0.1, retry_after_429=1, only={"path": "/issue/"}, seed=7)
    sluice.idle()
    assert runs.count("written") == len(issues) and sluice.store.dead() == []
    assert runs.count("busy") > 0 and runs.count("on hold") <= 2 * len(issues)
    assert all(calls(sluice.jira, issue)[1] <= 4 for issue in issues)


def due_in(desk: Desk) -> float:
    """The seconds until beat queues the next pass."""
    at = float(desk.store._redis.hget("sluice::due", "reconcile-main") or 0) / 1000  # type: ignore[arg-type]
    return at - desk.store._redis.time()[0]  # type: ignore[index]


def test_a_pass_that_met_a_pause_is_due_soon_after_it(desk: Desk) -> None:
    desk.jira.faults.set(status=401)
    for _ in range(2):  # it meets the trouble, then the pause
        assert tasks.reconcile("main") == "postponed"
        assert 0 < due_in(desk) <= AGAIN_S + 1
    desk.store.hold(300)
    assert tasks.reconcile("main") == "postponed"
    assert 290 < due_in(desk) <= 301, "Jira said how long"
    desk.store.hold(86_000)
    assert tasks.reconcile("main") == "postponed"
    assert due_in(desk) <= 601, "not later than the next pass"


def test_a_pass_that_a_person_has_to_mend_is_due_at_its_next_time(desk: Desk) -> None:
    desk.jira.model.remove_field("Sluice Gate")
    assert tasks.reconcile("main") == "postponed"
    assert due_in(desk) > 500


def test_a_pass_whose_worker_was_killed_is_due_again_within_a_minute(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []
    monkeypatch.setattr(
        tasks.passes, "reconcile_on_time", lambda *_: seen.append(due_in(desk)) or ""
    )
    tasks.reconcile("main")
    assert 0 < seen[0] <= AGAIN_S + 1 and due_in(desk) > 500


def test_a_triage_that_stood_still_and_lost_its_lock_writes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue, plan = desk.issue(), SiteTriage.plan
    lock = f"sluice:main:lock:{issue}"

    def stands_still(gate: SiteTriage, *args: Any, **more: Any) -> Outcome:
        desk.store._redis.set(lock, "another worker's", px=15_000)
        return plan(gate, *args, **more)

    monkeypatch.setattr(process, "LONG_S", -1.0)
    with monkeypatch.context() as patch:
        patch.setattr(SiteTriage, "plan", stands_still)
        assert desk.triage(issue) == "locked"
    assert desk.jira.log.count(method="PUT", account="sluice") == 0
    assert desk.store._redis.get(lock) == "another worker's"
    desk.store._redis.delete(lock)
    assert desk.triage(issue) == "written", "its event is still there for who took it"
