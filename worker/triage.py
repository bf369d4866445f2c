"""Gather, decide, apply: triage an issue, find the stale ones, report a week."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from connector.capacity_comment import marker, report_comment
from connector.client import Site
from connector.field_mapping import needs
from connector.plan_update import Update, plan_update
from connector.triage_comment import comment
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.capacity import capacity_report
from rules.capacity.capacity_report import CapacityReport
from rules.facts.issue import Issue
from rules.rulebook.rulebook import Rulebook
from worker.settings.load import Project, SiteSettings

log = logging.getLogger("sluice")

RECENT = "(statusCategory != Done OR resolved >= -14d)"
"""What reconciling looks at: old, finished issues are left in peace."""

OVERLAP = timedelta(minutes=5)
"""Jira's search index lags behind its events: each pass reads that much of the last one again."""


Staleness = Literal["fresh", "stale", "rewrite"]
"""Stale: a triage would write. Rewrite: it would write over a decision of another book."""


@dataclass(frozen=True)
class Outcome:
    """What a triage came to: the assessment and the update, None where none was due.

    `foreign`: the issue's project is not under the gate. `shadow`: its whole book is in shadow, so
    nothing is written. `shadows`: what the book would decide with its rules in shadow, and what the
    candidate beside it would.
    """

    issue: Issue
    status: Literal["written", "unchanged", "foreign", "shadow"]
    assessment: Assessment | None = None
    update: Update | None = None
    shadows: tuple[Assessment, ...] = ()

    @property
    def rewrites(self) -> bool:
        """Whether a decision of another book would be written over."""
        record = self.issue.record
        if self.update is None or self.assessment is None or record is None:
            return False
        return record.rulebook is not None and record.rulebook != self.assessment.rulebook


class Gate:
    """The gate of one site: its projects, their judges, its Jira. One a process."""

    def __init__(self, site: Site, projects: Mapping[str, Project]) -> None:
        self.site = site
        self.projects = projects
        self._judges: dict[tuple[str, str, str], Judge] = {}

    def judge(self, project: Project) -> Judge:
        """The judge of a project; those with the same book, language and model share one."""
        return self._judge(project, project.book.live())

    def _judge(self, project: Project, book: Rulebook) -> Judge:
        key = (book.digest, project.language, project.model.digest)
        if key not in self._judges:
            self._judges[key] = Judge(book, project.language, project.model)
        return self._judges[key]

    def close(self) -> None:
        """Free the engines of the judges."""
        for judge in self._judges.values():
            judge.close()
        self._judges.clear()

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
        shadows = tuple(self._shadows(project, issue, now))
        if project.book.shadow:
            return Outcome(issue, "shadow", assessment, None, shadows)
        layout = self.site.layout
        body = comment(assessment, layout, project.language)
        update = plan_update(assessment, layout, body, now)
        status: Literal["written", "unchanged"] = "written" if update else "unchanged"
        return Outcome(issue, status, assessment, update, shadows)

    def _shadows(self, project: Project, issue: Issue, now: datetime) -> Iterator[Assessment]:
        """What else would be decided, and is not; a fault of that harms nobody."""
        books = [project.book] if project.book.shadowed else []
        for book in [*books, *([project.candidate] if project.candidate else [])]:
            try:
                yield self._judge(project, book).assess(issue, now)
            except Exception:
                log.exception("%s: the shadow %s failed on %s", project.key, book.name, issue.key)

    def stale(
        self, project: str, now: datetime, since: datetime | None = None
    ) -> Iterator[tuple[Issue, Staleness]]:
        """Each issue of a project that reconciling reads, by pages, and how stale it is.

        `since` narrows to what was updated from then on.
        """
        for issue in self.site.search(_query(project, now, since)):
            yield issue, self._staleness(issue, now)

    def _staleness(self, issue: Issue, now: datetime) -> Staleness:
        try:
            outcome = self.plan(issue, now)
        except Exception:  # its triage will make a dead letter of it; the others go on
            return "stale"
        if outcome.update is None:
            return "fresh"
        return "rewrite" if outcome.rewrites else "stale"

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
        return capacity_report.report(project.key, issues, project.targets, until, project.by)

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
    books = [book for p in projects.values() for book in (p.book, p.candidate) if book]
    custom = {name for book in books for name in needs(book)}
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
