"""Define a statement, and the statements of one issue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from rules.vocabulary.marks import Mark

GAP = "\x1f"
"""Replaces each character that is not affirmed, or no statement. A space for people and patterns
(`\\s`), and no space between words for a search: a phrase must not match across a gap."""

Where = Literal["title", "body"]


class Part(NamedTuple):
    """A part of a sentence that is not affirmed, with its trigger.

    `clause` is the start of the clause that it decides: in "customers do not need it" the part from
    "not" on is not affirmed, and all of the clause is denied.
    """

    start: int
    end: int
    mark: Mark
    clause: int


@dataclass(frozen=True)
class Statement:
    """A sentence, a line or an item of a list, with the mark of its main assertion.

    `start` and `end` are its place in the title or in the body. `parts` are the parts of its text
    that are not affirmed: a sentence can affirm one thing and deny another.
    """

    text: str
    mark: Mark
    where: Where
    start: int
    end: int
    parts: tuple[Part, ...] = ()

    @property
    def affirmed(self) -> str:
        """Return the text with a GAP for each character that is not affirmed."""
        return self.but()

    def but(self, *marks: Mark) -> str:
        """Return the text with gaps for the parts with another mark than affirmed and these."""
        return blank_all(self.text, [one[:2] for one in self.parts if one.mark not in marks])


@dataclass(frozen=True)
class Statements:
    """The statements of an issue, and its title and body with gaps.

    `title` and `body` have a GAP for each character of what is no statement (code, logs, quotes,
    templates). In `affirmed_title` and `affirmed_body` what is not affirmed is a gap, too. All have
    the length of the original text, and its line breaks. `headings` are the places of the body's
    headings that have something under them: they are no statements, yet a search finds them.
    """

    all: tuple[Statement, ...]
    title: str
    body: str
    affirmed_title: str
    affirmed_body: str
    headings: tuple[tuple[int, int], ...] = ()

    @property
    def denied(self) -> str:
        """Return what title and body deny: the denied part of each clause, a line each."""
        parts = ((one.text, part) for one in self.all for part in one.parts)
        return "\n".join(text[p.clause : p.end] for text, p in parts if p.mark == "negated")

    @property
    def undenied(self) -> str:
        """Return the title, and below it the body without what it denies, a statement a line."""
        others: tuple[Mark, ...] = ("planned", "hypothetical", "past", "question")
        said = (one.but(*others) for one in self.all if one.where == "body")
        return "\n".join((" ".join(self.title.split()), *said)).replace(GAP, " ")

    @cached_property
    def length(self) -> int:
        """Return the number of characters of the body's statements; 0 if it states nothing."""
        return len(blank_all(self.body, list(self.headings)).replace(GAP, "").strip())


def blank_all(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with several gaps, in linear time; the spans may overlap, in any order."""
    if not spans:
        return text
    parts, at = [], 0
    for start, end in sorted(spans):
        start = max(start, at)
        if end <= start:
            continue
        parts += [text[at:start], "\n".join(GAP * len(x) for x in text[start:end].split("\n"))]
        at = end
    return "".join([*parts, text[at:]])
