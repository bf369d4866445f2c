"""Write the decisions on the issues that were there before Sluice, once somebody says so."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from connector.client import Site
from rules.facts.issue import Issue
from worker.jobs.bulk import Bulk
from worker.jobs.bulk_work import Shown, Stopped, Tally, Write, counted, leased, pages_of
from worker.jobs.pace import Pace
from worker.process import Process
from worker.triage.site_triage import Outcome, SiteTriage

OPEN = "statusCategory != Done"
"""The issues of a backfill, if nothing else is asked for."""

SAMPLES = 10

_ORDER = re.compile(r"\border\s+by\b[^\"']*$", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """A backfill of a site: its projects, a query that narrows them, and the most issues."""

    site: str
    projects: tuple[str, ...]
    jql: str | None = None
    limit: int | None = None

    @property
    def run(self) -> str:
        """Return the name of the run: the same one goes on after it was killed."""
        asked = "\n".join((*self.projects, self.jql or OPEN))
        return f"backfill:{hashlib.sha256(asked.encode()).hexdigest()[:16]}"

    def query(self, gate: SiteTriage, project: str) -> str:
        """Return the JQL for a project. A query of the user may narrow it, and never leave it."""
        narrowed = _ORDER.sub("", self.jql).strip() if self.jql else OPEN
        both = f" AND ({narrowed})" if narrowed else ""
        return f"{gate.places.jql(project)}{both} ORDER BY key ASC"


@dataclass
class Preview:
    """What a backfill would write: `cells` counts by class and verdict, `samples` are some."""

    read: int = 0
    judged: int = 0
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    samples: list[Outcome] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome. The samples are as different as there are cells."""
        found = outcome.assessment
        if outcome.update is None or found is None:
            self.left[outcome.why or outcome.status] += 1
            return
        cell = found.classification.kind, found.decision.verdict
        self.cells[cell] += 1
        if self.cells[cell] == 1:
            self.samples.insert(self._different(), outcome)
        else:
            self.samples.append(outcome)
        del self.samples[SAMPLES:]

    def _different(self) -> int:
        return min(len(self.cells) - 1, SAMPLES)


def count(gate: SiteTriage, plan: Plan) -> int:
    """Return how many issues a backfill has to look at; on Cloud Jira rounds the number."""
    found = counted(gate, plan)
    return found if plan.limit is None else min(found, plan.limit)


def preview(gate: SiteTriage, plan: Plan, most: int, shown: Shown) -> Preview:
    """Judge at most so many issues as a backfill would, from the pages of a search."""
    found, now = Preview(), datetime.now(UTC)
    for project in plan.projects:
        for issue in gate.site.search(plan.query(gate, project)):
            if found.read >= most or found.judged >= (plan.limit or most):
                return found
            found.read += 1
            shown.step()
            if not was_written(issue):
                found.judged += 1
                with suppress(Exception):  # the backfill makes it a dead letter, and says why
                    found.add(gate.plan(issue, now, asked=True))
    return found


def was_written(issue: Issue) -> bool:
    """Return whether Sluice wrote an issue. Data Center's search shows only its comment."""
    return issue.record is not None or issue.note is not None


class _FirstWrites:
    """The work of a backfill: triage an issue that has no record, with one GET and one PUT."""

    def __init__(self, runtime: Process, site: str) -> None:
        self.runtime, self.site = runtime, site

    def read(self, site: Site, issue_id: str) -> Issue:
        """Read an issue as any triage does, a moment before the write: a person's edit counts."""
        return site.open(issue_id)

    def decide(self, issue: Issue) -> Write | None:
        """Judge an issue. One that has a record is kept up by other means."""
        gate = self.runtime.site_triage(self.site)
        outcome = gate.plan(issue, datetime.now(UTC), asked=True)
        if issue.record is not None or outcome.update is None:
            return None
        return partial(gate.apply_over, outcome=outcome)


def backfill(runtime: Process, plan: Plan, pace: Pace, shown: Shown) -> Tally:
    """Write what is due on all issues of a plan. Raises Stopped; then it can go on later.

    At the end of a backfill of everything, all issues of the projects are kept up.
    """
    store = runtime.store(plan.site)
    for project in plan.projects:
        _check_no_trial(runtime, project)
    with leased(store, "backfill") as lease:
        note = partial(store.contact.note_done, plan.run)
        work = _FirstWrites(runtime, plan.site)
        bulk = Bulk(runtime, plan, lease, pace, work, shown, note, plan.limit)
        done = bulk.go(_ids(runtime, plan, shown))
        store.contact.forget(plan.run)
        if plan.jql is None and plan.limit is None:
            for project in plan.projects:
                store.contact.keep_up(project)
        return done


def _check_no_trial(runtime: Process, project: str) -> None:
    """Refuse a backfill by a rulebook that may be rolled back."""
    for brake in runtime.brakes(runtime.config().projects[project]):
        if brake.tries():
            raise Stopped(
                f"{project}: the new {brake.what} {brake.shown} is on trial: wait an hour, or "
                f"approve it with `sluice {brake.group} approve {project}`"
            )


def _ids(runtime: Process, plan: Plan, shown: Shown) -> Iterator[str]:
    """Yield the issues without a record that this run has not done yet."""
    contact = runtime.store(plan.site).contact
    gate = runtime.site_triage(plan.site)
    for page in pages_of(gate, plan):
        new = [str(raw.get("id")) for raw in page if gate.site.record_of(raw) is None]
        todo = contact.not_done(plan.run, new)
        for _ in range(len(page) - len(todo)):
            shown.step()
        yield from todo


def projects_of(gate: SiteTriage, only: Collection[str] = ()) -> tuple[str, ...]:
    """Return the projects of a site, or those of them that are named."""
    return tuple(sorted(key for key in gate.projects if not only or key in only))
