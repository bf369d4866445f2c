"""Define the effect `points: {pain: 5}`: the rule gives points to measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from rules.rulebook.effects.effect import Effect, joined

Points = Mapping[str, float]


def _explained(points: Points) -> str:
    return ", ".join(f"{name} {given:+g}" for name, given in points.items())


def _in_words(points: Points) -> str:
    return joined([f"{name} gets {given:+g}" for name, given in points.items()])


def _contradiction(ours: Points, theirs: Points) -> str:
    for name, given in ours.items():
        if given * theirs.get(name, 0.0) < 0:
            return f"but gives {name} {given:+g}, not {theirs[name]:+g}"
    return ""


POINTS: Effect[Points] = Effect(
    key="points",
    stage="points",
    type=Annotated[
        dict[str, Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]],
        Field(min_length=1),
    ],
    about="Points for measures of this rulebook.",
    explained=_explained,
    in_words=_in_words,
    contradiction=_contradiction,
)
