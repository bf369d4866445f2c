"""A week on a practice Jira: whose time went where, read from the changelog alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.desk import Desk
from worker.jobs.week import Week, read_week
from worker.settings.settings import Project
from worker.tasks import this_process

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2026, 11, 30, 9, tzinfo=BERLIN)


class Team:
    """People who work on a practice Jira, at times that a test gives."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.jira = desk, desk.jira
        self.site = this_process().site_triage("main").site

    @property
    def project(self) -> Project:
        return this_process().site_triage("main").projects["DEMO"]

    def at(self, text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()
        self.jira.model.clock = lambda: moment

    def ask(self, method: str, path: str, body: Any = None, by: str = "pm") -> Any:
        url = f"{self.jira.url}/rest/api/2/{path}"
        head = self.jira.authorization(by)
        answer = requests.request(method, url, json=body, headers=head, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def create(self, summary: str, kind: str | None = None, **fields: Any) -> str:
        made = self.ask(
            "POST",
            "issue",
            {
                "fields": {
                    "project": {"key": "DEMO"},
                    "issuetype": {"name": "Story"},
                    "summary": summary,
                    **fields,
                }
            },
        )
        if kind:
            self.desk.sluice.person.set(made["id"], **{"class": kind})
        return str(made["key"])

    def assign(self, key: str, who: str) -> None:
        account = self.jira.model.accounts.by_name[who]
        self.ask("PUT", f"issue/{key}/assignee", {"accountId": account.account_id})

    def move(self, key: str, to: str) -> None:
        steps = self.ask("GET", f"issue/{key}/transitions")["transitions"]
        step = next(one["id"] for one in steps if one["to"]["name"] == to)
        self.ask("POST", f"issue/{key}/transitions", {"transition": {"id": step}})

    def week(self, until: datetime = UNTIL) -> Week:
        return read_week(self.site, self.project, until)


@pytest.fixture
def team(desk: Desk) -> Iterator[Team]:
    found = Team(desk)
    found.at("2026-11-20 09:00")
    yield found


def test_days_are_given_to_what_was_in_progress(team: Team) -> None:
    debt, need = team.create("Pay debt", "Tech debt"), team.create("Sell", "Business need")
    team.at("2026-11-23 07:00")
    for key in (debt, need):
        team.assign(key, "pm")
    team.move(debt, "In Progress")
    team.at("2026-11-25 12:00")
    team.move(debt, "Done")
    team.move(need, "In Progress")
    report = team.week().report
    assert report.measured.unit == "person_days"
    assert report.work.parts == {"tech_debt": {debt: 2.5}, "business_need": {need: 2.5}}
    assert report.done.work == (debt,)
    assert report.days.idle == {}
