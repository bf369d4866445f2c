"""Say what is wrong in a file that a person wrote, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file that a person wrote; `str()` gives `file:line: [rule] message`."""

    file: str
    line: int
    message: str
    rule: str | None = field(default=None)

    def __str__(self) -> str:
        who = f"rule {self.rule}: " if self.rule else ""
        return f"{self.file}:{self.line}: {who}{self.message}"


def nearest(word: str, known: Iterable[str]) -> str:
    """`: did you mean "…"?` with the nearest of the known words, or an empty string."""
    match = difflib.get_close_matches(word.lower()[:80], sorted(known), n=1, cutoff=0.6)
    return f': did you mean "{match[0]}"?' if match else ""
