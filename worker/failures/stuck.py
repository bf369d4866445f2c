"""Tell on an issue itself that it is stuck: one quiet line, which the next triage takes away.

Costs one round trip or two a minute and site; a GET and a PUT for each stuck issue, once. It is
told only while Jira takes writes: in a pause of the site nothing could be written.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from connector.client import JiraBusy
from connector.comment.stuck_line import says_stuck, with_stuck
from connector.plan_update import Update
from rules.facts.issue import Issue
from worker.process import Process
from worker.settings.settings import Project
from worker.store.redis import StoreDown
from worker.store.work_queue import Locked, Store
from worker.triage.site_triage import SiteTriage

MOST_TOLD = 20
"""The most issues of a site that are told in one turn."""

KINDS = ("bug", "gave up", "layout")
"""The kinds of dead letters that are told. Others say that Jira does not show or take the issue."""

log = logging.getLogger("sluice")


def tell_all(runtime: Process, now: datetime) -> None:
    """Tell what is stuck, on each site that is told. Raises StoreDown."""
    for site, settings in runtime.config().sites.items():
        if settings.tell_stuck_after is not None:
            tell(runtime, site, now, timedelta(minutes=settings.tell_stuck_after))


def tell(runtime: Process, site: str, now: datetime, after: timedelta) -> list[str]:
    """Tell what is stuck on a site for so long; return the issues that were told now."""
    store, told = runtime.store(site), list[str]()
    if store.held() or store.pauses.current():
        return told
    found = stuck(store, now - after)
    for issue_id in store.stuck.untold(found)[:MOST_TOLD]:
        try:
            with store.lock(issue_id):
                # It may have been triaged a moment ago.
                if stuck(store, now - after).get(issue_id) != found[issue_id]:
                    continue
                if _tell(runtime.site_triage(site), issue_id, found[issue_id], now):
                    told.append(issue_id)
        except (Locked, JiraBusy) as busy:
            log.debug("issue %s is told later that it is stuck: %s", issue_id, busy)
            continue
        except StoreDown:
            raise
        except Exception as error:  # what keeps it from its triage may keep it from being told
            log.warning("issue %s can't be told that it is stuck: %s", issue_id, error)
        store.stuck.note(issue_id, found[issue_id])
    return told


def stuck(store: Store, before: datetime) -> Mapping[str, str]:
    """Return the issues that are stuck since a time before this one, each with its time."""
    letters = {
        one.issue_id: one.at
        for one in store.dead()
        if one.kind in KINDS and datetime.fromisoformat(one.at) <= before
    }
    return {**store.lost.waiting_before(before), **letters}


def _tell(gate: SiteTriage, issue_id: str, since: str, now: datetime) -> bool:
    """Write the line, with one GET and one PUT. Return whether it was due."""
    issue = gate.site.open(issue_id)
    project = gate.serves(issue, now)
    if project is None or not _due(issue, project):
        return False
    gate.site.write(issue_id, _update(gate, project, issue, since))
    log.info("%s: told that it is stuck since %s", issue.key, since)
    return True


def _due(issue: Issue, project: Project) -> bool:
    if issue.note is None:
        return project.telling.when != "never"
    return not says_stuck(issue.note.body)


def _update(gate: SiteTriage, project: Project, issue: Issue, since: str) -> Update:
    """Return the write of the line: without mail, and without Sluice's record."""
    layout = gate.site.layout_of(project.key)
    at = datetime.fromisoformat(since).astimezone(UTC)
    text = with_stuck(issue.note.body if issue.note else "", at, layout, project.language)
    body = project.telling.audience(issue.fields.get("projecttype")).body(text)
    step = {"edit": {"id": issue.note.id, **body}} if issue.note else {"add": body}
    return Update({}, {"comment": [step]}, (), notify=False)
