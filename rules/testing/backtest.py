"""Compare two rulebooks on the same issues: the changes, their issues and their reasons. Pure.

All issues are counted, but only the issues that move most are kept. So a backtest of a million
issues needs no more memory than one of a thousand.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from rules.assess.assessment import Assessment, Firing
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError
from rules.rulebook.rulebook import Rulebook
from rules.testing.decisions import judge_each
from rules.vocabulary.classes import ALL_KINDS, UNDECIDED
from rules.vocabulary.verdicts import VERDICTS, strictness

KEEP = 200
"""The default number of moved issues to keep."""

SAMPLES = 10
"""The number of issues to keep for each cell of a matrix, so that each cell has an example."""

MAX_PROBLEMS = 50
MAX_SUMMARY = 200

Facet = Literal["verdict", "class", "priority", "quadrant"]
FACETS: tuple[Facet, ...] = ("verdict", "class", "priority", "quadrant")

Cell = tuple[str, str]
"""The values under the old and the new rulebook; the first is empty without an old one."""

Write = Literal["fields", "comment"]
Writes = Callable[[Assessment, "Assessment | None"], "Write | None"]
"""Return what the new rulebook would write, from the new and the old assessment (or None)."""

_KNOWN: Mapping[Facet, Sequence[str]] = {
    "verdict": VERDICTS,
    "class": ALL_KINDS,
    "priority": ("Highest", "High", "Medium", "Low", "Lowest", "none"),
    "quadrant": ("quick win", "big bet", "fill-in", "money pit", "none"),
}


def _empty() -> dict[Facet, Counter[Cell]]:
    return {facet: Counter() for facet in FACETS}


@dataclass(frozen=True)
class Standing:
    """The result for an issue under one rulebook; "none" means no priority or no quadrant."""

    kind: str
    verdict: str
    priority: str
    quadrant: str
    score: float

    @classmethod
    def of(cls, assessment: Assessment) -> Standing:
        """Return the standing of an assessment."""
        return cls(
            kind=assessment.classification.kind,
            verdict=assessment.decision.verdict,
            priority=assessment.decision.priority or "none",
            quadrant=assessment.quadrant or "none",
            score=assessment.score,
        )

    def on(self, facet: Facet) -> str:
        """Return the value of one facet."""
        return str(getattr(self, "kind" if facet == "class" else facet))


@dataclass(frozen=True)
class Move:
    """An issue with another result under the new rulebook, and the rules that make the difference.

    `came` has the firings under the new rulebook only, `went` those under the old one only. A rule
    with a changed effect is in both.
    """

    key: str
    summary: str
    before: Standing
    after: Standing
    came: tuple[Firing, ...]
    went: tuple[Firing, ...]

    @property
    def size(self) -> tuple[int, bool, bool, float]:
        """Return the size of the move: the verdict counts most, then class, priority and score."""
        before, after = self.before, self.after
        return (
            abs(_strictness(after.verdict) - _strictness(before.verdict)),
            before.kind != after.kind,
            before.priority != after.priority,
            abs(after.score - before.score),
        )


_Entry = tuple[tuple[int, bool, bool, float], int, Move]
"""A move with its sort keys: its size, then its order of arrival."""


@dataclass
class Backtest:
    """The result: counts of all issues, the `keep` largest moves, samples of each kind of move."""

    new: Rulebook
    old: Rulebook | None = None
    keep: int = KEEP
    models: tuple[str, str] | None = None
    """The names of the old and the new model of a team, if these are compared by one rulebook."""
    judged: int = 0
    moved: int = 0
    scores: int = 0
    """The number of issues with another score."""
    writes: Counter[str] = field(default_factory=Counter)
    """The number of issues to write: "fields", or "comment" if only the comment changes."""
    matrix: dict[Facet, Counter[Cell]] = field(default_factory=_empty)
    fired_new: Counter[str] = field(default_factory=Counter)
    fired_old: Counter[str] = field(default_factory=Counter)
    troubles: int = 0
    problems: list[str] = field(default_factory=list)
    """The first problems: rows that are no issues, issues that could not be judged."""
    _heap: list[_Entry] = field(default_factory=list)
    _samples: dict[tuple[Facet, str, str], list[_Entry]] = field(default_factory=dict)

    def add(self, after: Assessment, before: Assessment | None, write: Write | None) -> None:
        """Count one issue."""
        self.judged += 1
        self.writes.update([write] if write else [])
        self.fired_new.update(firing.rule for firing in after.firings)
        new, old = Standing.of(after), Standing.of(before) if before else None
        for facet, cells in self.matrix.items():
            cells[old.on(facet) if old else "", new.on(facet)] += 1
        if before and old:
            self.fired_old.update(firing.rule for firing in before.firings)
            self.scores += new.score != old.score
            if any(new.on(facet) != old.on(facet) for facet in FACETS):
                self._move(_move(after, before, old, new))

    def trouble(self, message: str) -> None:
        """Count a problem: something that could not be judged."""
        self.troubles += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(message)

    def moves(self) -> list[Move]:
        """Return the kept moves, the largest first; equal ones in order of arrival."""
        kept = {entry[1]: entry for entry in [*chain(*self._samples.values()), *self._heap]}
        return [move for _, _, move in sorted(kept.values(), key=lambda entry: entry[:2])[::-1]]

    def changed(self, facet: Facet) -> int:
        """Return the number of issues that differ in a facet."""
        cells = self.matrix[facet].items()
        return sum(count for (old, new), count in cells if old and old != new)

    def decided(self) -> tuple[int, int]:
        """Return the number of issues with a class under the old and the new judge."""
        cells = self.matrix["class"].items()
        old = sum(count for (pair, count) in cells if pair[0] != UNDECIDED)
        return old, sum(count for (pair, count) in cells if pair[1] != UNDECIDED)

    def labels(self, facet: Facet) -> list[str]:
        """Return the values of a facet that occur, in their natural order."""
        seen = {label for cell in self.matrix[facet] for label in cell if label}
        known = [label for label in _KNOWN[facet] if label in seen]
        return [*known, *sorted(seen.difference(known))]

    def silent(self, which: Literal["old", "new"]) -> list[str]:
        """Return the rules that fired for no issue, in the order of the file."""
        book = self.new if which == "new" else self.old
        fired = self.fired_new if which == "new" else self.fired_old
        return [rule.id for rule in book.rules if rule.id not in fired] if book else []

    def as_json(self) -> dict[str, Any]:
        """Return the whole result as plain data; `moves` has the kept issues."""
        models = {"old": self.models[0], "new": self.models[1]} if self.models else None
        return {
            "version": 1,
            "issues": self.judged,
            **({"models": models} if models else {}),
            **(
                {"models": dict(zip(("old", "new"), self.models, strict=True))}
                if self.models
                else {}
            ),
            "old": _book(self.old, self.fired_old, self.silent("old")) if self.old else None,
            "new": _book(self.new, self.fired_new, self.silent("new")),
            "matrix": {facet: _cells(self.matrix[facet]) for facet in FACETS},
            "changed": {facet: self.changed(facet) for facet in FACETS} | {"score": self.scores},
            "writes": {name: self.writes[name] for name in ("fields", "comment")},
            "moved": self.moved,
            "moves": [_as_json(move) for move in self.moves()],
            "problems": {"count": self.troubles, "first": self.problems},
        }

    def _move(self, move: Move) -> None:
        self.moved += 1
        entry = (move.size, -self.moved, move)
        heapq.heappush(self._heap, entry)
        if len(self._heap) > self.keep:
            heapq.heappop(self._heap)
        for facet in FACETS:
            cell = (facet, move.before.on(facet), move.after.on(facet))
            samples = self._samples.setdefault(cell, [])
            if cell[1] != cell[2] and len(samples) < min(SAMPLES, self.keep):
                samples.append(entry)


def backtest(
    issues: Iterable[Issue | RowError],
    new: Judge,
    old: Judge | None,
    now: datetime,
    writes: Writes,
    keep: int = KEEP,
    models: tuple[str, str] | None = None,
) -> Backtest:
    """Judge each issue by both judges; problems are counted and reported, and never fatal."""
    result = Backtest(new.book, old.book if old else None, keep, models)
    for found in judge_each(issues, [old, new] if old else [new], now):
        if isinstance(found, str):
            result.trouble(found)
            continue
        after, before = found[-1], found[0] if old else None
        result.add(after, before, writes(after, before))
    return result


def _move(after: Assessment, before: Assessment, old: Standing, new: Standing) -> Move:
    was, now = (set(map(_who, assessment.firings)) for assessment in (before, after))
    return Move(
        key=after.issue.key,
        summary=after.issue.summary[:MAX_SUMMARY],
        before=old,
        after=new,
        came=tuple(sorted((f for f in after.firings if _who(f) not in was), key=_weight)),
        went=tuple(sorted((f for f in before.firings if _who(f) not in now), key=_weight)),
    )


def _who(firing: Firing) -> tuple[str, str]:
    return firing.rule, firing.effect


def _weight(firing: Firing) -> tuple[int, float]:
    """Return the sort key of a firing: the gate first, then the class, then the most points."""
    stages = ("gate", "class", "points")
    return stages.index(firing.effect.partition(":")[0]), -abs(firing.points)


def _strictness(verdict: str) -> int:
    """Return the strictness from 0, accept; an unknown verdict counts as the mildest."""
    return strictness(verdict)


def _book(book: Rulebook, fired: Counter[str], silent: list[str]) -> dict[str, Any]:
    counts = {rule.id: fired[rule.id] for rule in book.rules}
    return {"book": book.name, "digest": book.digest, "fired": counts, "never": silent}


def _cells(cells: Counter[Cell]) -> list[dict[str, Any]]:
    found = sorted(cells.items())
    return [{"old": old or None, "new": new, "issues": count} for (old, new), count in found]


def _as_json(move: Move) -> dict[str, Any]:
    reasons = {"came": move.came, "went": move.went}
    return {
        "key": move.key,
        "summary": move.summary,
        "old": _standing(move.before),
        "new": _standing(move.after),
        **{name: [_firing(firing) for firing in fired] for name, fired in reasons.items()},
    }


def _standing(standing: Standing) -> dict[str, Any]:
    found = asdict(standing)
    return {"class": found.pop("kind"), **found}


def _firing(firing: Firing) -> dict[str, str]:
    return {"rule": firing.rule, "effect": firing.effect, "because": firing.because}
