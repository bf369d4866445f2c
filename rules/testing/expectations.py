"""Say what a decision is expected to be, often beside another decision, and whether it is. Pure.

An expectation says nothing about single rules: it stays right when a rulebook is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.vocabulary.classes import UNDECIDED

CLEARLY = 2
"""A score is higher or lower than another if it differs by more points than this."""

SAME = 3
TWIN = 8
"""The scores of the same issue in other words, and of its translation, differ at most so much."""

URGENT = ("High", "Highest")
NOT_PUT_OFF = ("accept", "review")


@dataclass(frozen=True)
class Decided:
    """The parts of a decision that people act on.

    `kind` is the class with most votes, also if the issue stays undecided.
    """

    summary: str
    kind: str
    undecided: bool
    score: float
    gate: str
    priority: str | None
    comment: str

    @classmethod
    def of(cls, found: Assessment, comment: str) -> Decided:
        """Return these parts of an assessment."""
        classified, decision = found.classification, found.decision
        undecided = classified.kind == UNDECIDED
        return cls(
            summary=found.issue.summary,
            kind=(undecided and classified.guess) or classified.kind,
            undecided=undecided,
            score=found.score,
            gate=decision.verdict,
            priority=decision.priority,
            comment=comment,
        )


@dataclass(frozen=True)
class Expect:
    """A word of `COMPARED` or `ALONE`, and its value: a text, or names joined by `|`."""

    word: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.word}:{self.value}" if self.value else self.word


def _alike(one: Decided, other: Decided) -> bool:
    """Return whether two decisions have the same class, gate and priority."""
    return (one.kind, one.gate, one.priority) == (other.kind, other.gate, other.priority)


def _near(one: Decided, other: Decided, points: float) -> bool:
    return abs(one.score - other.score) <= points


COMPARED: Mapping[str, Callable[[Decided, Decided], bool]] = {
    "higher": lambda issue, against: issue.score > against.score + CLEARLY,
    "lower": lambda issue, against: issue.score < against.score - CLEARLY,
    "not_higher": lambda issue, against: issue.score <= against.score,
    "same": lambda issue, against: _alike(issue, against) and _near(issue, against, SAME),
    "twin": lambda issue, against: (
        (issue.kind, issue.gate) == (against.kind, against.gate) and _near(issue, against, TWIN)
    ),
    "alike": _alike,
}
"""The words that compare the decision of `issue` with that of `against`."""

ALONE: Mapping[str, Callable[[Decided, str], bool]] = {
    "urgent": lambda issue, _: issue.priority in URGENT and issue.gate in NOT_PUT_OFF,
    "class": lambda issue, names: issue.kind in names.split("|"),
    "gate": lambda issue, names: issue.gate in names.split("|"),
    "priority": lambda issue, names: (issue.priority or "none") in names.split("|"),
    "silent": lambda issue, text: text not in issue.comment,
}
"""The words about one decision. All but `urgent` take a value."""


@dataclass(frozen=True)
class Expectation:
    """An issue with what its decision is expected to be: all of `expects` have to hold.

    `place` is `file:line`. `group` is the kind or chapter; `language` that of the text, if given.
    """

    file: str
    place: str
    group: str
    language: str | None
    expects: tuple[Expect, ...]
    issue: Issue
    against: Issue | None = None


@dataclass(frozen=True)
class Outcome:
    """An expectation with the decisions that a rulebook makes."""

    expectation: Expectation
    found: Decided
    against: Decided | None

    @property
    def broken(self) -> tuple[Expect, ...]:
        """Return what does not hold."""
        expects = self.expectation.expects
        return tuple(one for one in expects if not holds(one, self.found, self.against))


def holds(expect: Expect, found: Decided, against: Decided | None) -> bool:
    """Return whether a decision is as expected. A comparison without a second one never is."""
    if compared := COMPARED.get(expect.word):
        return against is not None and compared(found, against)
    return ALONE[expect.word](found, expect.value)


def judge_expectations(
    expectations: Iterable[Expectation],
    judge: Judge,
    now: datetime,
    comment: Callable[[Assessment], str],
) -> Iterator[Outcome]:
    """Judge the issues of each expectation; `comment` returns the comment of an assessment."""

    def decided(issue: Issue) -> Decided:
        found = judge.assess(issue, now)
        return Decided.of(found, comment(found))

    for one in expectations:
        against = decided(one.against) if one.against else None
        yield Outcome(one, decided(one.issue), against)


@dataclass(frozen=True)
class Tally:
    """How many expectations hold, of how many."""

    held: int
    of: int

    @property
    def share(self) -> float:
        """Return the share that holds; of nothing, all."""
        return self.held / self.of if self.of else 1.0


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Count the outcomes."""
    held = [not outcome.broken for outcome in outcomes]
    return Tally(sum(held), len(held))


def grouped(
    outcomes: Iterable[Outcome], by: Callable[[Expectation], str | None]
) -> dict[str, list[Outcome]]:
    """Return the outcomes by a property, in the order of the file; None is left out."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if (name := by(outcome.expectation)) is not None:
            found.setdefault(name, []).append(outcome)
    return found
