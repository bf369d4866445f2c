"""Define the quadrants of value and effort."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast, get_args

T = TypeVar("T")

Quadrant = Literal["quick win", "big bet", "fill-in", "money pit"]

QUADRANTS = cast("tuple[Quadrant, ...]", get_args(Quadrant))
"""The best first: from high value and small effort to low value and large effort."""


@dataclass(frozen=True)
class PerQuadrant(Generic[T]):
    """Hold one value for each quadrant, in the order of QUADRANTS."""

    quick_win: T
    big_bet: T
    fill_in: T
    money_pit: T

    def of(self, quadrant: Quadrant) -> T:
        """Return the value of a quadrant."""
        place = QUADRANTS.index(quadrant)
        return cast(T, getattr(self, fields(self)[place].name))
