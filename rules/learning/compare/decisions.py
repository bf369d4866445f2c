"""Hold what a model decides about issues whose class people set, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.assess.assessment import Classification
from rules.vocabulary.classes import KINDS, UNDECIDED

NONE = -1
"""The place of "undecided", and of no guess."""

_PLACES: dict[str, int] = {kind: place for place, kind in enumerate(KINDS)}

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Decisions:
    """The decisions of one model: an entry per issue in each array.

    `truth` is the place in KINDS of the class that people set, `chosen` that of the decided class
    (NONE if undecided), `guess` that of the best guess. `confidence` is that of the guess, `likely`
    the share of all votes for the people's class; doubt counts as votes for all classes alike.
    `weight` is that of the lesson.
    """

    truth: Places
    chosen: Places
    guess: Places
    confidence: Floats
    likely: Floats
    weight: Floats

    @classmethod
    def of(
        cls, truth: Sequence[str], found: Sequence[Classification], weights: Sequence[float]
    ) -> Decisions:
        """Return the decisions of these classifications (same order)."""
        return cls(
            truth=np.array([_PLACES[kind] for kind in truth], np.int64),
            chosen=np.array([_place(one.kind) for one in found], np.int64),
            guess=np.array([_place(one.guess) for one in found], np.int64),
            confidence=np.array([one.confidence for one in found], float),
            likely=np.array([_likely(*pair) for pair in zip(truth, found, strict=True)], float),
            weight=np.array(weights, float),
        )

    def __len__(self) -> int:
        return len(self.truth)

    def rows(self, places: NDArray[Any]) -> Decisions:
        """Return some of the decisions."""
        return Decisions(*(part[places] for part in vars(self).values()))

    @property
    def decided(self) -> Flags:
        """Return whether each issue is decided."""
        return np.asarray(self.chosen != NONE)

    @property
    def right(self) -> Flags:
        """Return whether each issue is decided, and as people decided."""
        return np.asarray(self.chosen == self.truth)

    def share(self, flags: Flags, among: Flags | None = None) -> float:
        """Return the weighted share of flags, among some of the issues; 0 if there are none."""
        weight = self.weight if among is None else self.weight * among
        whole = float(weight.sum())
        return float(weight @ flags) / whole if whole else 0.0


def _place(kind: str | None) -> int:
    return NONE if kind is None or kind == UNDECIDED else _PLACES[kind]


def _likely(truth: str, found: Classification) -> float:
    doubt = max(1.0 - sum(found.shares.values()), 0.0)
    own = (share for kind, share in found.shares.items() if kind == truth)
    return next(own, 0.0) + doubt / len(KINDS)
