"""Define the result of a comparison, for the log, the history and the weekly comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rules.learning.compare.figures import DecisionFigures


@dataclass(frozen=True)
class Outcome:
    """Whether a challenger's part is taken, why in words, and what the test says.

    `p` is the one-sided p-value: how often a challenger that is no better looks as good as this one
    or better. `needed` is how many issues would show a gain of this size in four of five cases;
    None if there is none.
    """

    taken: bool
    reason: str
    p: float = 1.0
    needed: int | None = None


@dataclass(frozen=True)
class ClassComparison:
    """The classes of challenger and model in use, on issues whose class people set.

    `gained` counts issues that only the challenger decides right, `lost` those that only the model
    in use does.
    """

    outcome: Outcome
    before: DecisionFigures
    after: DecisionFigures
    gained: int = 0
    lost: int = 0

    @property
    def line(self) -> str:
        """Return the figures in a line."""
        old, new = self.before, self.after
        return (
            f"right {old.right:.0%} → {new.right:.0%} of {new.issues} issues whose class people set"
            f", right of the decided {old.right_of_decided:.0%} → {new.right_of_decided:.0%}, "
            f"decided {old.decided:.0%} → {new.decided:.0%}"
        )


@dataclass(frozen=True)
class RankFigures:
    """How well scores put issues in the order of their priorities.

    `pairs` is the share of pairs of different priority in the right order; a tie counts half.
    """

    spearman: float
    pairs: float


@dataclass(frozen=True)
class RankComparison:
    """The scores of challenger and model in use, on issues whose priority people set."""

    outcome: Outcome
    issues: int
    before: RankFigures
    after: RankFigures

    @property
    def line(self) -> str:
        """Return the figures in a line."""
        return (
            f"pairs in the right order {self.before.pairs:.0%} → {self.after.pairs:.0%} of "
            f"{self.issues} issues whose priority people set, Spearman "
            f"{self.before.spearman:.2f} → {self.after.spearman:.2f}"
        )


@dataclass(frozen=True)
class Comparison:
    """The comparison of each part that the challenger learned; None for a part without lessons."""

    classes: ClassComparison | None = None
    ranking: RankComparison | None = None

    @property
    def taken(self) -> bool:
        """Return whether any part of the challenger is taken."""
        return any(part.outcome.taken for part in self._parts)

    @property
    def reason(self) -> str:
        """Return in words why each part is taken or not."""
        return "; ".join(part.outcome.reason for part in self._parts) or NOTHING

    @property
    def line(self) -> str:
        """Return the figures of all parts in a line."""
        return "; ".join(part.line for part in self._parts) or NOTHING

    @property
    def _parts(self) -> list[ClassComparison | RankComparison]:
        return [part for part in (self.classes, self.ranking) if part]

    def to_json(self) -> dict[str, Any]:
        """Return plain values; a part without lessons is missing."""
        found: dict[str, Any] = {}
        if self.classes:
            figures = {k: getattr(self.classes, k).to_json() for k in ("before", "after")}
            found["classes"] = asdict(self.classes) | figures
        if self.ranking:
            found["ranking"] = asdict(self.ranking)
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Comparison:
        """Return the comparison of plain values; raise KeyError or TypeError for others."""
        return cls(
            classes=_classes(found["classes"]) if "classes" in found else None,
            ranking=_ranking(found["ranking"]) if "ranking" in found else None,
        )


NOTHING = "people set no class and no priority that is new to the model in use"


def _classes(found: Mapping[str, Any]) -> ClassComparison:
    figures = {k: DecisionFigures.from_json(found[k]) for k in ("before", "after")}
    return ClassComparison(**{**found, **figures, "outcome": Outcome(**found["outcome"])})


def _ranking(found: Mapping[str, Any]) -> RankComparison:
    figures = {k: RankFigures(**found[k]) for k in ("before", "after")}
    return RankComparison(**{**found, **figures, "outcome": Outcome(**found["outcome"])})
