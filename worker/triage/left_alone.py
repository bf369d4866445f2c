"""Tell which issues Sluice leaves in peace, and which fields of an issue that people work on."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from rules.facts.issue import Issue
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.plural import many
from worker.settings.file_format import Rerank
from worker.store.site.first_contact import EVER

Reason = Literal["finished", "waiting", "undone", "read-only"]
"""Why nothing is written on an issue.

finished: it is done or resolved. waiting: it is older than Sluice's start on the site, and no
backfill has come. undone: `sluice undo` took back what was written. read-only: Jira lets nobody
edit it in its status.
"""


def reason(
    issue: Issue, *, read_only: bool = False, older: bool = False, taken_back: bool = False
) -> Reason | None:
    """Return why nothing is written on the issue; None if it is triaged."""
    if is_finished(issue):
        return "finished"
    if older:
        return "waiting"
    if taken_back:
        return "undone"
    return "read-only" if read_only else None


def is_finished(issue: Issue) -> bool:
    """Return whether the issue is done, or resolved in a status of another category.

    A site that lists "Unresolved" among its resolutions means none by it.
    """
    resolution = str(issue.fields.get("resolution") or "").strip().lower()
    return _category(issue) == "done" or resolution not in ("", "unresolved")


def waits(issues: int) -> str:
    """Return what to say of issues that wait for a backfill."""
    return f"{many(issues, 'issue')} {'wait' if issues != 1 else 'waits'}: sluice backfill"


def is_older(issue: Issue, start: datetime) -> bool:
    """Return whether an issue waits for a backfill: older than the start, and without a record."""
    created = issue.fields.get("created")
    if issue.record is not None or start == EVER:
        return False
    return not isinstance(created, datetime) or created < start


def is_taken_back(issue: Issue, rulebook: str, team: str | None) -> bool:
    """Return whether `sluice undo` took back what these wrote, and nobody touched it since."""
    record = issue.record
    if record is None or not record.undone:
        return False
    untouched = issue.fields.get("updated") == record.seen
    return untouched and (record.rulebook, record.team) == (rulebook, team)


def held(issue: Issue, rerank: Rerank) -> frozenset[ManagedName]:
    """Return the fields that stay as they are, since somebody has begun the issue.

    Its priority is not changed under people's hands, and neither is a class once it is decided.
    """
    if rerank == "always" or _category(issue) != "in progress":
        return frozenset()
    decided = issue.managed.kind not in (None, UNDECIDED)
    return frozenset({"priority", "kind"} if decided else {"priority"})


def _category(issue: Issue) -> str:
    return str(issue.fields.get("statuscategory") or "").lower()
