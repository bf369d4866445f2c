"""Of two comments of ours one is too many; a person's never is."""

from __future__ import annotations

from typing import Any

from connector.issue.further_notes import further_notes
from connector.issue.read_issue import MARKER, find_note

ME = frozenset({"me"})
FOOT = f"{{color:#6b778c}}{MARKER}set it by hand{{color}}"


def comment(id: str, body: str, account: str = "me") -> dict[str, Any]:
    return {"id": id, "author": {"accountId": account}, "body": body}


OURS = comment("1", f"(/) *Accepted*\n{FOOT}")
AGAIN = comment("2", f"(/) *Accepted*\n{FOOT}\n")
QUOTED = comment("3", f"{FOOT}\nWhat does this mean?")
THEIRS = comment("4", f"(/) *Accepted*\n{FOOT}", "ann")


def test_only_what_sluice_wrote_again_is_found() -> None:
    them = [OURS, THEIRS, QUOTED, AGAIN]
    note = find_note(them, ME, MARKER)
    assert note is not None and note.id == "2"
    assert further_notes(them, ME, MARKER, note) == ("1",)
    assert further_notes([OURS], ME, MARKER, find_note([OURS], ME, MARKER)) == ()
    assert further_notes([THEIRS], ME, MARKER, None) == ()
