"""Find further comments of Sluice on an issue, left by a write that timed out and was repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from connector.issue.people_edits import written_by
from rules.facts.issue import Note


def further_notes(
    comments: Iterable[Mapping[str, Any]],
    accounts: AbstractSet[str],
    marker: str,
    note: Note | None,
) -> tuple[str, ...]:
    """Return the ids of Sluice's other comments: the last line of each has the marker.

    Where a person works under the same account, that line tells Sluice's comments from theirs.
    """
    return tuple(
        str(comment.get("id"))
        for comment in comments
        if note is not None
        and str(comment.get("id")) != note.id
        and written_by(comment, accounts)
        and marker in str(comment.get("body") or "").rstrip().rpartition("\n")[2]
    )
