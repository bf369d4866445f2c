"""Define what a run over many issues does with each, what it tells, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from connector.client import Site
from worker.store.leases import Lease
from worker.store.work_queue import Store
from worker.triage.site_triage import SiteTriage

T = TypeVar("T")
Write = Callable[[Site], None]


class Stopped(Exception):
    """A run stopped before its end. The message says why, and how to go on."""


class Leased(Exception):
    """Another process does the same run, or did until it was killed."""


class Work(Protocol[T]):
    """What a run does with each issue.

    `read` and the write run in threads, with a connection of their own. `decide` runs in one
    thread, since judges take no two at once; it returns None if nothing is to be written.
    """

    def read(self, site: Site, issue_id: str) -> T:
        """Read an issue."""

    def decide(self, found: T) -> Write | None:
        """Return what to write on the issue."""


@dataclass
class Shown:
    """What a run tells: `step` after each issue, `say` what holds it up, "" if nothing does."""

    step: Callable[[], None] = lambda: None
    say: Callable[[str], None] = lambda _: None


@dataclass
class Tally:
    """How many issues were written, needed no write or are dead letters."""

    written: int = 0
    unchanged: int = 0
    dead: int = 0


class Plan(Protocol):
    """What a run is about: the projects of a site, and the query for each."""

    @property
    def site(self) -> str:
        """Return the name of the site."""

    @property
    def projects(self) -> tuple[str, ...]:
        """Return the keys of the projects."""

    def query(self, gate: SiteTriage, project: str) -> str:
        """Return the JQL for the issues of a project."""


def counted(gate: SiteTriage, plan: Plan) -> int:
    """Return how many issues a run has to look at; on Cloud Jira rounds the number."""
    return sum(gate.site.count(plan.query(gate, project)) for project in plan.projects)


def pages_of(gate: SiteTriage, plan: Plan) -> Iterator[list[dict[str, Any]]]:
    """Yield the JSON of the issues of a run, in pages, each with its record if a search has it."""
    for project in plan.projects:
        yield from ahead(gate.site.pages(plan.query(gate, project), ["created"]))


@contextmanager
def leased(store: Store, run: str) -> Iterator[Lease]:
    """Take the lease of a run for the block. Raises Leased if another process has it."""
    with store.leases.held(run) as lease:
        if lease is None:
            raise Leased(f"another {run} of this site runs at the moment")
        yield lease


def ahead(pages: Iterator[T]) -> Iterator[T]:
    """Yield the items of an iterator; while one is used, a thread gets the next."""
    with ThreadPoolExecutor(1, "page") as reader:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page
