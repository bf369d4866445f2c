"""Compare what Sluice and its rules say of an issue with the value that a person decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.assess.assessment import Assessment
from rules.assess.classify import MODEL
from rules.learning.evidence.lessons import Lesson
from rules.learning.teach.count_reliability import of_class, of_gate
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.classes import UNDECIDED, Kind
from rules.vocabulary.managed_fields import ManagedName

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

    Rules for classes and of the gate are counted as learning counts them. A rule on which the
    decision tells nothing is left out.
    """
    if lesson.field == "kind":
        yield from _on_class(assessment, lesson.value)
    elif lesson.field == "verdict":
        yield from _on_gate(assessment, lesson.value)
    elif lesson.field == "priority":
        yield from _on_points(assessment, lesson.value, orders(book))


def orders(book: Rulebook) -> Sequence[str]:
    """Return the priorities of the book's bands, the lowest first."""
    return [band.priority for band in sorted(book.bands, key=lambda band: band.from_)]


def _on_class(assessment: Assessment, chosen: str) -> Iterator[tuple[str, Stance]]:
    if guess := model_says(assessment):
        yield MODEL, "agreed" if guess == chosen else "contradicted"
    yield from of_class(assessment.classification.evidence, chosen)


def _on_gate(assessment: Assessment, chosen: str) -> Iterator[tuple[str, Stance]]:
    """Yield the rules of the gate. One that asked for a review is answered by any verdict."""
    judged: dict[str, Stance] = dict(of_gate(assessment, chosen, lambda _: True))
    if proposal(assessment, "verdict") == ASKS["verdict"] != chosen:
        asking = (one.rule for one in assessment.firings if one.gate == ASKS["verdict"])
        judged |= dict.fromkeys(asking, "asked")
    yield from judged.items()


def _on_points(
    assessment: Assessment, chosen: str, priorities: Sequence[str]
) -> Iterator[tuple[str, Stance]]:
    """Compare the direction of each rule's points with that of the person's change of priority."""
    proposed = proposal(assessment, "priority")
    if proposed not in priorities or chosen not in priorities:
        return
    moved = priorities.index(chosen) - priorities.index(proposed)
    for fired in assessment.firings:
        if fired.points:
            yield fired.rule, "contradicted" if moved * fired.points < 0 else "agreed"
