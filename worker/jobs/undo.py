"""Take back what Sluice wrote since some time, where nobody touched it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from connector.client import Site
from connector.plan_update import Update
from connector.take_back import TakenBack, take_back, wrote_since
from worker.jobs.bulk import Bulk
from worker.jobs.bulk_work import Shown, Tally, Write, counted, leased, pages_of
from worker.jobs.pace import Pace
from worker.jobs.stale import changed_since
from worker.process import Process
from worker.triage.site_triage import SiteTriage

SAMPLES = 10

Read = tuple[dict[str, Any], datetime | None]


@dataclass(frozen=True)
class Undo:
    """What to take back on a site: writes since some time, by one rulebook or by any."""

    site: str
    projects: tuple[str, ...]
    since: datetime
    book: str | None = None

    def query(self, gate: SiteTriage, project: str) -> str:
        """Return the JQL for the issues of a project that changed since then."""
        changed = changed_since(self.since, datetime.now(UTC))
        return f"{gate.places.jql(project)} AND {changed} ORDER BY key ASC"


@dataclass
class Found:
    """What an undo takes back: by field, what it leaves, and some samples."""

    issues: int = 0
    restored: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    samples: list[TakenBack] = field(default_factory=list)

    def add(self, one: TakenBack) -> None:
        """Count an issue."""
        self.left.update(one.left)
        self.texts += one.text_stays
        if one.due:
            self.issues += 1
            self.restored.update(one.restored.keys())
            if len(self.samples) < SAMPLES:
                self.samples.append(one)


class _TakeBack:
    """The work of an undo: one GET with the changelog, and one PUT."""

    def __init__(self, site: Site, plan: Undo) -> None:
        self.site, self.plan, self.found = site, plan, Found()

    def read(self, site: Site, issue_id: str) -> Read:
        """Read an issue with its changelog."""
        return site.open_raw(issue_id)

    def decide(self, found: Read) -> Write | None:
        """Return what takes back Sluice's writes on the issue."""
        raw, at = found
        layout, plan = self.site.layout_for(raw), self.plan
        one = take_back(raw, layout, plan.since, at or datetime.now(UTC), plan.book)
        self.found.add(one)
        if not one.due:
            return None
        update = Update(one.fields, one.update, one.properties())
        return partial(Site.write, issue=str(raw.get("id")), update=update)


def preview(runtime: Process, plan: Undo, shown: Shown) -> Found:
    """Return what an undo would take back. It reads each issue, and writes nothing."""
    gate = runtime.site_triage(plan.site)
    work = _TakeBack(gate.site, plan)
    for issue_id in _ids(gate, plan):
        work.decide(work.read(gate.site, issue_id))
        shown.step()
    return work.found


def undo(runtime: Process, plan: Undo, pace: Pace, shown: Shown) -> tuple[Tally, Found]:
    """Take back what Sluice wrote. Killed, it goes on: an undone issue says so in its record."""
    gate = runtime.site_triage(plan.site)
    work = _TakeBack(gate.site, plan)
    with leased(runtime.store(plan.site), "undo") as lease:
        bulk = Bulk(runtime, plan, lease, pace, work, shown)
        return bulk.go(_ids(gate, plan)), work.found


def count(runtime: Process, plan: Undo) -> int:
    """Return how many issues changed since then; on Cloud Jira rounds the number."""
    return counted(runtime.site_triage(plan.site), plan)


def _ids(gate: SiteTriage, plan: Undo) -> Iterator[str]:
    """Yield the issues that Sluice wrote since then; on Data Center, those that changed."""
    site = gate.site
    for raw in itertools.chain.from_iterable(pages_of(gate, plan)):
        record = site.record_of(raw)
        if not site.finds_records or wrote_since(record, plan.since, plan.book):
            yield str(raw.get("id"))
