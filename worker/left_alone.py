"""Tell which issues Sluice leaves in peace, and which fields of an issue that people work on."""

from __future__ import annotations

from typing import Literal

from rules.facts.issue import Issue
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import ManagedName
from worker.settings.file_format import Rerank

Reason = Literal["finished", "waiting", "undone", "read-only"]
"""Why nothing is written on an issue.

finished: it is done or resolved. waiting: it is older than Sluice's start on the site, and no
backfill has come. undone: `sluice undo` took back what was written. read-only: Jira lets nobody
edit it in its status.
"""


def reason(issue: Issue, *, read_only: bool = False) -> Reason | None:
    """Return why nothing is written on the issue; None if it is triaged."""
    if is_finished(issue):
        return "finished"
    return "read-only" if read_only else None


def is_finished(issue: Issue) -> bool:
    """Return whether the issue is done, or resolved in a status of another category.

    A site that lists "Unresolved" among its resolutions means none by it.
    """
    resolution = str(issue.fields.get("resolution") or "").strip().lower()
    return _category(issue) == "done" or resolution not in ("", "unresolved")


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
