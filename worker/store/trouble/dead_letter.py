"""Define the dead letter: an issue that could not be triaged, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Literal

Kind = Literal["", "missing", "refused", "layout", "gave up", "bug"]
"""missing: Jira says that the issue does not exist, or that the account may not see it. bug: an
error of Sluice, or the death of its workers. The others are tried again with each pass."""


@dataclass(frozen=True)
class DeadLetter:
    """An issue that could not be triaged, with the reason and the time (ISO).

    `final`: another try would end in the same way, so reconciling skips it until a person replays
    it. `kind` says what happened, "" in a letter of an earlier version.
    """

    issue_id: str
    reason: str
    at: str
    final: bool = False
    detail: str = ""
    kind: Kind = ""

    @property
    def next_step(self) -> str:
        """Return when the issue is tried again, for the list; "" for a letter without a kind."""
        if self.kind == "missing":
            return "tried again when a search finds the issue, or after an event on it"
        if self.final:
            return (
                "tried again after an event on it, or by `sluice dead replay`" if self.kind else ""
            )
        return "tried again with each pass of `sluice reconcile`" if self.kind else ""


def read_letter(raw: str) -> DeadLetter:
    """Read a dead letter; a later version may have written more about it than this one knows."""
    known = {field.name for field in fields(DeadLetter)}
    return DeadLetter(**{name: value for name, value in json.loads(raw).items() if name in known})
