"""Make small changes of a rulebook: another effect of one rule, or the rule dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rules.rulebook.file_format.block import Words
from rules.rulebook.rulebook import Rule, Rulebook
from rules.vocabulary.classes import KINDS, Kind, work_class
from rules.vocabulary.verdicts import VERDICTS, strictness

OTHERS = 2
"""The number of other verdicts to try for a gate rule: those that people chose most."""

STRENGTHS = (1, 2, 3)
MOST_VOTES = 10.0
"""The largest vote that a rule file accepts."""


def moved(kind: Kind) -> Words:
    """Return a reason for a vote for another class: the rule's own speaks for the old one."""
    return {
        "en": f"This team calls such work {work_class(kind).in_words}.",
        "zh": "本团队把这类工作归为此类。",
    }


@dataclass(frozen=True)
class Change:
    """Another effect of a rule; None as the value drops the rule.

    `because` is a new reason, for a rule whose own reason does not fit the new effect.
    """

    rule: str
    value: Any = None
    because: Words | None = None

    @property
    def drops(self) -> bool:
        """Return whether the rule is dropped."""
        return self.value is None


def apply(book: Rulebook, changes: Sequence[Change]) -> Rulebook:
    """Return the rulebook with these changes; the conditions stay compiled."""
    by_rule = {change.rule: change for change in changes}
    rules = [_changed(rule, by_rule.get(rule.id)) for rule in book.rules]
    digest = hashlib.sha256(f"{book.digest} {changes}".encode()).hexdigest()[:12]
    return replace(book, rules=tuple(rule for rule in rules if rule), digest=digest)


def _changed(rule: Rule, change: Change | None) -> Rule | None:
    if change is None:
        return rule
    if change.drops:
        return None
    return replace(rule, value=change.value, because=change.because or rule.because)


def candidates(rule: Rule, chosen: Counter[str]) -> Iterator[Change]:
    """Yield the changes to try for a rule, the smallest first.

    `chosen` counts what people decided where the rule fired.
    """
    if rule.gate:
        yield from _verdicts(rule, chosen)
    elif rule.votes or rule.points:
        yield Change(rule.id, _times(rule.value, 0.5))
        yield Change(rule.id)
        yield Change(rule.id, _times(rule.value, -1))
        yield from _other_class(rule, chosen)


def _times(values: Mapping[Any, float], factor: float) -> dict[Any, float]:
    return {name: round(value * factor, 2) for name, value in values.items()}


def _other_class(rule: Rule, chosen: Counter[str]) -> Iterator[Change]:
    """Yield votes for the class that people chose most, from as strong as the rule's own on.

    The text model votes too, often for the class of the rule: an equal vote may not be enough.
    """
    votes = rule.votes
    others = Counter({kind: chosen[kind] for kind in KINDS if chosen[kind]})
    strongest = max(votes.values(), default=0.0)
    if others and strongest > 0:
        (kind, _), *_ = others.most_common(1)
        if votes.get(kind, 0.0) < strongest:
            for strength in STRENGTHS:
                yield Change(rule.id, {kind: min(strongest * strength, MOST_VOTES)}, moved(kind))


def _verdicts(rule: Rule, chosen: Counter[str]) -> Iterator[Change]:
    """Yield the verdicts that people chose most, the strictest first, and no verdict."""
    known = {v: count for v, count in chosen.items() if v in VERDICTS and v != rule.gate}
    most = [verdict for verdict, _ in Counter(known).most_common(OTHERS)]
    for verdict in sorted(most, key=strictness, reverse=True):
        yield Change(rule.id, verdict)
    yield Change(rule.id)
