"""The weekly report on a real site: what it counts, and the one comment that it keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.desk import Desk
from worker.settings.load import Project
from worker.tasks import this_process
from worker.triage import SiteTriage

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def gate(desk: Desk) -> SiteTriage:
    return this_process().site_triage("main")


@pytest.fixture
def project(gate: SiteTriage) -> Project:
    return gate.projects["DEMO"]


def done(desk: Desk, kind: str, points: float, days_ago: float = 1.0) -> None:
    """An issue that was classed and finished some days ago."""
    model = desk.jira.model
    when = datetime.now(BERLIN) - timedelta(days=days_ago)
    fields = {model.field_named(name).id: value for name, value in (("Story Points", points),)}  # type: ignore[union-attr]
    issue = model.insert(
        model.projects["DEMO"], {"summary": kind, **fields}, model.accounts.by_name["pm"]
    )
    desk.sluice.person.set(issue.id, **{"class": kind})
    status = next(
        s for s in model.catalog.statuses.values() if s["statusCategory"]["key"] == "done"
    )
    issue.values = issue.values | {
        "status": status,
        "resolutiondate": when.strftime("%Y-%m-%dT%H:%M:%S.000%z"),
    }


def test_it_counts_the_points_of_what_was_done_in_seven_days(
    desk: Desk, gate: SiteTriage, project: Project
) -> None:
    done(desk, "Tech debt", 3.0)
    done(desk, "Business need", 1.0, days_ago=6.9)
    done(desk, "Exploration", 50.0, days_ago=7.1)
    found = gate.report(project, datetime.now(BERLIN))
    assert (found.unit, found.done.total) == ("points", 4.0)
    assert found.done.percent == {"tech_debt": 75.0, "business_need": 25.0, "exploration": 0.0}
    assert found.under == "business_need"


def test_it_reads_by_pages_and_not_issue_by_issue(
    desk: Desk, gate: SiteTriage, project: Project
) -> None:
    model = desk.jira.model
    for number in range(120):
        values = {"summary": f"Issue {number}"}
        model.insert(model.projects["DEMO"], values, model.accounts.by_name["pm"])
    gate.report(project, datetime.now(BERLIN))
    log = desk.jira.log
    assert log.count(path="search", account="sluice") == 2
    assert log.count(path="/issue/", account="sluice") == 0


def test_the_same_week_edits_its_comment_and_the_same_words_write_nothing(
    desk: Desk, gate: SiteTriage, project: Project
) -> None:
    now = datetime.now(BERLIN)
    assert gate.post(project, gate.report(project, now)) == "added"
    assert gate.post(project, gate.report(project, now)) == "same"
    assert desk.jira.log.count(method="PUT", account="sluice") == 1
    done(desk, "Tech debt", 3.0, days_ago=0.1)
    assert gate.post(project, gate.report(project, now)) == "edited"
    (body,) = desk.sluice.person.see("DEMO-1")["comments"]
    assert "|Tech debt|20 %|100 %|" in body


def test_a_person_who_quotes_the_report_keeps_their_comment(
    desk: Desk, gate: SiteTriage, project: Project
) -> None:
    now = datetime.now(BERLIN)
    gate.post(project, gate.report(project, now))
    ours = desk.sluice.person.see("DEMO-1")["comments"][0]
    desk.sluice.person.ask("POST", "issue/DEMO-1/comment", {"body": f"Look:\n{ours}"})
    done(desk, "Tech debt", 3.0, days_ago=0.1)
    assert gate.post(project, gate.report(project, now)) == "edited"
    mine, theirs = desk.sluice.person.see("DEMO-1")["comments"]
    assert mine != ours and theirs == f"Look:\n{ours}"


def test_a_comment_that_a_person_deleted_is_added_again(
    desk: Desk, gate: SiteTriage, project: Project
) -> None:
    now = datetime.now(BERLIN)
    gate.post(project, gate.report(project, now))
    (note,) = desk.sluice.person.ask("GET", "issue/DEMO-1")["fields"]["comment"]["comments"]
    requests.delete(note["self"], headers=desk.jira.authorization("pm"), timeout=60)
    assert gate.post(project, gate.report(project, now)) == "added"
