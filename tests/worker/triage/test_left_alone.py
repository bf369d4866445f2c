"""Issues whose time is over, steps without edits, and issues that people work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connector.client import Site
from connector.plan_update import Update
from rules.facts.issue import Issue, Managed
from tests.desk import Desk
from tests.live import calls
from worker import tasks
from worker.triage.left_alone import held, is_finished, reason

TODO, BEGUN, DONE = "11", "21", "31"


def issue_in(category: str, kind: str | None = None, **fields: Any) -> Issue:
    found = {"statuscategory": category, **fields}
    return Issue("1", "DEMO-1", "DEMO", found, managed=Managed(kind=kind))


def move(desk: Desk, issue: str, transition: str) -> None:
    body = {"transition": {"id": transition}}
    desk.sluice.person.ask("POST", f"issue/{issue}/transitions", body)
    desk.store.admit(issue)


def again(desk: Desk, issue: str, **values: Any) -> str:
    desk.sluice.person.set(issue, **values)
    desk.store.admit(issue)
    return desk.triage(issue)


@pytest.mark.parametrize(
    ("issue", "finished"),
    [
        (issue_in("Done"), True),
        (issue_in("In Progress", resolution="Won't Do"), True),
        (issue_in("To Do", resolution="Unresolved"), False),
        (issue_in("To Do"), False),
        (issue_in("In Progress"), False),
    ],
)
def test_an_issue_is_finished_if_it_is_done_or_resolved(issue: Issue, finished: bool) -> None:
    assert is_finished(issue) is finished
    assert reason(issue) == ("finished" if finished else None)
    assert reason(issue, read_only=True) == ("finished" if finished else "read-only")


def test_priority_and_a_decided_class_stay_once_somebody_has_begun() -> None:
    assert held(issue_in("To Do", "incident"), "until_started") == frozenset()
    assert held(issue_in("In Progress"), "until_started") == {"priority"}
    assert held(issue_in("In Progress", "undecided"), "until_started") == {"priority"}
    assert held(issue_in("In Progress", "incident"), "until_started") == {"priority", "kind"}
    assert held(issue_in("In Progress", "incident"), "always") == frozenset()


def test_an_issue_that_was_finished_before_sluice_came_is_left_in_peace(desk: Desk) -> None:
    issue = desk.issue()
    move(desk, issue, DONE)
    assert desk.triage(issue) == "left alone"
    assert again(desk, issue, labels=["tidied"]) == "left alone"
    assert calls(desk.jira, issue) == (2, 0)
    seen = desk.sluice.person.see(issue)
    assert seen["record"] is None and seen["comments"] == [] and desk.store.dead() == []
    desk.triage("10000")
    assert desk.reconcile() == (2, 0), "a pass queues nothing for it"


def test_labels_tidied_on_finished_issues_in_bulk_cost_no_write(desk: Desk) -> None:
    issues = [desk.issue(f"Pay by invoice, part {n}") for n in range(5)]
    assert {desk.triage(one) for one in issues} == {"written"}
    for one in issues:
        move(desk, one, DONE)
        assert desk.triage(one) == "left alone"
    before = [desk.sluice.person.see(one) for one in issues]
    assert {again(desk, one, labels=["2023"], summary="Old") for one in issues} == {"left alone"}
    assert [desk.sluice.person.see(one) for one in issues] == before


def test_a_reopened_issue_is_triaged_again(desk: Desk) -> None:
    issue = desk.issue()
    move(desk, issue, DONE)
    assert desk.triage(issue) == "left alone"
    move(desk, issue, TODO)
    assert desk.triage(issue) == "written"


URGENT = "Production is down: payments fail for all customers since 09:00. Data loss, a breach."


def test_the_priority_of_an_issue_in_progress_is_not_changed_under_peoples_hands(
    desk: Desk,
) -> None:
    issue = desk.issue()
    assert desk.triage(issue) == "written"
    before = desk.sluice.person.see(issue)
    move(desk, issue, BEGUN)
    desk.triage(issue)
    again(desk, issue, summary="Outage: payments fail", description=URGENT)
    seen = desk.sluice.person.see(issue)
    assert (seen["priority"], seen["class"]) == (before["priority"], before["class"])
    assert seen["score"] != before["score"], "the evidence goes on"
    assert not any("riority Highest" in one for one in seen["comments"]), "nothing is claimed"
    desk.triage("10000")
    assert desk.reconcile()[1] == 0
    move(desk, issue, TODO)
    assert desk.triage(issue) == "written"
    assert desk.sluice.person.see(issue)["priority"] != before["priority"], "until it waits again"


def test_the_first_triage_of_an_issue_that_was_begun_writes_all_but_the_priority(
    desk: Desk,
) -> None:
    issue = desk.issue("Outage: payments fail")
    desk.sluice.person.set(issue, description=URGENT)
    move(desk, issue, BEGUN)
    assert desk.triage(issue) == "written"
    seen = desk.sluice.person.see(issue)
    assert seen["class"] and seen["gate"] and seen["score"] and seen["priority"] == "Medium"
    assert desk.reconcile()[1] <= 1


def test_a_step_without_edits_is_tried_once_and_leaves_no_dead_letter(desk: Desk) -> None:
    desk.jira.model.lock_status("In Progress")
    first, second = desk.issue(), desk.issue("Pay by card")
    move(desk, first, BEGUN)
    move(desk, second, BEGUN)
    assert desk.triage(first) == "left alone"
    assert desk.triage(second) == "left alone"
    assert calls(desk.jira, second) == (1, 0), "what was met once is not tried again"
    assert desk.store.dead() == []
    move(desk, second, TODO)
    assert desk.triage(second) == "written"


def test_an_issue_that_is_closed_during_its_triage_says_nothing_of_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.jira.model.lock_status("Done")
    desk.jira.model.hide_field("Sluice Score", issue_type="Bug")
    closed, changed, other = (desk.issue(f"Pay by invoice, part {n}") for n in range(3))
    write, person = Site.write, desk.sluice.person
    meanwhile: dict[str, Callable[[], object]] = {
        closed: lambda: move(desk, closed, DONE),
        changed: lambda: person.ask("PUT", f"issue/{changed}", BECOMES_A_BUG),
    }

    def late(site: Site, issue: str, update: Update) -> None:
        if issue in meanwhile:
            meanwhile.pop(issue)()
        write(site, issue, update)

    monkeypatch.setattr(Site, "write", late)
    assert [desk.triage(one) for one in (closed, changed)] == ["busy", "busy"]
    assert desk.triage(other) == "written" and person.see(other)["score"] is not None
    assert [desk.triage(one) for one in (closed, changed)] == ["left alone", "written"]
    assert desk.store.dead() == []


BECOMES_A_BUG = {"fields": {"issuetype": {"name": "Bug"}}}


def test_an_account_that_may_not_edit_is_no_step_without_edits(desk: Desk) -> None:
    issues = [desk.issue(), desk.issue("Pay by card")]
    desk.jira.model.take_right("sluice", "EDIT_ISSUES")
    assert desk.triage(issues[0]) == "busy"
    paused = desk.store.pauses.current()
    assert paused and "permission Edit Issues in all of its projects (DEMO)" in paused.reason
    desk.jira.model.rights.give("sluice", "EDIT_ISSUES", None)
    desk.store._redis.delete("sluice:main:hold")
    assert {desk.triage(one) for one in issues} == {"written"}
    assert desk.store.dead() == [] and desk.store.pauses.current() is None


def test_a_project_that_the_account_may_not_edit_stops_no_other(desk: Desk) -> None:
    desk.jira.model.add_project("SHOP")
    settings = desk.sluice.settings
    shop = replace(settings.projects["DEMO"], key="SHOP", report=None)
    tasks.configure(replace(settings, projects={**settings.projects, "SHOP": shop}))
    model = desk.jira.model
    model.rights.take("sluice", "EDIT_ISSUES", model.must_project("DEMO").id)
    assert desk.triage(desk.issue()) == "dead"
    (letter,) = desk.store.dead()
    assert not letter.final and "permission" in letter.reason
    assert desk.store.pauses.current() is None
