"""Find the issues of a project on which a triage would write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from connector.client import JiraRefused
from connector.comment.stuck_line import says_stuck
from rules.facts.issue import Issue
from worker.triage.site_triage import Cause, Outcome, SiteTriage, touched

RECENT = "(statusCategory != Done OR resolved >= -14d)"
"""The issues that reconciling reads: all but those resolved long ago."""

OVERLAP = timedelta(minutes=5)
"""Jira's search index lags behind its events, so the periods of two passes overlap."""

SETTLES = timedelta(minutes=1)
"""So long an event may take to come in before a pass counts it as missed."""

MOST_READ = 1_000
"""The most issues of a project that a pass reads one by one, on Data Center. What looks stale
beyond them is queued unread: its triage writes only what is due."""

Staleness = Literal["fresh", "renamed", "stale", "waiting"]
"""Stale: a triage would write. Renamed: it would only note the model that judges now. Waiting: a
backfill would write."""

Found = tuple[Issue, Staleness, frozenset[Cause]]


def stale(
    gate: SiteTriage, project: str, now: datetime, since: datetime | None = None
) -> Iterator[Found]:
    """Yield the issues of a project, read by pages, each with its staleness.

    With it comes what on trial would rewrite the issue. With `since`, only the issues updated from
    then on. Where a search gives no records, an issue costs a GET of its own if the decision on it
    looks changed.
    """
    reads = MOST_READ
    for issue in gate.site.search(_query(gate.places.jql(project), now, since)):
        planned = _planned(gate, issue, now)
        if gate.site.finds_records or (planned and planned.why):
            yield issue, *_staleness(planned)
        elif not _looks_stale(planned, issue):
            yield issue, "fresh", frozenset()
        elif not reads or _is_new(issue):
            yield issue, "stale", frozenset()
        else:
            reads -= 1
            yield from _read_again(gate, issue, now)


def _is_new(issue: Issue) -> bool:
    """Return whether an issue shows no trace of Sluice.

    Only its record tells what an account wrote that was replaced since: the score is a trace.
    """
    return issue.record is None and issue.managed.score is None


def _read_again(gate: SiteTriage, issue: Issue, now: datetime) -> Iterator[Found]:
    """Yield the issue with its whole record; nothing if it was deleted meanwhile."""
    try:
        found = gate.site.open(issue.id)
    except JiraRefused as error:
        if not error.missing:
            raise
    else:
        yield found, *_staleness(_planned(gate, found, now))


def _staleness(outcome: Outcome | None) -> tuple[Staleness, frozenset[Cause]]:
    if outcome is None:
        return "stale", frozenset()
    if outcome.update is None:
        return "waiting" if outcome.why == "waiting" else "fresh", frozenset()
    if _only_begins_why(outcome):
        return "fresh", frozenset()
    return "renamed" if outcome.update.quiet else "stale", outcome.rewrites


def _only_begins_why(outcome: Outcome) -> bool:
    """Return whether only the field for the reasons would be filled, for the first time.

    Somebody added the field to a running site. A pass would write on all issues, with all mails; so
    the reasons come with the next change of each issue.
    """
    update, issue = outcome.update, outcome.issue
    if update is None or update.quiet or update.update or outcome.why_field not in update.fields:
        return False
    known = issue.record is not None and not issue.record.why and not issue.why
    return known and len(update.fields) == 1


def _looks_stale(outcome: Outcome | None, issue: Issue) -> bool:
    """Return whether fields or comment would change, or an answer may be unheard.

    A partial record does not tell when a question was asked, so any answer after Sluice's last
    write may be one.
    """
    if outcome is None:
        return True
    update, found, record = outcome.update, outcome.assessment, issue.record
    if update and (update.fields or update.update):
        return True
    since = record.at if record else None
    asked = found is not None and bool(found.decision.asks.made)
    return asked and any(not one.at or not since or one.at > since for one in issue.answers)


def _planned(gate: SiteTriage, issue: Issue, now: datetime) -> Outcome | None:
    """Return the plan for an issue; None if it fails: its triage will make it a dead letter."""
    try:
        return gate.foresee(issue, now)
    except Exception:
        return None


def _query(of_project: str, now: datetime, since: datetime | None) -> str:
    updated = f" AND {changed_since(since, now)}" if since else ""
    return f"{of_project} AND {RECENT}{updated} ORDER BY key ASC"


def changed_since(since: datetime, now: datetime) -> str:
    """Return the condition for issues that changed since some time, by Jira's own clock."""
    minutes = int((now - since + OVERLAP).total_seconds() // 60) + 1
    return f"updated >= -{max(minutes, 1)}m"


def missed(issue: Issue, mark: datetime | None, now: datetime) -> bool:
    """Return whether a stale issue changed after the last pass, and its event had time to come."""
    updated = issue.fields.get("updated")
    if mark is None or not isinstance(updated, datetime):
        return False
    if issue.note and says_stuck(issue.note.body):
        return False  # the change is Sluice's own
    changed = issue.record is None or touched(issue, issue.record)
    return changed and mark - SETTLES <= updated < now - SETTLES
