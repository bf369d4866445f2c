"""What the clock brings: reconciling, and the weekly reports."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connector.layout import LayoutError
from connector.site import JiraBusy, JiraRefused
from rules.capacity import week_of
from worker.config import ReportModel
from worker.runtime import Runtime
from worker.settings import Project
from worker.store import Store, StoreDown

CHORE_S = 3_600
"""The hard limit of what reads a whole site by pages."""

FULL_EVERY = timedelta(hours=24)

Queue = Callable[[Store, str, str], None]
"""Queues an issue whatever its state: store, site, issue id."""

log = logging.getLogger("sluice")


@dataclass(frozen=True)
class Pass:
    """One reconciling: how many issues it read, how many were stale and queued, what failed.

    `refused` has Jira's words for each project that could not be read.
    """

    read: int
    queued: int
    refused: tuple[str, ...] = ()


def reconcile(runtime: Runtime, site: str, now: datetime, full: bool, queue: Queue) -> Pass:
    """Find what is stale and queue it. Not `full`: only what changed since the last pass.

    A project that Jira refuses to show, misspelt or without the right to browse it, does not keep
    the others from being read.
    """
    store, gate = runtime.store(site), runtime.gate(site)
    since = None if full else store.watermark()
    final = {letter.issue_id for letter in store.dead() if letter.final}
    read, queued, refused = 0, 0, []
    for project in sorted(gate.projects):
        try:
            for issue, stale in gate.stale(project, now, since):
                read += 1
                if stale and issue.id not in final:
                    queue(store, site, issue.id)
                    queued += 1
        except JiraRefused as error:
            refused.append(f"{project}: {error}")
    store.set_watermark(now)
    return Pass(read, queued, tuple(refused))


def reconcile_on_time(runtime: Runtime, site: str, now: datetime, queue: Queue) -> str:
    """The scheduled pass, unless one is under way or Jira asked for a pause."""
    store = runtime.store(site)
    with store.only("reconcile", CHORE_S) as alone:
        if not alone or store.held():
            return "put off"
        mark = store.watermark()
        full = mark is None or now.date() != mark.date() or now - mark > FULL_EVERY
        try:
            done = reconcile(runtime, site, now, full, queue)
        except (JiraBusy, LayoutError, JiraRefused, StoreDown) as error:
            _put_off(store, f"reconciling {site}", error)
            return "put off"
    for refusal in done.refused:
        log.error("reconciling %s: %s", site, refusal)
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    return f"{done.queued} of {done.read} queued"


def report_on_time(runtime: Runtime, now: datetime) -> Mapping[str, str]:
    """Post the reports whose time has come; what became of each project's."""
    posted = {}
    for key, project in runtime.config().projects.items():
        store = runtime.store(project.site)
        moment = project.report and due(project.report, now, store.reported(key))
        if not moment:
            continue
        with store.only("report", CHORE_S) as alone:
            if alone and not store.held():
                try:
                    posted[key] = post_report(runtime, key, project, moment)
                except (JiraBusy, JiraRefused, LayoutError) as error:
                    _put_off(store, f"the report of {key}", error)
    return posted


def post_report(runtime: Runtime, key: str, project: Project, until: datetime) -> str:
    """Post the report of the seven days up to `until`, and remember that it is posted."""
    gate = runtime.gate(project.site)
    report = gate.report(project, until)
    said = gate.post(project, report)
    runtime.store(project.site).set_reported(key, until)
    return said


def due(report: ReportModel, now: datetime, reported: datetime | None) -> datetime | None:
    """The last time that the report was to be posted, if none was posted since.

    In the report's own zone. A report that was missed, since nobody was there, is made up for; but
    where none was ever posted, the first one is this week's.
    """
    here = now.astimezone(ZoneInfo(report.timezone))
    back = (here.weekday() - report.weekday) % 7
    moment = datetime.combine(here.date() - timedelta(days=back), report.time, here.tzinfo)
    if moment > here:
        moment -= timedelta(days=7)
    if reported is None:
        return moment if week_of(moment) == week_of(here) else None
    return moment if reported < moment else None


def _put_off(store: Store, what: str, error: Exception) -> None:
    log.warning("%s waits for the next time: %s", what, error)
    if isinstance(error, JiraBusy) and error.wait:
        store.hold(error.wait)
