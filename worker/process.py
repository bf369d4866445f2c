"""Hold the settings, stores, rulebooks and Jira sites of a process, each opened at first use."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import get_args

from connector.client import JiraBusy
from rules.facts.issue import Issue
from worker.rulebooks.active import ActiveRulebooks
from worker.rulebooks.brake import Brake, brakes
from worker.settings.load import load
from worker.settings.settings import Project, Settings
from worker.store.models.state import Shelf
from worker.store.redis import StoreDown
from worker.store.site.first_contact import EVER
from worker.store.work_queue import LOCK_S, Locked, Store
from worker.team_models.active import ActiveModels, InUse
from worker.triage.decision_log.log import DecisionLog
from worker.triage.site_triage import Cause, Outcome, SiteTriage, open_site_triage

CAUSES = get_args(Cause)

LONG_S = LOCK_S * 2 / 3
"""A triage that took longer may have lost its lock: its process may have stood still."""

LOST = timedelta(hours=1)
"""If Redis loses the start while processes work, issues of the last hour are taken for new ones."""

log = logging.getLogger("sluice")


@dataclass
class Process:
    """The settings, stores, rulebooks and sites of this process. It opens them after the fork."""

    settings: Settings | None = None
    _stores: dict[str, Store] = field(default_factory=dict)
    _site_triages: dict[str, SiteTriage] = field(default_factory=dict)
    rulebooks: ActiveRulebooks = field(default_factory=ActiveRulebooks)
    begin_pass: Callable[[str], None] = field(default=lambda _: None)
    """Begin a pass over a site in a worker; `worker.tasks` says how."""
    _shelves: dict[str, Shelf] = field(default_factory=dict)
    _models: ActiveModels | None = None
    _epoch: str | None = None
    _untried: set[tuple[str, str]] = field(default_factory=set)
    """Projects with a rulebook that is not on trial, for one epoch and until the next look."""
    _at_work: bool = False
    _decisions: DecisionLog | None = None

    def begin(self, settings: Settings) -> None:
        """Take new settings with their rulebooks, and close everything that is open."""
        self.close()
        self.settings, self.rulebooks = settings, ActiveRulebooks()
        self._models = self._epoch = self._decisions = None

    def config(self) -> Settings:
        """Return the settings. They are read now if nobody called `begin`."""
        if self.settings is None:
            self.settings = load()
        return self.settings

    def store(self, site: str) -> Store:
        """Return the store of a site."""
        if site not in self._stores:
            self._stores[site] = Store(self.config().redis_url, site)
        return self._stores[site]

    def begin_work(self) -> None:
        """Store the start of each project that has none: from now on, this process triages."""
        self._at_work = True
        try:
            for site in self.config().sites:
                # A connection of its own: a worker's processes must not share it after the fork.
                store = Store(self.config().redis_url, site)
                store.contact.begin(self.config().of_site(site), datetime.now(UTC))
        except StoreDown as error:
            log.warning("the start is noted as soon as Redis answers: %s", error)

    def start(self, site: str, project: str) -> datetime:
        """Return the start of a project: older issues without a record wait for a backfill."""
        asked = self.config().sites[site].start
        if asked == "now":
            return EVER
        begun = self.store(site).contact.start(project)
        if begun is None and self._at_work:
            contact = self.store(site).contact
            contact.begin(self.config().of_site(site), datetime.now(UTC) - LOST)
            begun = contact.start(project)
        if begun == EVER or asked == "when told":
            return begun or datetime.now(UTC)
        return asked

    def look(self) -> None:
        """Look at the rule files, so that a change is noticed without an event."""
        if self.rulebooks.due():
            self._update_rulebooks()

    def site_triage(self, site: str) -> SiteTriage:
        """Return the triage of a site, with the active rulebooks.

        The first call asks Jira for our own account, so that the web process can ignore our events.
        """
        if self.rulebooks.due():
            self._update_rulebooks()
        if site not in self._site_triages:
            settings = self.config()
            store = self.store(site)
            opened = open_site_triage(settings.sites[site], settings.of_site(site), store.screens)
            store.introduce(opened.site.me)
            opened.start = partial(self.start, site)
            opened.site.count_calls(store.tally.add)
            self._site_triages[site] = opened
        return self._site_triages[site]

    def site_if_open(self, site: str) -> SiteTriage | None:
        """Return the triage of a site if it is open already; sends no request."""
        return self._site_triages.get(site)

    def triage(
        self,
        site: str,
        issue: str,
        now: datetime,
        *,
        asked: bool = False,
        still_ours: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        """Triage an issue, given by id or key, with one GET and at most one PUT.

        If a new rulebook or model reaches its rewrite limit, the previous one judges the issue.
        `asked`: a person named the issue, so that it waits for no backfill. `still_ours` is asked
        before the PUT of a triage that took long: raises Locked if another worker has the issue.
        """
        site_triage, begun = self.site_triage(site), time.monotonic()
        outcome = site_triage.plan(site_triage.site.open(issue), now, asked=asked)
        for _ in CAUSES:
            if all(self._may_rewrite(cause, outcome) for cause in sorted(self._spent(outcome))):
                break
            site_triage = self.site_triage(site)
            outcome = site_triage.plan(outcome.issue, now, asked=asked)
        if time.monotonic() - begun > LONG_S and not still_ours():
            raise Locked(f"another worker took issue {issue}, since this one stood still")
        try:
            done = site_triage.apply(outcome, now)
            self.note(done, now)
            return done
        except JiraBusy as busy:
            if busy.unknown:  # nobody may repeat the write before it is read again
                self.store(site).pauses.hold_for_outcome(outcome.issue.id)
            raise

    def _spent(self, outcome: Outcome) -> frozenset[Cause]:
        """Return what an update counts for, if it is on trial.

        A rulebook's trial counts its first writes too, on issues that were there before it.
        """
        return outcome.rewrites | ({"rulebook"} if outcome.first else set())

    def _may_rewrite(self, cause: Cause, outcome: Outcome) -> bool:
        """Return whether the rulebook or model may rewrite one more issue; else it is stopped."""
        project = self.config().projects[outcome.project]
        brake = next((one for one in self.brakes(project) if one.what == cause), None)
        if brake is None or (outcome.first and not self._counts(brake, outcome.issue)):
            return True
        if brake.spend(outcome.issue.id):
            return True
        message = "%s: %s %s is rolled back: more than %d issues rewritten in its first hour"
        log.error(message, project.key, brake.what, brake.shown, project.rewrite_cap)
        self.rulebooks.hurry()
        if brake.shelf:
            self.judge_all_again(project.model_name)
        return False

    def _counts(self, brake: Brake, issue: Issue) -> bool:
        """Return whether a first write counts. A book begins a trial with a new epoch."""
        known = (brake.project.key, brake.digest)
        if self._epoch is not None and known in self._untried:
            return False
        if not brake.tries():
            self._untried.add(known)
            return False
        return brake.counts(issue)

    def brakes(self, project: Project) -> list[Brake]:
        """Return the brakes of a project, on what judges it now."""
        return [*brakes(project, self.store(project.site).ledger, self.shelf(project))]

    def shelf(self, project: Project) -> Shelf | None:
        """Return the shelf of a project's model, None if it has none of its own."""
        name = project.model_name
        if not name:
            return None
        if name not in self._shelves:
            settings = self.config()
            sharing = [key for key, p in settings.projects.items() if p.model_name == name]
            self._shelves[name] = Shelf(settings.redis_url, name, sharing)
        return self._shelves[name]

    def note(self, outcome: Outcome, now: datetime) -> None:
        """Write the record of a triage to the decision log, if there is one."""
        settings = self.config()
        if settings.decision_log is None or outcome.assessment is None:
            return
        if self._decisions is None:
            self._decisions = DecisionLog(settings.decision_log)
        project = settings.projects[outcome.project]
        if not self._decisions.write(project, outcome, now):
            self.store(project.site).count("decisions_not_logged")

    @property
    def models(self) -> ActiveModels:
        """Return the teams' models of this process."""
        if self._models is None:
            self._models = ActiveModels(self.config().model_key)
        return self._models

    def notice(self, epoch: str) -> None:
        """Look at the models again if another process changed one."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._untried.clear()
            self.rulebooks.hurry()

    def judge_all_again(self, model_name: str) -> None:
        """Begin a full pass over all projects that share a model, as soon as a worker is free."""
        projects = self.config().projects.values()
        for site in sorted({p.site for p in projects if p.model_name == model_name}):
            self.begin_pass(site)

    def _in_use(self, project: Project) -> InUse:
        shelf = self.shelf(project)
        if shelf is None or project.model_file is None:
            return InUse()
        return self.models.look(shelf, project.model_file, datetime.now(UTC))

    def _update_rulebooks(self) -> None:
        """Take the projects whose rulebook or model is another one now."""
        settings = self.config()
        self._untried.clear()
        for found in self.rulebooks.look(settings, self.store, self._in_use):
            projects = {**self.config().projects, found.key: found}
            self.settings = replace(self.config(), projects=projects)
            # The new rulebook may ask for other fields: the site is opened again.
            if opened := self._site_triages.pop(found.site, None):
                opened.close()

    def forget_layout(self, site: str) -> None:
        """Read the fields of the site again: Jira may refuse a write because a field is new."""
        if site in self._site_triages:
            self._site_triages[site].site.forget_layout()

    def close(self) -> None:
        """Close everything that is open."""
        for opened in self._site_triages.values():
            opened.close()
        self._site_triages.clear()
        self._stores.clear()
        self._shelves.clear()
