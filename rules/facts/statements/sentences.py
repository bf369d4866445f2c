"""Split a text into sentences, lines and items of lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?](?=\s|$)|[。！？；;\n\r|]+")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|resp|incl|no|nr|fig|mr|dr)$", re.IGNORECASE
)
_BULLET = re.compile(
    r"[\s\x1f]*(?:[-*#•·–+]+[\s\x1f]+|\d{1,2}(?:[.)][\s\x1f]+|、))?(?:\[[ xX]\][\s\x1f]*)?"
)


LONGEST = 500
"""Limit of a sentence in characters."""


def spans(text: str, until: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence, with its closing sign, without bullets and spaces."""
    at, until = 0, len(text) if until is None else min(until, len(text))
    for match in _END.finditer(text, 0, until):
        if match.group() == "." and _ABBREVIATED.search(
            text, max(at, match.start() - 8), match.start()
        ):
            continue
        yield from _trimmed(text, at, match.end())
        at = match.end()
    yield from _trimmed(text, at, until)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence without its bullet; what has no end is cut, so that the time is linear."""
    if bullet := _BULLET.match(text, start, end):
        start = bullet.end()
    end = start + len(text[start:end].rstrip())
    while end - start > LONGEST:
        space = max(text.rfind(" ", start + LONGEST // 2, start + LONGEST), start + LONGEST // 2)
        yield start, space
        start = space
    if end > start:
        yield start, end
