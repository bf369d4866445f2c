"""Add up work by class: amounts, shares, targets, and what can't be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.capacity.work_history import Tree
from rules.vocabulary.classes import KINDS

TOLERANCE = 5.0
"""In percentage points: a class this close to its target is on target."""


@dataclass(frozen=True)
class Amounts:
    """An amount of work by class, each with its issues. `unplaced` has issues without a class.

    `parts` has the amount of each issue by class, the largest first.
    """

    parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    unplaced: Mapping[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Return the whole amount of work that has a class."""
        return sum(map(self.of, self.parts))

    def of(self, kind: str) -> float:
        """Return the amount of a class."""
        return sum(self.parts.get(kind, {}).values())

    def percent(self, kind: str) -> float:
        """Return the share of a class, 0 to 100; 0 of nothing."""
        return 100 * self.of(kind) / self.total if self.total else 0.0


@dataclass(frozen=True)
class Standing:
    """A class beside its target: shares in percent; `gap` is in points, below 0 if under."""

    kind: str
    target: float
    actual: float
    on_target: bool

    @property
    def gap(self) -> float:
        """Return how many percentage points the share is above the target."""
        return self.actual - self.target


def amounts(tree: Tree, sizes: Mapping[str, float]) -> Amounts:
    """Add up the sizes of issues by class: an issue's own, else that of its parent or epic."""
    parts: dict[str, dict[str, float]] = {}
    unplaced: dict[str, float] = {}
    for key, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        kind = tree.kind(key)
        if kind in KINDS:
            parts.setdefault(str(kind), {})[key] = size
        else:
            unplaced[key] = size
    return Amounts(parts, unplaced)


def standings(
    found: Amounts, targets: Mapping[str, float], tolerance: float = TOLERANCE
) -> tuple[Standing, ...]:
    """Return each class with a target or with work beside its target, in the order of classes."""
    shown = [kind for kind in KINDS if kind in targets or found.of(kind)]
    return tuple(_standing(found, kind, targets.get(kind, 0.0), tolerance) for kind in shown)


def _standing(found: Amounts, kind: str, target: float, tolerance: float) -> Standing:
    actual = found.percent(kind)
    return Standing(kind, target, actual, abs(actual - target) <= tolerance)


def furthest(standing: tuple[Standing, ...]) -> Standing | None:
    """Return the class that is furthest from its target, beyond the tolerance; None if none is."""
    off = [one for one in standing if not one.on_target]
    return max(off, key=lambda one: abs(one.gap), default=None)
