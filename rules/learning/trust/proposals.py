"""Compare what Sluice and its rules say of an issue with the value that a person decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.assess.assessment import Assessment
from rules.assess.classify import MODEL
from rules.learning.lessons import Lesson
from rules.rulebook.rulebook import Rule, Rulebook
from rules.vocabulary.classes import KINDS, UNDECIDED, Kind
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.verdicts import VERDICTS, strictness

FIELDS: tuple[ManagedName, ...] = ("kind", "verdict", "priority")
"""The managed fields whose decisions are counted. A score by hand agrees with nothing exactly."""

NONE = "none"
"""The priority that Sluice proposes for an issue that it can't judge: it leaves the field alone."""

ASKS: Mapping[ManagedName, str] = {"kind": UNDECIDED, "verdict": "review", "priority": NONE}
"""The value with which Sluice leaves a decision to people. A person who decides then contradicts
nothing."""

FIELD_OF: Mapping[str, ManagedName] = {"class": "kind", "gate": "verdict", "points": "priority"}
"""The field on which the rules of a stage speak."""

Stance = Literal["agreed", "contradicted", "asked"]


def proposal(assessment: Assessment, field: ManagedName) -> str:
    """Return the value that Sluice proposes for a field, whatever a person decided."""
    return str(assessment.proposed.get(field) or ASKS.get(field, NONE))


@dataclass(frozen=True)
class Voice:
    """A rule, or the text model, that spoke on an issue; `says` is its effect as text."""

    name: str
    says: str


def voices(book: Rulebook, assessment: Assessment) -> Iterator[tuple[ManagedName, Voice]]:
    """Yield the rules that fired and the text model, each with the field that it speaks on."""
    rules = {rule.id: rule for rule in book.rules}
    for fired in assessment.firings:
        if rule := rules.get(fired.rule):
            yield FIELD_OF[rule.stage], Voice(rule.id, rule.effect.explained(rule.value))
    if model_says(assessment):
        yield "kind", Voice(MODEL, "its likeliest class")


def model_says(assessment: Assessment) -> Kind | None:
    """Return the likeliest class of the text model; None if it has no vote on this issue."""
    votes = [one for one in assessment.classification.evidence if one.rule == MODEL]
    return max(votes, key=lambda one: one.weight).kind if votes else None


def stances(book: Rulebook, assessment: Assessment, lesson: Lesson) -> Iterator[tuple[str, Stance]]:
    """Yield the rules that spoke on the field of a lesson, and whether the person agreed.

    A rule on which the decision tells nothing is left out.
    """
    guess = model_says(assessment)
    if lesson.field == "kind" and guess:
        yield MODEL, "agreed" if guess == lesson.value else "contradicted"
    rules = {rule.id: rule for rule in book.rules}
    for fired in assessment.firings:
        rule = rules.get(fired.rule)
        if rule and (found := stance(rule, fired.points, assessment, lesson, orders(book))):
            yield rule.id, found


def orders(book: Rulebook) -> Sequence[str]:
    """Return the priorities of the book's bands, the lowest first."""
    return [band.priority for band in sorted(book.bands, key=lambda band: band.from_)]


def stance(
    rule: Rule, points: float, assessment: Assessment, lesson: Lesson, priorities: Sequence[str]
) -> Stance | None:
    """Return whether a person agreed with a rule that fired; None if the decision tells nothing."""
    if rule.stage == "class" and lesson.field == "kind":
        return _on_class(rule, lesson.value)
    if rule.gate and lesson.field == "verdict":
        return _on_gate(rule.gate, proposal(assessment, "verdict"), lesson.value)
    if rule.points and lesson.field == "priority":
        return _on_points(points, proposal(assessment, "priority"), lesson.value, priorities)
    return None


def _on_class(rule: Rule, chosen: str) -> Stance | None:
    """Compare the votes of a rule with a class: it should have no more votes for another."""
    if chosen not in KINDS:
        return None
    votes = {kind: rule.votes.get(kind, 0.0) for kind in KINDS}
    return "agreed" if votes[chosen] == max(votes.values()) else "contradicted"


def _on_gate(gate: str, proposed: str, chosen: str) -> Stance | None:
    """Compare the verdict of a rule with a person's.

    The strictest rule wins, so a rule says "at least this". A stricter choice contradicts it only
    where its own verdict was the strictest.
    """
    if chosen not in VERDICTS:
        return None
    if gate == chosen:
        return "agreed"
    if gate == ASKS["verdict"]:
        return "asked"
    milder = strictness(chosen) < strictness(gate)
    return "contradicted" if milder or gate == proposed else None


def _on_points(
    points: float, proposed: str, chosen: str, priorities: Sequence[str]
) -> Stance | None:
    """Compare the direction of a rule's points with that of the person's change of the priority."""
    if not points or proposed not in priorities or chosen not in priorities:
        return None
    moved = priorities.index(chosen) - priorities.index(proposed)
    return "contradicted" if moved * points < 0 else "agreed"
