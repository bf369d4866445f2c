"""Part a body into what is no statement, headings, and sections whose heading gives a mark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rules.facts.statements import templates, unsaid
from rules.facts.statements.statement import blank_all
from rules.facts.statements.unsaid import Span
from rules.vocabulary.marks import Mark

Marked = tuple[int, int, Mark]
"""A line with the mark of its section: start, end, mark."""

_HEADED = re.compile(r"[ \t]*(?:h[1-6]\.|#{2,6}[ \t])")
_WORD = re.compile(r"\w")


@dataclass
class Stated:
    """A body with gaps for what is no statement; its headings with content; its marked lines."""

    text: str
    headings: list[Span] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)


def stated(body: str) -> Stated:
    """Return the parts of a body."""
    text = blank_all(body, unsaid.code(body))
    text = blank_all(text, [*unsaid.inline(text), *unsaid.lines(text)])
    found = Stated(text)
    gaps: list[Span] = []
    waiting: Span | None = None  # a heading: is there something under it?
    mark: Mark | None = None
    for start, end in unsaid.line_places(text):
        line = text[start:end]
        if heading := templates.heading(line) if line.strip() else None:
            gaps += [waiting] if waiting else []
            waiting = (start, start + heading.length)
            start += heading.length
            mark = heading.mark if heading.opens else mark
        elif _HEADED.match(line):
            mark = None
        if templates.is_placeholder(text[start:end]):
            gaps.append((start, end))
        elif text[start:end].strip() and (own := heading.mark if heading else mark):
            found.marks.append((start, end, own))
        if waiting and _says(body, text, start, end):
            found.headings.append(waiting)
            waiting = None
    gaps += [waiting] if waiting else []
    found.text = blank_all(text, gaps)
    return found


def _says(body: str, text: str, start: int, end: int) -> bool:
    """Return whether a line is content of its section: prose, or code and logs."""
    return bool(_WORD.search(body, start, end)) and not templates.is_placeholder(body[start:end])
