"""Triage an issue, for one site."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from connector.client import JiraRefused, Site
from connector.comment.told import told
from connector.layout.by_project import ProjectFields
from connector.layout.field_mapping import needs
from connector.layout.left_out import (
    COMMENT,
    READ_ONLY,
    names_a_field,
    on_screen,
    writable,
    written_parts,
)
from connector.plan_update import Update, plan_update
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue, Record
from rules.rulebook.rulebook import Rulebook
from rules.text_model.team.model import TeamModel
from worker.settings.settings import Project, SiteSettings
from worker.store.site.first_contact import EVER
from worker.store.site.screens import Known, Place, Screens, ScreensHere
from worker.triage.left_alone import Reason, held, is_older, is_taken_back, reason
from worker.triage.site_projects import SiteProjects

log = logging.getLogger("sluice")

MOST_REFUSALS = 2
"""How often a refused write is tried again with less: Jira may not name everything at once."""

CLOCKS = timedelta(seconds=5)
"""A difference between Jira's clock and ours that may be the time of an answer."""

Cause = Literal["rulebook", "model"]
"""What may be on trial, and replaces decisions of the one before."""


@dataclass(frozen=True)
class Outcome:
    """The result of a triage: the assessment, and the update if one is due.

    `project` is the key in `sluice.yaml` of the project that judges, which Jira may have renamed.
    `foreign`: the project is not in `sluice.yaml`. `shadow`: the whole rulebook is in shadow, so
    nothing is written. `shadows`: the assessments with the shadow rules, and by the shadow
    rulebook. `left alone`: nothing is judged or written, and `why` says why. `left_out` names what
    Jira would refuse, so that the update does without; `doubtful` what it refused an hour ago.
    `asked`: a person wanted this triage. `why_field` is the id of the field for the reasons.
    """

    issue: Issue
    status: Literal["written", "unchanged", "foreign", "shadow", "left alone"]
    assessment: Assessment | None = None
    update: Update | None = None
    shadows: tuple[Assessment, ...] = ()
    project: str = ""
    why: Reason | None = None
    left_out: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    asked: bool = False
    why_field: str = ""

    @property
    def first(self) -> bool:
        """Return whether the update is the first one that Sluice writes on the issue."""
        return self.update is not None and self.issue.record is None

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


class Narrowed(Exception):
    """Jira refused a part of an update. It is remembered: the next plan does without it."""


