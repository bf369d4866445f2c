"""Report a mistake in a file that a person wrote, with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A mistake in a file; `str()` returns `file:line: rule name: message`.

    `line` is 0 for a file without lines, such as a text model.
    """

    file: str
    line: int
    message: str
    rule: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        who = f"rule {self.rule}: " if self.rule else ""
        return f"{place}: {who}{self.message}"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> Problem:
        """Read the output of `to_json`; raise KeyError, TypeError or ValueError for other input."""
        rule = raw["rule"]
        return cls(
            file=str(raw["file"]),
            line=int(raw["line"]),
            message=str(raw["message"]),
            rule=None if rule is None else str(rule),
        )


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return `: did you mean "…"?` with the nearest known word, or an empty string.

    `cutoff` is the least similarity of the two, from 0 to 1.
    """
    match = difflib.get_close_matches(word.lower()[:80], sorted(known), n=1, cutoff=cutoff)
    return f': did you mean "{match[0]}"?' if match else ""
