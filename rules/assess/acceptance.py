"""Find the scope at which an issue was accepted, whichever of its states Sluice has seen. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from rules.facts.issue import History, Issue, Managed, Scope, Version
from rules.facts.scope.size import growth, scope_of

Accepts = Callable[[Issue, datetime], bool]
"""Whether the rules accept an issue, as it was at a time."""

MOST_VERSIONS = 20
"""The number of versions to judge again, the oldest ones."""


def accepted_scope(issue: Issue, accepts: Accepts, now: datetime) -> Scope | None:
    """Return the scope at the last acceptance by a person, or else at the first by the rules.

    The record keeps the rules' acceptance. Without it, the rules judge the earlier versions of the
    issue: the first version that they accept is the same, also if no worker saw it at its time.
    """
    if issue.history.accepted is not None:
        return replace(scope_of(issue.history.accepted), by_hand=True)
    if issue.record and issue.record.scope:
        return issue.record.scope
    for version in issue.history.versions[:MOST_VERSIONS]:
        if accepts(as_it_was(issue, version), version.since or now):
            return scope_of(version.fields)
    return None


def as_it_was(issue: Issue, version: Version) -> Issue:
    """Return an earlier version of an issue, without later answers and values set by people."""
    until = version.until
    heard = tuple(one for one in issue.answers if not (one.at and until and one.at >= until))
    answers = "\n".join(one.text for one in heard) or None
    return replace(
        issue,
        fields={**version.fields, "answers": answers},
        kept=Managed(),
        record=None,
        answers=heard,
        history=History(),
    )


def with_growth(issue: Issue, base: Scope | None) -> Issue:
    """Return the issue with its growth since a base; unchanged without a base."""
    if base is None:
        return issue
    fields = {**issue.fields, "growth": growth(base, scope_of(issue.fields))}
    return replace(issue, fields=fields)
