"""What a process holds open: settings, stores and gates, each made when it is first asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from worker.books import Books, BookStatus
from worker.pipeline import Gate, open_gate
from worker.settings import Project, Settings, load
from worker.store import Store


@dataclass
class Runtime:
    """What a process needs of each site, opened when first asked for: after the fork."""

    settings: Settings | None = None
    _stores: dict[str, Store] = field(default_factory=dict)
    _gates: dict[str, Gate] = field(default_factory=dict)
    books: Books = field(default_factory=Books)

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
        if self.books.due():
            self._look_at_books()
        if site not in self._gates:
            settings = self.config()
            gate = open_gate(settings.sites[site], settings.of_site(site))
            self.store(site).introduce(gate.site.me)
            self._gates[site] = gate
            for project in gate.projects.values():
                self._tell(project, self.books.status(project))
        return self._gates[site]

    def _look_at_books(self) -> None:
        """Take the rule files that changed and can be used; say what is wrong with the others."""
        settings = self.config()
        for key, found in self.books.look(settings.projects).items():
            project = settings.projects[key]
            if isinstance(found, BookStatus):
                self._tell(project, found)
                continue
            self.settings = settings = replace(settings, projects={**settings.projects, key: found})
            # A new book may ask for other fields: the gate is opened anew.
            if gate := self._gates.pop(project.site, None):
                gate.close()
            self._tell(found, self.books.status(found))

    def _tell(self, project: Project, found: BookStatus) -> None:
        self.store(project.site).set_book(project.key, asdict(found))

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
