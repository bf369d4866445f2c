"""How large an issue was when the gate accepted it, and how much it has grown since. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rules.facts.issue import Fact, Scope


def scope_of(fields: Mapping[str, Fact]) -> Scope:
    """How large an issue is now."""
    points = fields.get("points")
    text = str(fields.get("description") or "").strip()
    return Scope(points if isinstance(points, float) else None, float(len(text)))


def base(before: Scope | None, now: Scope, accepted: bool, by_hand: bool) -> Scope | None:
    """What growth is measured from: the size at the first acceptance, or at a person's last one.

    It stays while rules send the issue back and accept it again, so that an issue can't grow a
    little with each acceptance, and so that sending back does not undo its own reason.
    """
    if by_hand:
        return before if before and before.by_hand else replace(now, by_hand=True)
    if before:
        return replace(before, by_hand=False)
    return now if accepted else None


def growth(before: Scope | None, now: Scope) -> float:
    """By how many percent it grew; 0 where that is unknown, or where it shrank."""
    if before is None:
        return 0.0
    sizes = (before.points, now.points)
    old, new = sizes if all(sizes) else (before.length, now.length)
    return round(max((new - old) / old * 100, 0.0), 1) if old and new and old > 0 else 0.0
