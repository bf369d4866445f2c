"""The weekly report on a real site: when it is due, and that it is posted once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as Clock
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.capacity.learned import RIGHT, Learned
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from tests.desk import Desk
from tests.worker.team import Team
from worker import tasks
from worker.jobs import week
from worker.jobs.week import read_week
from worker.jobs.weekly_report import LOOK_BACK, due, learning, report_on_time
from worker.process import Process
from worker.settings.file_format import ReportModel
from worker.store.models.values import Beside, Memory, ModelEntry
from worker.tasks import this_process

BERLIN = ZoneInfo("Europe/Berlin")


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
    assert len(comments()) == 1 and "2026-W47" in comments()[0]
    at(monkeypatch, "2026-11-30T12:00:00+01:00")
    assert tasks.reports() == {"DEMO": "added"}
    assert ["2026-W47" in comments()[0], "2026-W48" in comments()[1]] == [True, True]


def test_a_report_that_jira_does_not_take_waits_for_the_next_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-23T12:00:00+01:00")
    desk.jira.faults.set(rate_503=1.0)
    assert tasks.reports() == {}
    desk.jira.faults.clear()
    desk.store._redis.delete("sluice:main:hold")  # the pause is over
    assert tasks.reports() == {"DEMO": "added"}


NOW = datetime.fromisoformat("2026-11-23T12:00:00+01:00")


def files(desk: Desk) -> list[str]:
    return [str(one["filename"]) for one in desk.jira.model.issue("DEMO-1").attachments]


def reports(desk: Desk) -> list[str]:
    return [str(one["body"]) for one in desk.jira.model.issue("DEMO-1").comments]


def test_two_beats_at_once_post_one_comment_with_one_picture(desk: Desk) -> None:
    desk.jira.faults.set(latency_ms=200)
    beats = [Process(tasks.this_process().config()) for _ in range(2)]
    start = Barrier(len(beats))

    def beat(process: Process) -> Mapping[str, str]:
        start.wait()
        return report_on_time(process, NOW)

    with ThreadPoolExecutor() as pool:
        outcomes = [*pool.map(beat, beats)]
    for process in beats:
        process.close()
    assert {"DEMO": "added"} in outcomes
    assert len(reports(desk)) == len(files(desk)) == 1


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_week_whose_comment_is_cut_off_has_one_comment_and_one_picture_at_last(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Cut off before Jira wrote the comment, or after it."""
    at(monkeypatch, "2026-11-23T12:00:00+01:00")
    desk.jira.faults.set(**{fault: 1.0}, only_method="PUT", times=1)
    assert tasks.reports() == {}
    assert len(files(desk)) == 1
    assert len(reports(desk)) == (fault == "drop_after")
    assert tasks.reports() == {"DEMO": "added" if fault == "drop_before" else "same"}
    assert len(reports(desk)) == len(files(desk)) == 1


def test_after_an_outage_of_three_weeks_the_last_complete_week_is_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-02T09:00:00+01:00")
    assert tasks.reports() == {"DEMO": "added"}
    at(monkeypatch, "2026-11-25T15:00:00+01:00")
    assert tasks.reports() == {"DEMO": "added"}
    assert tasks.reports() == {}
    assert [week for one in reports(desk) for week in re.findall("2026-W..", one)[-1:]] == [
        *("2026-W44", "2026-W47"),
    ]
    kept = desk.jira.model.issue("DEMO-1").properties["sluice-capacity-demo"]
    assert [one["week"] for one in kept["weeks"]] == ["2026-W44", "2026-W47"]


def test_an_error_of_ours_waits_an_hour_and_stops_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bytes:
        raise RuntimeError("a font is broken")

    at(monkeypatch, "2026-11-23T12:00:00+01:00")
    with monkeypatch.context() as broken:
        broken.setattr(week, "draw", fails)
        assert tasks.reports() == {}
    assert desk.store.report_paused("DEMO")


MONDAY_9 = ("monday", Clock(9))


SHANGHAI = "Asia/Shanghai"
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


