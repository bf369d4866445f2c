"""Hold the settings, stores, rulebooks and Jira sites of a process, each opened at first use."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from worker.rulebooks.active import ActiveRulebooks
from worker.settings.load import load
from worker.settings.settings import Settings
from worker.store.work_queue import Store
from worker.triage import Outcome, SiteTriage, open_site_triage

log = logging.getLogger("sluice")


@dataclass
class Process:
    """The settings, stores, rulebooks and sites of this process. It opens them after the fork."""

    settings: Settings | None = None
    _stores: dict[str, Store] = field(default_factory=dict)
    _site_triages: dict[str, SiteTriage] = field(default_factory=dict)
    rulebooks: ActiveRulebooks = field(default_factory=ActiveRulebooks)

    def begin(self, settings: Settings) -> None:
        """Take new settings with their rulebooks, and close everything that is open."""
        self.close()
        self.settings, self.rulebooks = settings, ActiveRulebooks()

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

    def site_triage(self, site: str) -> SiteTriage:
        """Return the triage of a site, with the active rulebooks.

        The first call asks Jira for our own account, so that the web process can ignore our events.
        """
        if self.rulebooks.due():
            self._update_rulebooks()
        if site not in self._site_triages:
            settings = self.config()
            opened = open_site_triage(settings.sites[site], settings.of_site(site))
            self.store(site).introduce(opened.site.me)
            self._site_triages[site] = opened
        return self._site_triages[site]

    def triage(self, site: str, issue: str, now: datetime) -> Outcome:
        """Triage an issue, given by id or key, with one GET and at most one PUT.

        If a new rulebook reaches its rewrite limit, the previous rulebook judges the issue.
        """
        site_triage = self.site_triage(site)
        outcome = site_triage.plan(site_triage.site.open(issue), now)
        if outcome.rewrites and not self._may_rewrite(site, outcome):
            site_triage = self.site_triage(site)
            outcome = site_triage.plan(outcome.issue, now)
        return site_triage.apply(outcome)

    def _may_rewrite(self, site: str, outcome: Outcome) -> bool:
        """Return whether the rulebook may rewrite one more issue; otherwise it is rolled back."""
        project = self.config().projects[outcome.issue.project]
        book, ledger = project.book, self.store(site).ledger
        if ledger.spend(project.key, book.digest, outcome.issue.id, project.rewrite_cap):
            return True
        message = (
            "%s: rulebook %s@%s is rolled back: more than %d issues rewritten in its first hour"
        )
        log.error(message, project.key, book.name, book.digest, project.rewrite_cap)
        self.rulebooks.hurry()
        return False

    def _update_rulebooks(self) -> None:
        """Take the projects whose rulebook or text model is another one now."""
        settings = self.config()
        for found in self.rulebooks.look(settings.projects, self.store):
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
