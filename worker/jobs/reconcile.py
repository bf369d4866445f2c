"""Reconciling: find what is stale, queue it. A new book that would rewrite too much is stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.client import JiraBusy, JiraRefused
from connector.field_mapping import LayoutError
from worker.jobs.weekly_report import CHORE_S, put_off
from worker.process import Process
from worker.settings.load import Project
from worker.store.redis import StoreDown
from worker.store.work_queue import Store

FULL_EVERY = timedelta(hours=24)

Queue = Callable[[Store, str, str], None]
"""Queues an issue whatever its state: store, site, issue id."""

log = logging.getLogger("sluice")


@dataclass
class Pass:
    """One reconciling: how many issues it read, how many were stale and queued, what failed.

    `refused` has Jira's words for each project that could not be read; `stopped` a line for each
    new book that would rewrite more issues than it may.
    """

    read: int = 0
    queued: int = 0
    refused: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


def reconcile(runtime: Process, site: str, now: datetime, full: bool, queue: Queue) -> Pass:
    """Find what is stale and queue it. Not `full`: only what changed since the last pass.

    A project that Jira refuses to show, misspelt or without the right to browse it, does not keep
    the others from being read.
    """
    store, gate = runtime.store(site), runtime.site_triage(site)
    since = None if full else store.watermark()
    final = {letter.issue_id for letter in store.dead() if letter.final}
    done = Pass()
    for key, project in sorted(gate.projects.items()):
        rewrites: list[str] = []
        try:
            for issue, staleness in gate.stale(key, now, since):
                done.read += 1
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
            store.ledger.set_swept(project.key, project.book.digest)
    store.set_watermark(now)
    return done


def _rewrite(
    runtime: Process,
    project: Project,
    issues: list[str],
    store: Store,
    queue: Queue,
    done: Pass,
) -> None:
    """Queue what the book decides otherwise: all of it or, where that is too much, none."""
    book, ledger = project.book, store.ledger
    if issues and ledger.standing(project.key).tries(book.digest):
        would = len(ledger.rewritten(project.key).union(issues))
        if would > project.rewrite_cap:
            ledger.stop(project.key, book.digest, would)
            runtime.rulebooks.hurry()
            done.stopped.append(
                f"{project.key}: the new rulebook {book.name}@{book.digest} would rewrite {would} "
                f"issues, {project.rewrite_cap} are allowed in its first hour: it is stopped, "
                f"`sluice rules approve {project.key}` lets it go on"
            )
            return
    for issue in issues:
        queue(store, project.site, issue)
        done.queued += 1


def reconcile_on_time(runtime: Process, site: str, now: datetime, queue: Queue) -> str:
    """The scheduled pass, unless one is under way or Jira asked for a pause."""
    store = runtime.store(site)
    with store.only("reconcile", CHORE_S) as alone:
        if not alone or store.held():
            return "put off"
        try:
            done = reconcile(runtime, site, now, _is_full(runtime, site, now), queue)
        except (JiraBusy, LayoutError, JiraRefused, StoreDown) as error:
            put_off(store, f"reconciling {site}", error)
            return "put off"
    for line in (*done.refused, *done.stopped):
        log.error("reconciling %s: %s", site, line)
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    return f"{done.queued} of {done.read} queued"


def _is_full(runtime: Process, site: str, now: datetime) -> bool:
    """Whether everything is due to be read: once a day, and when a book is new."""
    store = runtime.store(site)
    mark = store.watermark()
    if mark is None or now.date() != mark.date() or now - mark > FULL_EVERY:
        return True
    projects = runtime.site_triage(site).projects.values()
    return any(store.ledger.standing(p.key).swept != p.book.digest for p in projects)