def comment(until: datetime, told: Learned | None = None) -> str:
    """Return the weekly comment of DEMO."""
    runtime = this_process()
    project = runtime.config().projects["DEMO"]
    return read_week(runtime.site_triage("main").site, project, until, told).comment


def overrule(desk: Desk, **values: str) -> None:
    """An issue that Sluice judged, and that a person then sets otherwise."""
    issue = desk.issue()
    desk.triage(issue)
    desk.sluice.person.set(issue, **values)


def test_it_counts_what_people_corrected_in_the_week(
    desk: Desk,
) -> None:
    now = datetime.now(BERLIN) + timedelta(seconds=1)
    assert "correction" not in comment(now)
    overrule(desk, **{"class": "Exploration"})
    overrule(desk, **{"class": "Tech debt", "gate": "Reject"})
    until = datetime.now(BERLIN) + timedelta(seconds=1)
    since = f"{until - timedelta(days=7):%Y-%m-%d}"
    said = comment(until)
    assert f"3 corrections since {since}: 2 of class, 1 of gate." in said
    assert "correction" not in comment(until - timedelta(days=1))


def test_where_a_team_teaches_it_says_when_the_next_training_comes(team: Team) -> None:
    team.configure("    model: models/demo.npz\n", book="default")
    overrule(team.desk, **{"class": "Exploration"})
    runtime = tasks.this_process()
    project = runtime.config().projects["DEMO"]
    until = datetime.now(BERLIN) + timedelta(seconds=1)
    told = learning(runtime, project, until)
    said = comment(until, told)
    assert (
        f"1 correction since {until - LOOK_BACK:%Y-%m-%d}: 1 of class; the next training is at 20."
        in said
    )


def test_corrections_that_a_model_learned_from_do_not_wait_any_more(team: Team) -> None:
    team.configure("    model: models/demo.npz\n", book="default")
    runtime = tasks.this_process()
    now = datetime.now(BERLIN)
    learned = now - timedelta(days=3)
    for told in (learned.isoformat(), {"kind": learned.isoformat(), "priority": "odd"}):
        model = TeamModel(Seal(b"a key of the tests"), info={"until": told})
        project = replace(runtime.config().projects["DEMO"], team=model)
        assert learning(runtime, project, now).since == learned


def test_a_training_of_the_week_is_told_with_its_figures(team: Team) -> None:
    team.configure("    model: models/demo.npz\n", book="default")
    overrule(team.desk, **{"class": "Exploration"})
    runtime = tasks.this_process()
    project = runtime.config().projects["DEMO"]
    shelf = runtime.shelf(project)
    assert shelf is not None
    trained = datetime.now(UTC) + timedelta(seconds=1)
    figures = {"before": {RIGHT: 0.78}, "after": {RIGHT: 0.83}}
    entry = ModelEntry("d1", trained, "weekly training", **figures)
    with shelf.changing() as remember:
        remember(Memory("d1", (entry,)))
    until = (trained + timedelta(hours=1)).astimezone(BERLIN)
    told = learning(runtime, project, until)
    said = comment(until, told)
    assert "Learned from 1 correction: 1 of class; right 78 → 83 % of decided." in said
    shelf.put_beside(Beside("d1", ("the mix of classes shifts",)))
    told = learning(runtime, project, until)
    said = comment(until, told)
    assert "of decided. It does not count before a person approves it." in said


def test_an_issue_for_reports_that_is_gone_costs_no_reading_of_the_project(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-23T12:00:00+01:00")
    desk.jira.model.keys.pop("DEMO-1")
    before = desk.jira.log.count(path="search", account="sluice")
    assert tasks.reports() == {}
    assert desk.jira.log.count(path="search", account="sluice") == before


def test_a_report_that_jira_refuses_is_not_read_anew_every_five_minutes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2026-11-23T12:00:00+01:00")
    issue = desk.jira.model.keys.pop("DEMO-1")
    assert tasks.reports() == {}
    desk.jira.model.keys["DEMO-1"] = issue
    assert tasks.reports() == {}
    desk.store._redis.delete(desk.store._key("report_pause", "DEMO"))  # an hour later
    assert tasks.reports() == {"DEMO": "added"}
