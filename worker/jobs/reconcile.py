"""Reconcile: queue stale issues, and stop a new rulebook that would rewrite too many issues."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.client import JiraBusy, JiraRefused
from connector.field_mapping import LayoutError
from rules.facts.issue import Issue
from rules.rulebook.file_format.quantile_bands import edges_of, settled
from rules.vocabulary.plural import many
from worker.jobs.weekly_report import CHORE_S, postpone
from worker.process import Process
from worker.settings.settings import Project
from worker.store.redis import StoreDown
from worker.store.work_queue import Store

FULL_EVERY = timedelta(hours=24)

EDGES_MOVED = "edges moved"
"""Stands for the digest of the last full pass, after it moved the edges of bands."""

Queue = Callable[[Store, str, str], None]
"""A function that queues an issue in any state: store, site, issue id."""

log = logging.getLogger("sluice")


@dataclass
class Pass:
    """The result of a reconcile: issues read, issues queued, errors.

    `refused` has Jira's message for each project that could not be read, `stopped` a line for each
    new rulebook that was stopped by the rewrite limit.
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
        rewrites: list[str] = []
        scores: list[float] = []
        try:
            for issue, staleness in gate.stale(key, now, since):
                done.read += 1
                scores += _open_score(issue)
                if staleness == "rewrite":
                    rewrites.append(issue.id)
                elif staleness == "stale" and issue.id not in final:
                    queue(store, site, issue.id)
                    done.queued += 1
        except JiraRefused as error:
            done.refused.append(f"{key}: {error}")
        rewrites = [issue for issue in rewrites if issue not in final]
        _rewrite(runtime, project, rewrites, store, queue, done)
        if since is None:
            moved = _move_edges(runtime, project, scores, store)
            store.ledger.set_swept(project.key, EDGES_MOVED if moved else project.book.digest)
    store.set_watermark(now)
    return done


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


def _rewrite(
    runtime: Process,
    project: Project,
    issues: list[str],
    store: Store,
    queue: Queue,
    done: Pass,
) -> None:
    """Queue the issues that a new rulebook decides differently, unless above the rewrite limit."""
    book, ledger = project.book, store.ledger
    if issues and ledger.standing(project.key).tries(book.digest):
        would = len(ledger.rewritten(project.key).union(issues))
        if would > project.rewrite_cap:
            ledger.stop(project.key, book.digest, would)
            runtime.rulebooks.hurry()
            done.stopped.append(
                f"{project.key}: the new rulebook {book.name}@{book.digest} is rolled back: it "
                f"would rewrite {many(would, 'issue')}, and the limit of its first hour is "
                f"{project.rewrite_cap}. To approve it: `sluice rules approve {project.key}`"
            )
            return
    for issue in issues:
        queue(store, project.site, issue)
        done.queued += 1


def reconcile_on_time(runtime: Process, site: str, now: datetime, queue: Queue) -> str:
    """Run the scheduled pass, unless another one runs or Jira asked for a pause."""
    store = runtime.store(site)
    with store.only("reconcile", CHORE_S) as alone:
        if not alone or store.held():
            return "postponed"
        try:
            done = reconcile(runtime, site, now, _is_full(runtime, site, now), queue)
        except (JiraBusy, LayoutError, JiraRefused, StoreDown) as error:
            postpone(store, f"reconciling {site}", error)
            return "postponed"
    for line in (*done.refused, *done.stopped):
        log.error("reconciling %s: %s", site, line)
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    return f"{done.queued} of {done.read} queued"


def _is_full(runtime: Process, site: str, now: datetime) -> bool:
    """Return whether to read all issues: once a day, and after a rulebook changed."""
    store = runtime.store(site)
    mark = store.watermark()
    if mark is None or now.date() != mark.date() or now - mark > FULL_EVERY:
        return True
    projects = runtime.site_triage(site).projects.values()
    return any(store.ledger.standing(p.key).swept != p.book.digest for p in projects)
