"""Look at all of Sluice: Redis, the processes on all hosts, and each site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from worker.rulebooks import status
from worker.running.health.heartbeat import Processes, processes
from worker.running.health.line import Line, summary
from worker.running.health.of_processes import process_lines
from worker.running.health.of_site import SiteFacts, site_lines
from worker.settings.settings import Settings
from worker.store.redis import StoreDown
from worker.store.trouble.signs import Signs
from worker.store.work_queue import Store
from worker.team_models.status import Models


@dataclass(frozen=True)
class Overview:
    """The lines of Sluice as a whole, and those of each site. `takes`: webhooks can be stored."""

    lines: tuple[Line, ...]
    sites: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    takes: bool = True
    processes: Processes | None = None

    def all(self) -> Iterator[tuple[str, Line]]:
        """Yield each line with its site, "" for Sluice as a whole."""
        yield from (("", line) for line in self.lines)
        yield from ((site, line) for site, lines in self.sites.items() for line in lines)

    @property
    def status(self) -> str:
        """Return `ok`, or what is wrong in one line."""
        return summary(self.all())

    def to_json(self) -> dict[str, Any]:
        """Return the answer of `/ready`."""
        return {
            "status": self.status,
            "ready": self.takes,
            "lines": [line.to_json() for line in self.lines],
            "sites": {
                name: [line.to_json() for line in lines] for name, lines in self.sites.items()
            },
        }


class Health:
    """What looks at all of Sluice, with its connections. It sends no request to Jira."""

    def __init__(self, settings: Settings, stores: Mapping[str, Store], models: Models) -> None:
        self._settings, self._stores, self._models = settings, stores, models
        self._signs = Signs(settings.redis_url)

    def look(self) -> Overview:
        """Return the state of everything. A Redis that is down is a line, too."""
        try:
            why = self._signs.why_not_writable()
            found = processes(self._signs)
            sites = {name: tuple(self._site(name)) for name in self._stores}
        except StoreDown as down:
            return Overview((Line("redis", False, str(down)),), takes=False)
        redis = Line("redis", not why, f"Redis {why or 'takes writes'}")
        return Overview((redis, *process_lines(found)), sites, not why, found)

    def _site(self, name: str) -> list[Line]:
        store, projects = self._stores[name], self._settings.of_site(name)
        books = status.of_site(store.ledger, projects, self._models)
        minutes, now = self._settings.reconcile_minutes, datetime.now(UTC)
        return site_lines(SiteFacts(name, store, projects, books, minutes, now))
