"""Measure an issue's size, and its growth since the gate accepted it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from rules.facts.issue import Fact, Scope, Statement
from rules.facts.statements.unsaid import prose

MOST_STATEMENTS = 300
"""The number of statements that count, so that the record stays far below Jira's limit."""

_HEADING = re.compile(r"^\s*h[1-6]\..*$", re.MULTILINE)
_END = re.compile(r"[.!?;](?=\s|$)|[。！？；\n\r|]+")
_MARKS = str.maketrans(dict.fromkeys("*_-+#{}[]()<>\"'`~^:,/\\&=，、：（）【】“”《》·•–—…", " "))


def scope_of(fields: Mapping[str, Fact]) -> Scope:
    """Return an issue's size now."""
    points = fields.get("points")
    text = str(fields.get("description") or "")
    return Scope(points if isinstance(points, float) else None, tuple(statements(text)))


def statements(text: str) -> Iterator[Statement]:
    """Yield the sentences and list items of a text as digests, at most 300.

    Case, punctuation and white space do not count. Code, logs and quotes promise nothing.
    """
    plain = _HEADING.sub("\n", prose(text)).lower().translate(_MARKS)
    parts = (" ".join(part.split()) for part in _END.split(plain))
    for number, part in enumerate(filter(None, parts)):
        if number == MOST_STATEMENTS:
            return
        digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        yield Statement(digest, len(part))


def growth(before: Scope | None, now: Scope) -> float:
    """Return growth in percent; 0 if it is unknown or negative.

    With story points on both sides they count, else the characters of added statements do.
    """
    if before is None:
        return 0.0
    if before.points and now.points:
        percent = (now.points - before.points) / before.points * 100 if before.points > 0 else 0.0
    else:
        length = sum(one.length for one in before.statements)
        percent = added(before.statements, now.statements) / length * 100 if length else 0.0
    return round(max(percent, 0.0), 1)


def added(before: tuple[Statement, ...], now: tuple[Statement, ...]) -> int:
    """Count the characters of the statements that were added.

    A statement that takes the place of another counts by its additional length. One that moved
    counts nothing, and one that was removed elsewhere does not make up for a new one.
    """
    there, here = set(before), set(now)
    changes = SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
    total = 0
    for _, start, end, new_start, new_end in changes:
        new = sum(one.length for one in now[new_start:new_end] if one not in there)
        gone = sum(one.length for one in before[start:end] if one not in here)
        total += max(new - gone, 0)
    return total
