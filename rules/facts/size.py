"""Measure an issue's size, and its growth since the gate accepted it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rules.facts.issue import Fact, Scope


def scope_of(fields: Mapping[str, Fact]) -> Scope:
    """Return an issue's size now."""
    points = fields.get("points")
    text = str(fields.get("description") or "").strip()
    return Scope(points if isinstance(points, float) else None, float(len(text)))


def base(before: Scope | None, now: Scope, accepted: bool, by_hand: bool) -> Scope | None:
    """Return the base of growth: the size at the first acceptance, or at a person's latest one.

    The base stays if rules send the issue back and accept it again. Otherwise an issue could grow a
    little with each acceptance, and sending it back would remove the reason for it.
    """
    if by_hand:
        return before if before and before.by_hand else replace(now, by_hand=True)
    if before:
        return replace(before, by_hand=False)
    return now if accepted else None


def growth(before: Scope | None, now: Scope) -> float:
    """Return growth in percent; 0 if it is unknown or negative."""
    if before is None:
        return 0.0
    sizes = (before.points, now.points)
    old, new = sizes if all(sizes) else (before.length, now.length)
    return round(max((new - old) / old * 100, 0.0), 1) if old and new and old > 0 else 0.0
