"""Give the demo its past: a team's work in Jira, and the weeks that Sluice would have posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from cli.demo_run.eight_weeks import (
    WEEKS,
    ZONE,
    free_days,
    holidays_near,
    is_open,
    last_sunday,
    load_plan,
    plan,
    rows_of,
)
from cli.demo_run.jira_user import People
from connector.capacity.fetch_work import fetch_work
from connector.client import Site
from rules.capacity.frozen_week import FrozenWeek, kept
from rules.capacity.week_report import WEEK, week_of, week_report
from worker.jobs.week import property_of, week_end
from worker.settings.load import load
from worker.settings.settings import Project

_HOME = {"PAY": "CN"}


class History:
    """Eight weeks of work in the projects that have some, up to last Sunday.

    `places` are the countries whose public holidays the people of a project have.
    """

    def __init__(self, projects: Iterable[str], now: datetime) -> None:
        self.sunday = last_sunday(now)
        self._rows = {key: found for key in projects if (found := rows_of(key))}
        near = {key: holidays_near(self.sunday, _HOME.get(key)) for key in self._rows}
        self.places = {key: place for key, place in near.items() if place}
        self.issues = 0
        self.open: list[str] = []

    def load(self, people: People, env: Mapping[str, str]) -> None:
        """Create the issues, and keep the weeks before the last one as if they had been posted.

        `open` gets the ids of those that Sluice has to triage.
        """
        for key, rows in self._rows.items():
            planned = plan(rows, self.sunday, free_days(self.places.get(key)))
            ids = load_plan(people, planned, self.sunday)
            self.issues += len(ids)
            self.open += [ids[n] for n, one in enumerate(planned) if is_open(one)]
        if self._rows:
            noon = datetime.combine(self.sunday, datetime.min.time(), ZONE)
            _keep_weeks(people, env, week_of(noon), WEEKS - 1)


def _keep_weeks(people: People, env: Mapping[str, str], week: str, number: int) -> None:
    """Put the `number` weeks before a week into the property of each project's report issue."""
    found = load(env)
    for key, project in found.projects.items():
        site = found.sites[project.site]
        jira = Site(site.account, site.fields, site.words)
        value = {"weeks": [one.to_json() for one in _weeks(jira, project, week, number)]}
        assert project.report is not None
        path = f"/rest/api/2/issue/{project.report.issue}/properties/{property_of(key)}"
        people.ask("PUT", path, json=value)


def _weeks(site: Site, project: Project, week: str, number: int) -> tuple[FrozenWeek, ...]:
    assert project.report is not None
    zone = project.capacity.calendar.zone
    last = week_end(week, project.report.weekday, project.report.time, zone)
    work = fetch_work(site, f'project = "{project.key}"')
    rules = project.capacity.naming(work.people)
    items = [item for item in work.items if item.key != project.report.issue]
    weeks: tuple[FrozenWeek, ...] = ()
    for back in range(number, 0, -1):
        until = last - back * WEEK
        assert week_of(until - timedelta(days=1)) < week
        weeks = kept(weeks, week_report(project.key, items, rules, until, weeks).frozen())
    return weeks
