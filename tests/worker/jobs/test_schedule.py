"""The schedule's own work: reconciling, and the weekly reports in their time zones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from datetime import time as Clock
from typing import Any

import pytest

from rules.assess.engine import EngineFault
from rules.facts.issue import Issue
from sandbox import Sandbox
from tests.desk import STORY, Desk
from worker import tasks
from worker.jobs.weekly_report import due
from worker.settings.file_format import ReportModel
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
    assert tasks.reconcile("main") == "put off"
    assert desk.store.watermark() is None


def age(jira: Sandbox, issue: str) -> None:
    """Make it as if nobody had touched an issue for a day."""
    found = jira.model.issues[issue]
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    found.values = found.values | {"updated": yesterday.strftime("%Y-%m-%dT%H:%M:%S.000+0000")}


def at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Have the schedule's work believe that it is another time."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.fromisoformat(text).astimezone(tz)

    monkeypatch.setattr(tasks, "datetime", Then)


def test_the_report_is_posted_once_a_week_and_a_lost_redis_adds_no_second_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def comments() -> list[str]:
        return list(desk.sluice.person.see("DEMO-1")["comments"])

    at(monkeypatch, "2026-11-23T08:59:00+01:00")
    assert tasks.reports() == {}
    at(monkeypatch, "2026-11-23T09:00:00+01:00")
    assert tasks.reports() == {"DEMO": "added"}
    assert tasks.reports() == {}
    at(monkeypatch, "2026-11-25T09:00:00+01:00")
    desk.store._redis.flushall()
    assert tasks.reports() == {"DEMO": "same"}
    assert len(comments()) == 1 and "2026-W48" in comments()[0]
    at(monkeypatch, "2026-11-30T12:00:00+01:00")
    assert tasks.reports() == {"DEMO": "added"}
    assert ["2026-W48" in comments()[0], "2026-W49" in comments()[1]] == [True, True]


def test_a_report_that_jira_does_not_take_waits_for_the_next_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-23T12:00:00+01:00")
    desk.jira.faults.set(rate_503=1.0)
    assert tasks.reports() == {}
    desk.jira.faults.clear()
    assert tasks.reports() == {"DEMO": "added"}


MONDAY_9 = ("monday", Clock(9))
SHANGHAI = "Asia/Shanghai"
EARLY = ("monday", Clock(1))
FRIDAY = ("friday", Clock(9))
LATE = ("sunday", Clock(23, 58))


@pytest.mark.parametrize(
    ("day", "zone", "now", "reported", "expected"),
    [
        (MONDAY_9, "UTC", "2026-11-23T08:59:59+00:00", None, False),
        (MONDAY_9, "UTC", "2026-11-23T09:00:00+00:00", None, True),
        (MONDAY_9, "UTC", "2026-11-23T09:00:00+00:00", "2026-11-23T09:00:00+00:00", False),
        (MONDAY_9, "UTC", "2026-11-23T09:00:00+00:00", "2026-11-16T09:00:00+00:00", True),
        # A worker that was away posts when it is back, in the same week.
        (MONDAY_9, "UTC", "2026-11-27T03:00:00+00:00", "2026-11-16T09:00:00+00:00", True),
        # It is Monday in Shanghai while it is Sunday in Greenwich, and the week is Shanghai's.
        (
            MONDAY_9,
            "Asia/Shanghai",
            "2026-11-23T00:59:00+00:00",
            "2026-11-16T09:00:00+08:00",
            False,
        ),
        (MONDAY_9, SHANGHAI, "2026-11-23T01:00:00+00:00", "2026-11-16T09:00:00+08:00", True),
        (
            ("monday", Clock(1)),
            "Asia/Shanghai",
            "2026-11-22T17:00:00+00:00",
            "2026-11-16T09:00:00+08:00",
            True,
        ),
        (("sunday", Clock(23)), "America/New_York", "2026-11-23T03:59:00+00:00", None, False),
        (("sunday", Clock(23)), "America/New_York", "2026-11-23T04:30:00+00:00", None, True),
        # Summer time ends in Berlin on 25 October 2026: nine o'clock moves in UTC.
        (MONDAY_9, "Europe/Berlin", "2026-10-19T07:00:00+00:00", None, True),
        (MONDAY_9, "Europe/Berlin", "2026-10-26T07:00:00+00:00", None, False),
        (MONDAY_9, "Europe/Berlin", "2026-10-26T08:00:00+00:00", None, True),
        # Half past two does not come on 29 March 2026 in Berlin: three o'clock is past it.
        (("sunday", Clock(2, 30)), "Europe/Berlin", "2026-03-29T00:59:00+00:00", None, False),
        (("sunday", Clock(2, 30)), "Europe/Berlin", "2026-03-29T01:00:00+00:00", None, True),
        # The last days of December may be in the first week of the next year.
        (MONDAY_9, "UTC", "2025-12-29T10:00:00+00:00", "2025-12-22T09:00:00+00:00", True),
        (MONDAY_9, "UTC", "2026-01-02T10:00:00+00:00", "2025-12-29T09:00:00+00:00", False),
        # A time that fell between two looks of the clock at the week's end is made up for.
        (LATE, "UTC", "2026-11-23T00:01:00+00:00", "2026-11-15T23:58:00+00:00", True),
        (LATE, "UTC", "2026-11-23T00:01:00+00:00", "2026-11-22T23:59:00+00:00", False),
        # What was posted by hand on Tuesday does not stand for Friday's.
        (
            ("friday", Clock(9)),
            "UTC",
            "2026-11-27T09:00:00+00:00",
            "2026-11-24T12:00:00+00:00",
            True,
        ),
    ],
)
def test_a_report_is_due_when_its_day_and_time_have_come_in_its_zone(
    day: tuple[str, Clock], zone: str, now: str, reported: str | None, expected: bool
) -> None:
    report = ReportModel.model_validate(
        {"issue": "A1-1", "day": day[0], "time": f"{day[1]:%H:%M}", "timezone": zone}
    )
    last = datetime.fromisoformat(reported) if reported else None
    assert (due(report, datetime.fromisoformat(now), last) is not None) is expected


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
        assert tasks.reconcile("main") == "put off"
    desk.store.hold(30)
    assert tasks.reconcile("main") == "put off"
