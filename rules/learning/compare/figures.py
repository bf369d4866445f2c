"""Sum up decisions in figures, and tell whether others are worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rules.learning.compare.decisions import NONE, Decisions
from rules.vocabulary.classes import KINDS, Kind

BINS = 10

COVERAGE_LOSS = 0.05
"""How far the share of decided issues may fall. More is no loss if as many more are right instead:
then wrong decisions are gone.
"""

RIGHT_LOSS = 0.05
"""How far the share of the decided that is right may fall, where more is decided instead."""

CALIBRATION_LOSS = 0.1
"""How far the calibration error may rise. With 50 issues, chance alone moves it by 0.05."""

CLASS_LOSS = 0.2
"""How far the right decisions of one class may fall."""

FEWEST_WORSE = 3
"""Fewer issues than this are chance: of 20 issues, one is five points."""


@dataclass(frozen=True)
class ClassShare:
    """How often people set a class, and the share of these issues that is decided so."""

    issues: int
    right: float


@dataclass(frozen=True)
class DecisionFigures:
    """The figures of decisions about issues whose class people set; shares are by weight.

    `right` is the share that is decided and right, `calibration_error` the expected one over ten
    bins (Naeini et al., AAAI 2015).
    """

    issues: int
    decided: float
    right_of_decided: float
    right: float
    calibration_error: float
    by_class: Mapping[Kind, ClassShare]

    @classmethod
    def of(cls, found: Decisions) -> DecisionFigures:
        """Return the figures of decisions."""
        return cls(
            issues=len(found),
            decided=found.share(found.decided),
            right_of_decided=found.share(found.right, found.decided),
            right=found.share(found.right),
            calibration_error=calibration_error(found),
            by_class={
                kind: ClassShare(int(own.sum()), found.share(found.right, own))
                for place, kind in enumerate(KINDS)
                if (own := found.truth == place).any()
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values, rounded to four digits."""
        return dict(_rounded(asdict(self)))

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> DecisionFigures:
        """Return the figures of plain values; raise KeyError or TypeError for others."""
        by_class = {kind: ClassShare(**one) for kind, one in found["by_class"].items()}
        return cls(**{**found, "by_class": by_class})

    def decides_less_than(self, before: DecisionFigures) -> bool:
        """Return whether the share of decided issues fell by more than its margin."""
        return _fell(before.decided, self.decided, COVERAGE_LOSS, self.issues)

    def worse_than(self, before: DecisionFigures) -> Iterator[str]:
        """Yield in words what is worse than before, by more than its margin."""
        if self.decides_less_than(before) and self.right - before.right < (
            before.decided - self.decided
        ):
            yield f"decided {before.decided:.0%} → {self.decided:.0%}"
        was, now = before.right_of_decided, self.right_of_decided
        if _fell(was, now, RIGHT_LOSS, self.decided * self.issues):
            yield f"right of the decided {was:.0%} → {now:.0%}"
        if self.calibration_error > before.calibration_error + CALIBRATION_LOSS:
            errors = f"{before.calibration_error:.2f} → {self.calibration_error:.2f}"
            yield f"calibration error {errors}"
        for kind, own in self.by_class.items():
            was = before.by_class[kind].right
            if _fell(was, own.right, CLASS_LOSS, own.issues):
                yield f"right of {kind} {was:.0%} → {own.right:.0%}"


def _fell(before: float, after: float, margin: float, issues: float) -> bool:
    """Return whether a share of issues fell by more than a margin, and more than chance."""
    fall = before - after + 1e-9
    return fall > margin + 2e-9 and fall * issues >= FEWEST_WORSE


def calibration_error(found: Decisions) -> float:
    """Return the mean distance of confidence and share of right guesses, over ten bins."""
    right = (found.guess == found.truth) & (found.guess != NONE)
    bins = np.minimum((found.confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, found.weight * (found.confidence - right), BINS)
    whole = float(found.weight.sum())
    return float(np.abs(gaps).sum()) / whole if whole else 0.0


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value
