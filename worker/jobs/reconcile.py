"""Reconcile: queue stale issues, and stop a new rulebook or model that would rewrite too many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import LayoutError
from rules.facts.issue import Issue
from rules.rulebook.file_format.quantile_bands import edges_of, settled
from worker.jobs.stale import Staleness, stale
from worker.jobs.weekly_report import CHORE_S, postpone
from worker.process import Process
from worker.settings.settings import Project
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.triage import Cause

FULL_EVERY = timedelta(hours=24)

MOST_RENAMED = 1_000
"""The most issues of a project that a pass queues only to note the model that judges now."""

MOST_PASSES = 3
"""The most passes in a row, if a team's model changes during a pass."""

EDGES_MOVED = "edges moved"
"""Stands for the digest of the last full pass, after it moved the edges of bands."""

Queue = Callable[[Store, str, str], None]
"""A function that queues an issue in any state: store, site, issue id."""

log = logging.getLogger("sluice")


@dataclass
class Pass:
    """The result of a reconcile: issues read, issues queued, errors.

    `refused` has Jira's message for each project that could not be read, `stopped` a line for each
    new rulebook or model that was stopped by the rewrite limit.
    """

    read: int = 0
    queued: int = 0
    refused: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


def reconcile(runtime: Process, site: str, now: datetime, full: bool, queue: Queue) -> Pass:
    """Queue all stale issues; if not `full`, only of issues that changed since the last pass.

    If Jira refuses a project (misspelt, or no right to browse it), the other projects are still
    read.
    """
    store, gate = runtime.store(site), runtime.site_triage(site)
    since = None if full else store.watermark()
    final = {letter.issue_id for letter in store.dead() if letter.final}
    done = Pass()
    for key, project in sorted(gate.projects.items()):
        found = _Found()
        try:
            for issue, staleness, causes in stale(gate, key, now, since):
                done.read += 1
                found.scores += _open_score(issue)
                if issue.id not in final:
                    found.add(issue.id, staleness, causes)
        except JiraRefused as error:
            done.refused.append(f"{key}: {error}")
        stopped = _stop(runtime, project, found, done)
        for issue_id in found.to_queue(stopped):
            queue(store, site, issue_id)
            done.queued += 1
        if since is None:
            _note_full_pass(runtime, project, found, stopped)
    store.set_watermark(now)
    return done


@dataclass
class _Found:
    """The stale issues of a project, with what on trial rewrites them, and the scores of all."""

    stale: dict[str, frozenset[Cause]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def add(self, issue_id: str, staleness: Staleness, causes: frozenset[Cause]) -> None:
        if staleness == "stale":
            self.stale[issue_id] = causes
        elif staleness == "renamed":
            self.renamed.append(issue_id)

    def of(self, cause: Cause) -> list[str]:
        return [issue_id for issue_id, causes in self.stale.items() if cause in causes]

    def to_queue(self, stopped: Collection[Cause]) -> list[str]:
        """Return the issues to triage, without those that only what was stopped would rewrite."""
        kept = [one for one, causes in self.stale.items() if not causes.intersection(stopped)]
        return kept if "model" in stopped else [*kept, *self.renamed[:MOST_RENAMED]]


def _stop(runtime: Process, project: Project, found: _Found, done: Pass) -> set[Cause]:
    """Stop what is on trial and would rewrite too many issues. Return what was stopped."""
    stopped = set[Cause]()
    for brake in runtime.brakes(project):
        would = brake.would(found.of(brake.what))
        if would > project.rewrite_cap:
            done.stopped.append(brake.stop(would))
            runtime.rulebooks.hurry()
            stopped.add(brake.what)
    return stopped


def _note_full_pass(
    runtime: Process, project: Project, found: _Found, stopped: Collection[Cause]
) -> None:
    """Note what judged all issues. Moved edges, or issues left for the next pass: not all."""
    moved = _move_edges(runtime, project, found.scores, runtime.store(project.site))
    for brake in runtime.brakes(project):
        if brake.what == "rulebook":
            brake.set_swept(EDGES_MOVED if moved else None)
        elif not stopped and len(found.renamed) <= MOST_RENAMED:
            brake.set_swept()


def _open_score(issue: Issue) -> list[float]:
    """Return the score that Sluice wrote, if the issue is not done."""
    done = str(issue.fields.get("statuscategory") or "").lower() == "done"
    score = issue.record.wrote.score if issue.record and not done else None
    return [] if score is None else [score]


def _move_edges(runtime: Process, project: Project, scores: list[float], store: Store) -> bool:
    """Set the bands by the scores of open issues, if the rulebook says so; return if they moved.

    Then the next pass is a full one: priorities of issues that nobody touched may change.
    """
    found = edges_of(scores, project.book.shares)
    before = store.ledger.edges(project.key)
    edges = settled(before, found)
    if not found or edges == before:
        return False
    store.ledger.set_edges(project.key, edges)
    runtime.rulebooks.hurry()
    return True


def reconcile_on_time(runtime: Process, site: str, now: datetime, queue: Queue) -> str:
    """Run the scheduled pass, unless another one runs or Jira asked for a pause."""
    store = runtime.store(site)
    with store.only("reconcile", CHORE_S) as alone:
        if not alone or store.held():
            return "postponed"
        try:
            done = _passes(runtime, site, now, queue)
        except (JiraBusy, LayoutError, JiraRefused, StoreDown) as error:
            postpone(store, f"reconciling {site}", error)
            return "postponed"
    for line in (*done.refused, *done.stopped):
        log.error("reconciling %s: %s", site, line)
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    return f"{done.queued} of {done.read} queued"


def _passes(runtime: Process, site: str, now: datetime, queue: Queue) -> Pass:
    """Run a pass, and another one if a team's model changed meanwhile: no board stays mixed."""
    runtime.rulebooks.hurry()
    full, before = _is_full(runtime, site, now), _models(runtime, site)
    done = reconcile(runtime, site, now, full, queue)
    for _ in range(MOST_PASSES - 1):
        runtime.rulebooks.hurry()
        after = _models(runtime, site)
        if after == before:
            break
        before = after
        again = reconcile(runtime, site, now, True, queue)
        done.read, done.queued = done.read + again.read, done.queued + again.queued
        done.stopped += again.stopped
    return done


def _is_full(runtime: Process, site: str, now: datetime) -> bool:
    """Return whether to read all issues: once a day, and after a rulebook or model changed."""
    store = runtime.store(site)
    mark = store.watermark()
    if mark is None or now.date() != mark.date() or now - mark > FULL_EVERY:
        return True
    projects = runtime.site_triage(site).projects.values()
    return any(brake.swept() != brake.digest for p in projects for brake in runtime.brakes(p))


def _models(runtime: Process, site: str) -> dict[str, str]:
    """Return the digest of the team's model that judges each project."""
    projects = runtime.site_triage(site).projects.values()
    return {p.key: b.digest for p in projects for b in runtime.brakes(p) if b.what == "model"}
