"""What a process holds open: settings, stores and gates, each made when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from worker.pipeline import Gate, open_gate
from worker.settings import Settings, load
from worker.store import Store


@dataclass
class Runtime:
    """What a process needs of each site, opened when first asked for: after the fork."""

    settings: Settings | None = None
    _stores: dict[str, Store] = field(default_factory=dict)
    _gates: dict[str, Gate] = field(default_factory=dict)

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
        """The gate of a site; asks Jira who we are, so that our own events can be told."""
        if site not in self._gates:
            settings = self.config()
            gate = open_gate(settings.sites[site], settings.of_site(site))
            self.store(site).introduce(gate.site.me)
            self._gates[site] = gate
        return self._gates[site]

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
