"""Count for each rule how often people agreed with it, and how often they decided otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from rules.assess.assessment import Assessment, Evidence, Firing
from rules.assess.classify import MODEL
from rules.learning.evidence.lessons import Example
from rules.text_model.team.reliability import LIMIT, Reliability, RuleCount
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import VERDICTS, strictness

Judged = Literal["agreed", "contradicted"]


@dataclass(frozen=True)
class Saying:
    """What one decision says of one rule."""

    rule: str
    judged: Judged
    weight: float
    freshness: float


def count_reliability(examples: Sequence[Example]) -> Reliability | None:
    """Return what these decisions say of each rule; None if they say nothing.

    Decisions on classes count for the rules that voted, decisions on verdicts for the rules that
    led to the verdict, and answers for the rules that asked. What the rulebook itself says of a
    class counts for no rule.

    An age counts from the newest decision about the same rule. A rule that lost its vote gives
    nobody a reason to decide against it, and must not get the vote back for that.
    """
    tally = _Tally()
    for example in sorted(examples, key=_time):
        for saying in _sayings(example, tally):
            tally.add(saying)
    counts = tally.counts()
    return Reliability(counts) if counts else None


class _Tally:
    """The sayings about each rule so far, added in the order of time: the last is the freshest."""

    def __init__(self) -> None:
        self._sums: dict[str, RuleCount] = {}
        self._freshest: dict[str, float] = {}

    def add(self, one: Saying) -> None:
        """Add what one decision says of one rule."""
        agreed = one.judged == "agreed"
        now = self._sums.get(one.rule, RuleCount())
        self._sums[one.rule] = RuleCount(
            now.agreed + one.weight * agreed,
            now.contradicted + one.weight * (not agreed),
            now.times_agreed + agreed,
            now.times_contradicted + (not agreed),
        )
        self._freshest[one.rule] = one.freshness

    def count(self, rule: str) -> RuleCount:
        """Return the counts of a rule, with an age from its newest decision."""
        found, part = self._sums.get(rule, RuleCount()), self._freshest.get(rule) or 1.0
        return replace(found, agreed=found.agreed / part, contradicted=found.contradicted / part)

    def counts(self) -> dict[str, RuleCount]:
        """Return the counts of all rules."""
        return {rule: self.count(rule) for rule in self._sums}

    def has_vote(self, rule: str) -> bool:
        """Return whether a rule has its vote, after the decisions so far."""
        return self.count(rule).reliability >= LIMIT


def _time(example: Example) -> tuple[bool, datetime]:
    at = example.lesson.at
    return at is None, at or datetime.min.replace(tzinfo=UTC)


def _sayings(example: Example, tally: _Tally) -> Iterator[Saying]:
    """Yield what one decision says of rules; each rule comes once."""
    lesson, found = example.lesson, example.assessment
    pairs: Iterable[tuple[str, Judged]] = ()
    if lesson.by == "answer":
        pairs = ((rule, "agreed") for rule in found.decision.asks.answered)
    elif lesson.by_hand and lesson.field == "kind":
        pairs = of_class(found.classification.evidence, lesson.value)
    elif lesson.by_hand and lesson.field == "verdict":
        pairs = of_gate(found, lesson.value, tally.has_vote)
    for rule, judged in dict(pairs).items():
        yield Saying(rule, judged, lesson.weight, lesson.freshness)


def of_class(evidence: Sequence[Evidence], kind: str) -> Iterator[tuple[str, Judged]]:
    """Yield for each rule that voted whether the class is one that it favours.

    A rule that only takes votes from a class is contradicted by this class alone.
    """
    votes: dict[str, dict[str, float]] = {}
    for one in evidence:
        if one.rule != MODEL:
            votes.setdefault(one.rule, dict.fromkeys(KINDS, 0.0))[one.kind] += one.weight
    for rule, given in votes.items():
        best = max(given.values())
        yield rule, "agreed" if given.get(kind, 0.0) == best else "contradicted"


def of_gate(
    found: Assessment, verdict: str, has_vote: Callable[[str], bool]
) -> Iterator[tuple[str, Judged]]:
    """Yield for the rules of the gate whether a person's verdict agrees with them.

    The rules that led to Sluice's verdict are contradicted by a milder one. A stricter one
    contradicts none: the strictest verdict wins, so each rule says only "at least this". A rule
    without a vote is counted as if it led, so that people can give the vote back.
    """
    if verdict not in VERDICTS:
        return
    gated = [one for one in found.firings if one.gate]
    voting = [strictness(one.gate) for one in gated if has_vote(one.rule)]
    for one in gated:
        if one.gate == verdict:
            yield one.rule, "agreed"
        elif _led(one, voting, found) and strictness(verdict) < strictness(one.gate):
            yield one.rule, "contradicted"


def _led(firing: Firing, voting: Sequence[int], found: Assessment) -> bool:
    """Return whether a rule led to the verdict. One whose question got a reply did not."""
    if firing.gate == "needs_info" and found.decision.asks.heard:
        return False
    return strictness(firing.gate) >= max(voting, default=0)
