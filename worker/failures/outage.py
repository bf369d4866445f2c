"""Tell the trouble of a site from that of an issue, and let a site in trouble pause."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime

from connector.client import JiraBusy, JiraRefused, Site
from connector.http.limits import Scope
from worker.store.work_queue import Store

LOUD_S = 30.0
"""A rate limit that pauses the site for longer than this is told like a trouble."""

log = logging.getLogger("sluice")


def whose(
    site: Site | None, projects: Collection[str], store: Store, error: Exception, issue_id: str = ""
) -> Exception:
    """Return the error as the site's or as the issue's.

    What is doubtful asks Jira for `myself`; its answer is remembered for a short while. An issue
    that does not exist is believed only if the account sees a project of `sluice.yaml`, and one
    that it may not edit only if it may edit those of another project. What meets several issues in
    a row is the site's. Before the site was read (None), everything is.
    """
    if not _is_doubtful(error):
        return error
    busy = error if isinstance(error, JiraBusy) else JiraBusy(str(error))
    if site is None:
        return busy.of("site")
    missing = isinstance(error, JiraRefused) and error.missing
    lacks = error.lacks if isinstance(error, JiraRefused) else ""
    trouble = site.trouble(projects, lacks) if lacks else site.trouble(projects if missing else ())
    if trouble:
        scope = _held_by(trouble)
        return JiraBusy(
            str(trouble), trouble.wait, scope, limit=trouble.limit, unknown=busy.unknown
        )
    if not missing and not lacks and issue_id and store.pauses.every_issue(issue_id):
        return busy.of("site")
    return busy.of("issue") if isinstance(error, JiraBusy) else error


def _held_by(trouble: JiraBusy) -> Scope:
    """Return what a trouble of `myself` holds: the site, or by a limit of `myself` only the asker.

    Jira limits each endpoint apart, so that its limit of one says nothing of the others.
    """
    return "site" if trouble.scope == "site" else "issue"


def _is_doubtful(error: Exception) -> bool:
    if isinstance(error, JiraRefused):
        return error.missing or error.status == 403 or bool(error.lacks)
    return isinstance(error, JiraBusy) and error.doubtful


def hold(store: Store, busy: JiraBusy) -> tuple[float, bool]:
    """Pause what has to wait; return for how many seconds, and whether a trouble began.

    The log has one line for a trouble, not one a task.
    """
    if busy.scope == "issue":
        return busy.wait or 0.0, False
    if busy.scope == "endpoint":
        store.pauses.hold_endpoint(busy.endpoint, busy.wait or 1.0)
        return busy.wait or 1.0, False
    if busy.limit and (busy.wait or 0.0) <= LOUD_S:
        store.hold(busy.wait or 2.0)
        return busy.wait or 2.0, False
    begun = store.pauses.pause(str(busy), datetime.now(UTC), busy.wait)
    if begun.new:
        log.error("%s pauses, and goes on by itself when Jira answers: %s", store.site, busy)
    return begun.wait_s, begun.new


def answered(store: Store) -> None:
    """End the trouble of a site: Jira answered."""
    if ended := store.pauses.over():
        log.warning("%s goes on. It paused since %s: %s", store.site, ended.since, ended.reason)
