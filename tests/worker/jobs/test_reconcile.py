"""Reconciling: what is stale is queued, and what can't be read now is read the next time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from rules.assess.engine import EngineFault
from rules.facts.issue import Issue
from sandbox import Sandbox
from tests.desk import STORY, Desk
from worker import tasks
from worker.store.work_queue import DeadLetter
from worker.triage import Outcome, SiteTriage


def test_reconciling_queues_what_is_stale_and_reads_only_what_changed_since(desk: Desk) -> None:
    old, new = (desk.sluice.person.create(f"Pay by invoice {n}", STORY) for n in range(2))
    assert desk.store.watermark() is None
    assert desk.reconcile() == (3, 2), "with the issue of the reports, which is never stale"
    assert [issue for issue, _, _ in desk.queued] == [old, new]
    for issue in (old, new):
        desk.triage(issue)
    for each in ("10000", old):
        age(desk.jira, each)
    assert desk.reconcile(full=False) == (1, 0)
    before = datetime.now(timezone.utc)
    assert desk.reconcile() == (3, 0)
    mark = desk.store.watermark()
    assert mark is not None and before <= mark


def test_the_scheduled_pass_is_full_once_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sluice.person.create("Pay by invoice", STORY)
    assert tasks.reconcile("main") == "1 of 2 queued"
    age(desk.jira, "10000")
    assert tasks.reconcile("main") == "1 of 1 queued"
    desk.store.set_watermark(datetime.now(timezone.utc) - timedelta(days=1))
    assert tasks.reconcile("main") == "1 of 2 queued"


def test_reconciling_leaves_what_jira_refused_and_tries_the_rest_again(desk: Desk) -> None:
    refused, tired = desk.issue(), desk.issue()
    desk.store.bury(DeadLetter(refused, "answered 400: cannot be set", "2026", final=True))
    desk.store.bury(DeadLetter(tired, "gave up after 8 tries: https://j answered 503: x", "2026"))
    assert desk.reconcile() == (3, 1)
    assert [issue for issue, _, _ in desk.queued] == [tired]


@pytest.mark.parametrize("trouble", ["503", "401", "layout"])
def test_a_pass_that_fails_is_put_off_and_leaves_the_watermark(desk: Desk, trouble: str) -> None:
    if trouble == "503":
        desk.jira.faults.set(rate_503=1.0)
    elif trouble == "401":
        desk.jira.model.accounts._by_header.clear()
    else:
        desk.jira.model.remove_field("Sluice Gate")
    assert tasks.reconcile("main") == "postponed"
    assert desk.store.watermark() is None


def age(jira: Sandbox, issue: str) -> None:
    """Make it as if nobody had touched an issue for a day."""
    found = jira.model.issues[issue]
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    found.values = found.values | {"updated": yesterday.strftime("%Y-%m-%dT%H:%M:%S.000+0000")}


def test_a_project_that_jira_refuses_keeps_no_other_from_being_read(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.sluice.person.create("Pay by invoice", STORY)
    gate = tasks.this_process().site_triage("main")
    gate.projects = {**gate.projects, "AAA": gate.projects["DEMO"]}
    assert tasks.reconcile("main") == "1 of 2 queued"
    assert "AAA" in caplog.text and desk.store.watermark() is not None


def test_an_issue_that_cannot_be_judged_keeps_no_other_from_being_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, plain = (desk.sluice.person.create(f"Pay by invoice {n}", STORY) for n in range(2))
    plan = SiteTriage.plan

    def fault(gate: SiteTriage, issue: Issue, now: datetime) -> Outcome:
        if issue.id == odd:
            raise EngineFault("two answers")
        return plan(gate, issue, now)

    monkeypatch.setattr(SiteTriage, "plan", fault)
    assert desk.reconcile() == (3, 2)
    assert [desk.triage(issue) for issue in (odd, plain)] == ["dead", "written"]


def test_reconciling_waits_while_another_is_at_it_or_jira_asked_for_a_pause(desk: Desk) -> None:
    with desk.store.only("reconcile", 60):
        assert tasks.reconcile("main") == "postponed"
    desk.store.hold(30)
    assert tasks.reconcile("main") == "postponed"