class SiteTriage:
    """The triage of one site: its Jira, its projects and their judges. A process has one each."""

    def __init__(
        self, site: Site, projects: Mapping[str, Project], screens: Screens | None = None
    ) -> None:
        self.site = site
        self.projects = projects
        self.places = SiteProjects(site, projects)
        self.screens = screens or ScreensHere()
        self.start: Callable[[str], datetime] = lambda _: EVER
        """The start of a project: older issues wait for a backfill. The process says how."""
        self._ahead = timedelta(0)  # of Jira's clock
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

    def project_of(self, issue: Issue) -> Project | None:
        """Return the settings of an issue's project, or None: by its key, or else by its id."""
        return self.places.of(issue)

    def close(self) -> None:
        """Free the engines of the judges."""
        for judge in self._judges.values():
            judge.close()
        self._judges.clear()

    def apply(self, outcome: Outcome, now: datetime | None = None) -> Outcome:
        """Write the planned update, if there is one, with one PUT.

        What Jira refuses is left out and remembered, and the rest is written with one more PUT.
        """
        for _ in range(MOST_REFUSALS):
            try:
                self.apply_over(self.site, outcome)
            except Narrowed:
                now = now or datetime.now(UTC)
                outcome = self.plan(outcome.issue, now, asked=outcome.asked)
            else:
                return outcome
        if outcome.update:
            self.site.write(outcome.issue.id, outcome.update)
        return outcome

    def apply_over(self, site: Site, outcome: Outcome) -> None:
        """Write the planned update over a connection, which may be that of another thread.

        Raise Narrowed if Jira refuses a part: the next plan does without it.
        """
        if outcome.update is None:
            return
        try:
            site.write(outcome.issue.id, outcome.update)
        except JiraRefused as refused:
            lacking = site.what_lacks(outcome.issue, outcome.update, refused)
            if lacking <= outcome.left_out:
                raise
            self.screens.add(_place(outcome.issue), lacking)
            if names_a_field(lacking):
                site.renew_layout()
            raise Narrowed from None
        self._written(outcome)

    def _written(self, outcome: Outcome) -> None:
        """Forget what Jira took now, though it refused it before."""
        took = written_parts(outcome.update.body() if outcome.update else {})
        if cured := outcome.doubtful & took:
            self.screens.cured(_place(outcome.issue), cured)

    def foresee(self, issue: Issue, now: datetime) -> Outcome:
        """Plan the update as a pass sees it, which must not queue all that Jira refused once.

        What was refused more than an hour ago is tried on one issue of each type.
        """
        bold = self.plan(issue, now)
        if bold.update is None or not bold.doubtful:
            return bold
        careful = self._plan(issue, now, Known(bold.left_out | bold.doubtful))
        if careful.update is None and self.screens.may_try(_place(issue)):
            return bold
        return careful

    def plan(self, issue: Issue, now: datetime, *, asked: bool = False) -> Outcome:
        """Assess an issue and plan the update. Writes nothing.

        `asked`: a person named the issue, or a backfill comes, so that it waits no longer.
        """
        return self._plan(issue, now, self.screens.known(_place(issue)), asked)

    def _plan(self, issue: Issue, now: datetime, known: Known, asked: bool = False) -> Outcome:
        project = self.project_of(issue)
        if project is None or self.places.takes_reports(issue):
            return Outcome(issue, "foreign")
        lacking = known.lacking
        if why := self._left_alone(project, issue, now, READ_ONLY in lacking, asked):
            return Outcome(issue, "left alone", project=project.key, why=why)
        assessment = self.judge(project).assess(issue, now)
        shadows = tuple(self._shadows(project, issue, now))
        if project.book.shadow:
            return Outcome(issue, "shadow", assessment, None, shadows, project=project.key)
        layout = on_screen(self.site.layout_of(project.key), lacking)
        assessment = writable(assessment, layout, lacking, held(issue, project.rerank))
        says = told(assessment, layout, project.language, project.telling)
        update = plan_update(assessment, layout, says, now, lacking=lacking)
        if leaves_to_others(project, issue, assessment):
            update = None
        visible = update is not None and not update.quiet
        status: Literal["written", "unchanged"] = "written" if visible else "unchanged"
        found = Outcome(issue, status, assessment, update, shadows, project=project.key)
        return replace(
            found,
            left_out=lacking,
            doubtful=known.doubtful,
            asked=asked,
            why_field=layout.why.id if layout.why else "",
        )

    def serves(self, issue: Issue, now: datetime) -> Project | None:
        """Return the project of an issue on which this process may comment; None if it may not."""
        project = self.project_of(issue)
        if project is None or self.places.takes_reports(issue):
            return None
        lacking = self.screens.known(_place(issue)).lacking
        silent = project.book.shadow or project.follows or COMMENT in lacking
        alone = self._left_alone(project, issue, now, READ_ONLY in lacking, asked=False)
        return None if silent or alone else project

    def judged(self, outcome: Outcome, now: datetime) -> Outcome:
        """Return the outcome with the assessment, also of an issue that is left alone."""
        project = self.project_of(outcome.issue)
        if outcome.assessment or outcome.status == "foreign" or project is None:
            return outcome
        return replace(outcome, assessment=self.judge(project).assess(outcome.issue, now))

    def _left_alone(
        self, project: Project, issue: Issue, now: datetime, read_only: bool, asked: bool
    ) -> Reason | None:
        """Return why nothing is written on an issue, or None."""
        team = project.team.digest if project.team else None
        taken_back = not asked and is_taken_back(issue, project.book.live().digest, team)
        older = not asked and issue.record is None and self._is_older(project, issue, now)
        return reason(issue, read_only=read_only, older=older, taken_back=taken_back)

    def _is_older(self, project: Project, issue: Issue, now: datetime) -> bool:
        """Return whether an issue is older than its project's start, by Jira's clock."""
        if issue.read_at:
            apart = issue.read_at - now
            self._ahead = apart if abs(apart) > CLOCKS else timedelta(0)
        start = self.start(project.key)
        return is_older(issue, start if start == EVER else start + self._ahead)

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


def firings(outcome: Outcome) -> list[str]:
    """Return the counters of the rules that fired: as many as the rulebook has rules."""
    found = outcome.assessment
    rules = dict.fromkeys(one.rule for one in found.firings) if found else {}
    return [f"fired_{outcome.project}:{rule}" for rule in rules]


def leaves_to_others(project: Project, issue: Issue, assessment: Assessment) -> bool:
    """Return whether this host writes nothing, since it lacks what decided or leads.

    Model or book that decided the issue is in use, but this process can't get it; or another host's
    settings lead, and nobody touched the issue since the last write.
    """
    record = issue.record
    if record is None:
        return False
    if project.team_missing and record.team not in (None, assessment.team):
        return True
    if project.book_missing and record.rulebook not in (None, assessment.rulebook):
        return True
    return project.follows and not touched(issue, record)


def touched(issue: Issue, record: Record) -> bool:
    """Return whether anybody changed an issue since Sluice's last write."""
    updated = issue.fields.get("updated")
    if record.at is None or not isinstance(updated, datetime):
        return True
    return updated > record.at + CLOCKS


def _place(issue: Issue) -> Place:
    return Place(issue.project_id, issue.type, str(issue.fields.get("status") or ""))


def open_site_triage(
    settings: SiteSettings, projects: Mapping[str, Project], screens: Screens | None = None
) -> SiteTriage:
    """Return the triage of a site from its settings. Makes no request yet.

    `screens` remembers what the edit screens lack; without it, this process does.
    """
    site = Site(
        settings.account,
        settings.fields,
        settings.words,
        default_priority=settings.default_priority,
        robots=settings.robots,
        priority_words=settings.priorities,
        former=settings.former_accounts,
        projects={key: _fields(project) for key, project in projects.items()},
    )
    return SiteTriage(site, projects, screens)


def _fields(project: Project) -> ProjectFields:
    books = [book for book in (project.book, project.candidate) if book]
    custom = tuple(sorted({name for book in books for name in needs(book)}))
    return ProjectFields(project.fields, custom, project.id)
