"""Define the effect `class: {tech_debt: 3}`: the rule votes for a class of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from rules.rulebook.effects.effect import Effect, joined
from rules.rulebook.messages.validation_messages import wrong
from rules.vocabulary.classes import KINDS, Kind, work_class

Votes = Mapping[Kind, float]


def _in_order(votes: dict[Kind, float]) -> dict[Kind, float]:
    return {kind: votes[kind] for kind in KINDS if kind in votes}


def _explained(votes: Votes) -> str:
    return ", ".join(f"{kind} {weight:+g}" for kind, weight in votes.items())


def _in_words(votes: Votes) -> str:
    parts = [f"{work_class(kind).in_words} {_count(weight)}" for kind, weight in votes.items()]
    return joined(parts)


def _count(weight: float) -> str:
    count = f"{abs(weight):g} {'vote' if abs(weight) == 1 else 'votes'}"
    return f"{'loses' if weight < 0 else 'gets'} {count}"


def _votable(kind: Kind) -> Kind:
    if kind not in KINDS:
        raise wrong(f"a rule can't vote for {kind}: remove this line")
    return kind


def _contradiction(ours: Votes, theirs: Votes) -> str:
    mine, other = _favourite(ours), _favourite(theirs)
    if mine and other and mine != other:
        return f"but votes for {mine}, not for {other}"
    return ""


def _favourite(votes: Votes) -> Kind | None:
    """Return the class with most votes of a rule, or None."""
    kind = max(votes, key=lambda kind: votes[kind], default=None)
    return kind if kind and votes[kind] > 0 else None


CLASS: Effect[Votes] = Effect(
    key="class",
    stage="class",
    type=Annotated[
        dict[
            Annotated[Kind, AfterValidator(_votable)],
            Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)],
        ],
        Field(min_length=1),
        AfterValidator(_in_order),
    ],
    about="Votes for classes of work: 1 is a hint, 3 a good reason, 6 the author's own statement.",
    explained=_explained,
    in_words=_in_words,
    contradiction=_contradiction,
)
