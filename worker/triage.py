"""Triage an issue, for one site."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connector.client import Site
from connector.comment.triage_comment import comment
from connector.layout.field_mapping import needs
from connector.plan_update import Update, plan_update
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.rulebook.rulebook import Rulebook
from rules.text_model.team.model import TeamModel
from worker.settings.settings import Project, SiteSettings

log = logging.getLogger("sluice")

Cause = Literal["rulebook", "model"]
"""What may be on trial, and replaces decisions of the one before."""


@dataclass(frozen=True)
class Outcome:
    """The result of a triage: the assessment, and the update if one is due.

    `foreign`: the project is not in `sluice.yaml`. `shadow`: the whole rulebook is in shadow, so
    nothing is written. `shadows`: the assessments with the shadow rules, and by the shadow
    rulebook.
    """

    issue: Issue
    status: Literal["written", "unchanged", "foreign", "shadow"]
    assessment: Assessment | None = None
    update: Update | None = None
    shadows: tuple[Assessment, ...] = ()

    @property
    def rewrites(self) -> frozenset[Cause]:
        """Return whether the update replaces a decision of another rulebook or team's model."""
        record, found, causes = self.issue.record, self.assessment, set[Cause]()
        if self.update is None or self.update.quiet or found is None or record is None:
            return frozenset()
        if record.rulebook is not None and record.rulebook != found.rulebook:
            causes.add("rulebook")
        if record.team != found.team:
            causes.add("model")
        return frozenset(causes)


class SiteTriage:
    """The triage of one site: its Jira, its projects and their judges. A process has one each."""

    def __init__(self, site: Site, projects: Mapping[str, Project]) -> None:
        self.site = site
        self.projects = projects
        self._judges: dict[tuple[object, ...], Judge] = {}

    def judge(self, project: Project) -> Judge:
        """Return the judge of a project. Projects with equal book, language and model share it."""
        book = project.book.live().with_edges(project.edges)
        return self._judge(project, book, project.team)

    def _judge(self, project: Project, book: Rulebook, team: TeamModel | None) -> Judge:
        key = (book.digest, project.language, team.digest if team else "", book.bands)
        if key not in self._judges:
            self._judges[key] = Judge(book, project.language, project.model, team=team)
        return self._judges[key]

    def close(self) -> None:
        """Free the engines of the judges."""
        for judge in self._judges.values():
            judge.close()
        self._judges.clear()

    def apply(self, outcome: Outcome) -> Outcome:
        """Write the planned update, if there is one, with one PUT."""
        if outcome.update:
            self.site.write(outcome.issue.id, outcome.update)
        return outcome

    def plan(self, issue: Issue, now: datetime) -> Outcome:
        """Assess an issue and plan the update. Writes nothing."""
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
        if project.team_missing and _by_other(issue, assessment):
            update = None  # the model that decided it is in use, but not known to this process
        visible = update is not None and not update.quiet
        status: Literal["written", "unchanged"] = "written" if visible else "unchanged"
        return Outcome(issue, status, assessment, update, shadows)

    def _shadows(self, project: Project, issue: Issue, now: datetime) -> Iterator[Assessment]:
        """Yield the assessments in shadow. An error there is logged and changes nothing."""
        own = project.book.with_edges(project.edges)
        beside = [(own, project.team)] if own.shadowed else []
        beside += [(project.candidate, project.team)] if project.candidate else []
        beside += [(own.live(), project.team_beside)] if project.team_beside else []
        for book, team in beside:
            try:
                yield self._judge(project, book, team).assess(issue, now)
            except Exception:
                log.exception("%s: the shadow %s failed on %s", project.key, book.name, issue.key)

    def _takes_reports(self, key: str) -> bool:
        """Return whether an issue takes a weekly report: Sluice does not judge it."""
        return any(p.report and p.report.issue == key for p in self.projects.values())


def _by_other(issue: Issue, assessment: Assessment) -> bool:
    return issue.record is not None and issue.record.team not in (None, assessment.team)


def open_site_triage(settings: SiteSettings, projects: Mapping[str, Project]) -> SiteTriage:
    """Return the triage of a site from its settings. Makes no request yet."""
    books = [book for p in projects.values() for book in (p.book, p.candidate) if book]
    custom = {name for book in books for name in needs(book)}
    site = Site(
        settings.account,
        settings.fields,
        settings.words,
        sorted(custom),
        settings.default_priority,
        settings.robots,
    )
    return SiteTriage(site, projects)
