"""Write the dead letter of an issue."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime

from connector.client import JiraRefused
from connector.layout.field_mapping import LayoutError
from worker.store.trouble.dead_letter import DeadLetter, Kind

MOST_REASON, MOST_DETAIL = 1_000, 4_000
"""The characters of a reason, and of the end of a traceback, that are kept."""


def letter(
    issue_id: str, reason: str, kind: Kind, final: bool = False, detail: str = ""
) -> DeadLetter:
    """Return the dead letter of an issue, of now."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    text = " ".join(reason.split())[:MOST_REASON]
    return DeadLetter(issue_id, text, at, final, detail[-MOST_DETAIL:], kind)


def letter_of(issue_id: str, error: Exception) -> DeadLetter:
    """Return the dead letter of an issue that met an error: for a bug with its traceback."""
    if isinstance(error, JiraRefused):
        return letter(issue_id, str(error), "missing" if error.missing else "refused", error.final)
    if isinstance(error, LayoutError):
        return letter(issue_id, str(error), "layout")
    detail = "".join(traceback.format_exception(error))
    return letter(issue_id, f"{type(error).__name__}: {error}", "bug", True, detail)
