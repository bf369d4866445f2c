"""A stuck issue says so itself in one line, once, and no longer when it is triaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.comment.stuck_line import says_stuck
from tests.desk import Desk
from tests.live import Person
from worker.failures import stuck
from worker.store.work_queue import DeadLetter
from worker.tasks import this_process

AFTER = timedelta(minutes=30)


def told(desk: Desk) -> list[str]:
    return stuck.tell(this_process(), "main", datetime.now(UTC), AFTER)


def comments(desk: Desk, issue: str) -> list[dict[str, Any]]:
    return list(Person(desk.jira).ask("GET", f"issue/{issue}/comment")["comments"])


def waits(desk: Desk, issue: str, by: timedelta = timedelta(minutes=31)) -> None:
    """The event of an issue came in so long ago."""
    at = datetime.now(UTC) - by
    desk.store._redis.zadd("sluice:main:waiting_since", {issue: int(at.timestamp() * 1000)})


def buried(desk: Desk, issue: str, kind: Any) -> None:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    begun = desk.store.begin(issue).events or ""
    assert desk.store.bury(DeadLetter(issue, "reason", at, kind == "bug", "", kind), begun)


def test_the_line_is_added_to_the_comment_once_and_gone_with_the_next_triage(desk: Desk) -> None:
    issue = desk.issue()
    assert desk.triage(issue) == "written"
    (before,) = comments(desk, issue)
    record = desk.jira.model.issues[issue].properties["sluice"]
    desk.store.admit(issue)
    waits(desk, issue)
    assert told(desk) == [issue]
    (after,) = comments(desk, issue)
    head, last = before["body"].rsplit("\n", 1)
    line = after["body"].removeprefix(head + "\n").removesuffix("\n" + last)
    assert line.startswith("(i) Sluice has not been able to triage this issue since 20")
    assert desk.jira.model.issues[issue].properties["sluice"] == record
    assert told(desk) == [] and comments(desk, issue) == [after]
    desk.store._redis.delete(f"sluice:main:recent:{issue}")
    assert desk.triage(issue) == "written"
    assert [one["body"] for one in comments(desk, issue)] == [before["body"]]
    assert told(desk) == []


def test_an_issue_without_a_comment_has_one_which_becomes_that_of_its_triage(desk: Desk) -> None:
    issue = desk.issue()
    waits(desk, issue)
    assert told(desk) == [issue]
    (only,) = comments(desk, issue)
    assert says_stuck(only["body"]) and only["body"].count("\n") == 1
    assert desk.triage(issue) == "written"
    (now,) = comments(desk, issue)
    assert now["id"] == only["id"] and not says_stuck(now["body"])


@pytest.mark.parametrize(("kind", "tells"), [("bug", True), ("gave up", True), ("missing", False)])
def test_dead_letters_are_told_by_their_kind(desk: Desk, kind: str, tells: bool) -> None:
    issue = desk.issue()
    buried(desk, issue, kind)
    assert told(desk) == ([issue] if tells else [])


def test_a_line_that_a_dropped_letter_left_is_found_by_a_pass_and_counts_as_no_lost_event(
    desk: Desk,
) -> None:
    issue = desk.issue()
    assert desk.triage(issue) == "written"
    desk.store.admit(issue)
    buried(desk, issue, "bug")
    assert told(desk) == [issue]
    desk.store.drop(issue)
    desk.reconcile()
    assert issue in [one for one, _, _ in desk.queued] and desk.store.passes.missed() == 0


def test_nothing_is_told_early_or_in_a_pause_or_while_a_worker_has_the_issue(desk: Desk) -> None:
    issue = desk.issue()
    waits(desk, issue, timedelta(minutes=29))
    assert told(desk) == []
    waits(desk, issue)
    with desk.store.lock(issue):
        assert told(desk) == []
    desk.store.hold(60)
    assert told(desk) == []
    desk.store._redis.delete("sluice:main:hold")
    assert told(desk) == [issue]


def test_what_can_not_be_told_while_jira_is_in_trouble_is_told_later(desk: Desk) -> None:
    issue = desk.issue()
    waits(desk, issue)
    desk.jira.faults.set(status=503)
    assert told(desk) == [] and desk.store.stuck.untold({issue: "then"}) == [issue]
    desk.jira.faults.clear()
    assert told(desk) == [issue]


def test_the_issue_that_takes_the_reports_is_not_told(desk: Desk) -> None:
    desk.store.admit("10000")
    waits(desk, "10000")
    assert told(desk) == [] and not comments(desk, "10000")
