"""Gather, decide, apply: triage an issue, find the stale ones, report a week."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from connector.layout import needs
from connector.report import marker, report_comment
from connector.site import Site
from connector.update import Update, plan_update
from connector.wiki import comment
from rules import capacity
from rules.assess import Judge
from rules.capacity import CapacityReport
from rules.issue import Assessment, Issue
from rules.rulebook import Rulebook
from worker.settings import Project, SiteSettings

log = logging.getLogger("sluice")

RECENT = "(statusCategory != Done OR resolved >= -14d)"
"""What reconciling looks at: old, finished issues are left in peace."""

OVERLAP = timedelta(minutes=5)
"""Jira's search index lags behind its events: each pass reads that much of the last one again."""


@dataclass(frozen=True)
class Outcome:
    """What a triage came to: the assessment and the update, None where none was due.

    `foreign`: the issue's project is not under the gate. `shadow`: its whole book is in shadow, so
    nothing is written; in `shadow` is what the book would decide with its rules in shadow.
    """

    issue: Issue
    status: Literal["written", "unchanged", "foreign", "shadow"]
    assessment: Assessment | None = None
    update: Update | None = None
    shadow: Assessment | None = None


class Gate:
    """The gate of one site: its projects, their judges, its Jira. One a process."""

    def __init__(self, site: Site, projects: Mapping[str, Project]) -> None:
        self.site = site
        self.projects = projects
        self._judges: dict[tuple[str, str], Judge] = {}

    def judge(self, project: Project) -> Judge:
        """The judge of a project; projects with the same book and language share one."""
        return self._judge(project.book.live(), project.language)

    def _judge(self, book: Rulebook, language: str) -> Judge:
        key = (book.digest, language)
        if key not in self._judges:
            self._judges[key] = Judge(book, language)
        return self._judges[key]

    def close(self) -> None:
        """Free the engines of the judges."""
        for judge in self._judges.values():
            judge.close()
        self._judges.clear()

    def triage(self, issue: str, now: datetime, dry_run: bool = False) -> Outcome:
        """One GET and at most one PUT; `issue` is an id or key."""
        outcome = self.plan(self.site.open(issue), now)
        return outcome if dry_run else self.apply(outcome)

    def apply(self, outcome: Outcome) -> Outcome:
        """Write what was planned: one PUT, or none."""
        if outcome.update:
            self.site.write(outcome.issue.id, outcome.update)
        return outcome

    def plan(self, issue: Issue, now: datetime) -> Outcome:
        """What is to be written on an issue that was read; nothing is written here."""
        project = self.projects.get(issue.project)
        if project is None or self._takes_reports(issue.key):
            return Outcome(issue, "foreign")
        assessment = self.judge(project).assess(issue, now)
        shadow = self._shadow(project, issue, now)
        if project.book.shadow:
            return Outcome(issue, "shadow", assessment, None, shadow)
        layout = self.site.layout
        body = comment(assessment, layout, project.language)
        update = plan_update(assessment, layout, body, now)
        status: Literal["written", "unchanged"] = "written" if update else "unchanged"
        return Outcome(issue, status, assessment, update, shadow)

    def _shadow(self, project: Project, issue: Issue, now: datetime) -> Assessment | None:
        """What the book would decide with its rules in shadow; their fault harms nobody."""
        if not project.book.shadowed:
            return None
        try:
            return self._judge(project.book, project.language).assess(issue, now)
        except Exception:
            log.exception("%s: the rules in shadow failed on %s", project.key, issue.key)
            return None

    def stale(
        self, project: str, now: datetime, since: datetime | None = None
    ) -> Iterator[tuple[Issue, bool]]:
        """Each issue of a project that reconciling reads, by pages, and whether it is stale.

        Stale means that a triage would write. `since` narrows to what was updated from then on.
        """
        for issue in self.site.search(_query(project, now, since)):
            yield issue, self._is_stale(issue, now)

    def _is_stale(self, issue: Issue, now: datetime) -> bool:
        try:
            return self.plan(issue, now).update is not None
        except Exception:  # its triage will make a dead letter of it; the others go on
            return True

    def _takes_reports(self, key: str) -> bool:
        """Whether an issue is there for the weekly report: that is no work to be judged."""
        return any(p.report and p.report.issue == key for p in self.projects.values())

    def report(self, project: Project, until: datetime) -> CapacityReport:
        """The capacity report of the seven days up to `until`: read by pages."""
        issues = list(
            self.site.search(
                f'project = "{project.key}" AND (statusCategory != Done OR resolved >= -15d) '
                "ORDER BY key ASC"
            )
        )
        return capacity.report(project.key, issues, project.targets, until, project.by)

    def post(self, project: Project, report: CapacityReport) -> Literal["added", "edited", "same"]:
        """Put the report on the project's issue; the same week again edits its comment."""
        if project.report is None:
            raise ValueError(f"{project.key} names no issue for its report in sluice.yaml")
        body = report_comment(report, project.language)
        note = self.site.note(project.report.issue, marker(report))
        if note and note.body.split() == body.split():
            return "same"
        operation = {"edit": {"id": note.id, "body": body}} if note else {"add": {"body": body}}
        self.site.write(project.report.issue, Update({}, {"comment": [operation]}, ()))
        return "edited" if note else "added"


def open_gate(settings: SiteSettings, projects: Mapping[str, Project]) -> Gate:
    """The gate of a site from its settings; no request is made yet."""
    custom = {name for project in projects.values() for name in needs(project.book)}
    site = Site(
        settings.account,
        settings.fields,
        settings.words,
        sorted(custom),
        settings.default_priority,
    )
    return Gate(site, projects)


def _query(project: str, now: datetime, since: datetime | None) -> str:
    updated = f" AND updated >= -{_minutes(now - since + OVERLAP)}m" if since else ""
    return f'project = "{project}" AND {RECENT}{updated} ORDER BY key ASC'


def _minutes(span: timedelta) -> int:
    return max(int(span.total_seconds() // 60) + 1, 1)
