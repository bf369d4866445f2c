"""What a process holds open: settings, stores and gates, each made when it is first asked for."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from worker.rulebooks.active import Shelf
from worker.settings.load import Settings, load
from worker.store.work_queue import Store
from worker.triage import Gate, Outcome, open_gate

log = logging.getLogger("sluice")


@dataclass
class Runtime:
    """What a process needs of each site, opened when first asked for: after the fork."""

    settings: Settings | None = None
    _stores: dict[str, Store] = field(default_factory=dict)
    _gates: dict[str, Gate] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)

    def begin(self, settings: Settings) -> None:
        """Go by these settings, and by the rulebooks that they came with."""
        self.close()
        self.settings, self.shelf = settings, Shelf()

    def config(self) -> Settings:
        """The settings; a process that nobody configured reads them itself."""
        if self.settings is None:
            self.settings = load()
        return self.settings

    def store(self, site: str) -> Store:
        """The work in flight of a site."""
        if site not in self._stores:
            self._stores[site] = Store(self.config().redis_url, site)
        return self._stores[site]

    def gate(self, site: str) -> Gate:
        """The gate of a site, its rule files as they are now.

        Asks Jira who we are, so that our own events can be told.
        """
        if self.shelf.due():
            self._take_books()
        if site not in self._gates:
            settings = self.config()
            gate = open_gate(settings.sites[site], settings.of_site(site))
            self.store(site).introduce(gate.site.me)
            self._gates[site] = gate
        return self._gates[site]

    def triage(self, site: str, issue: str, now: datetime) -> Outcome:
        """One GET and at most one PUT, by the book that may; `issue` is an id or key."""
        gate = self.gate(site)
        outcome = gate.plan(gate.site.open(issue), now)
        if outcome.rewrites and not self._may_rewrite(site, outcome):
            gate = self.gate(site)
            outcome = gate.plan(outcome.issue, now)
        return gate.apply(outcome)

    def _may_rewrite(self, site: str, outcome: Outcome) -> bool:
        """Whether the book may rewrite one issue more; where not, it judges no longer."""
        project = self.config().projects[outcome.issue.project]
        book, ledger = project.book, self.store(site).ledger
        if ledger.spend(project.key, book.digest, outcome.issue.id, project.rewrite_cap):
            return True
        said = "%s: rulebook %s@%s is stopped: more than %d issues rewritten in its first hour"
        log.error(said, project.key, book.name, book.digest, project.rewrite_cap)
        self.shelf.hurry()
        return False

    def _take_books(self) -> None:
        """Take the books that judge from now on: of files that changed, or that came back."""
        settings = self.config()
        for found in self.shelf.look(settings.projects, self.store):
            projects = {**self.config().projects, found.key: found}
            self.settings = replace(self.config(), projects=projects)
            # A new book may ask for other fields: the gate is opened anew.
            if gate := self._gates.pop(found.site, None):
                gate.close()

    def forget_layout(self, site: str) -> None:
        """Read the site's fields anew: Jira may refuse because one was made again since."""
        if site in self._gates:
            self._gates[site].site.forget_layout()

    def close(self) -> None:
        """Free all that was opened."""
        for gate in self._gates.values():
            gate.close()
        self._gates.clear()
        self._stores.clear()
