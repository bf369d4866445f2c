"""Shift the class of an issue as a team's people decide: the part of a team's model on classes.

The shares of all votes are multiplied by exp(shift), and divided by their sum: a product of experts
(Hinton, "Training Products of Experts", 2002). A shift of zero is what ships.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rules.text_model.features import readable, strongest
from rules.text_model.model_file import Floats, ModelError, Parts
from rules.text_model.team.view import RULE, View, group_of

FLOOR = 0.02
"""The least share of a class. Without it, no evidence could reach a class without a vote."""

LEAST_SHARE = 1e-4
"""The least share if there is no doubt to take from."""

K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class ClassHead:
    """What a team taught about classes. `weights` has a row per name and a column per label."""

    labels: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    weights: Floats = field(repr=False)

    def shift(self, view: View) -> dict[str, float]:
        """Return the log-odds to add to each class."""
        rows, values = self._found(view)
        if not len(rows):
            return dict.fromkeys(self.labels, 0.0)
        odds = (values[:, None] * self.weights[rows]).sum(axis=0)
        return dict(zip(self.labels, map(float, odds), strict=True))

    def of_rule(self, view: View, rule: str, label: str) -> float:
        """Return the log-odds that a rule adds to a class; 0 if nothing was learned about it."""
        row = self._rows.get(RULE + rule)
        if row is None or label not in self.labels:
            return 0.0
        return float(self.weights[row, self.labels.index(label)]) * view.rules.get(rule, 0.0)

    def moved(self, view: View, label: str, most: int = 5) -> list[tuple[str, float]]:
        """Return the words of this issue that speak most for a label, with their log-odds.

        Words with little evidence beside the first are left out.
        """
        column = self.labels.index(label)
        gains: dict[str, float] = {}
        for name, value in view.values.items():
            row = self._rows.get(name)
            if row is None or group_of(name) != "word":
                continue
            of_all = self.weights[row]
            gain = value * float(of_all[column] - of_all.mean())
            if gain > 0 and (word := readable(*view.words[name])):
                gains[word] = gains.get(word, 0.0) + gain
        return [(word, round(gain, 3)) for word, gain in strongest(gains, most)]

    def parts(self) -> Parts:
        """Return the parts for the file of the whole model."""
        return Parts({"labels": list(self.labels)}, self.names, {"weights": self.weights})

    @classmethod
    def of(cls, parts: Parts) -> ClassHead:
        """Build it from the parts of a file; raise ModelError if they do not fit together."""
        labels, weights = tuple(map(str, parts.head["labels"])), parts.arrays["weights"]
        if weights.shape != (len(parts.names), len(labels)) or not np.isfinite(weights).all():
            raise ModelError("names, labels and weights of the classes differ in number")
        return cls(labels, parts.names, weights)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    def _found(self, view: View) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        get = self._rows.get
        pairs = [(row, x) for name, x in view.values.items() if (row := get(name)) is not None]
        return np.array([row for row, _ in pairs], np.int64), np.array([x for _, x in pairs])


def shifted(shares: Mapping[K, float], shift: Mapping[K, float]) -> dict[K, float]:
    """Return the shares of classes after a shift. What they lack to 1 is doubt, and stays so.

    Doubt is a class of its own that no shift moves, so that evidence which agrees with the votes
    makes them surer.
    """
    known, doubt = with_floor(shares)
    most = max([0.0, *shift.values()])
    weighed = {k: share * math.exp(shift.get(k, 0.0) - most) for k, share in known.items()}
    whole = sum(weighed.values()) + doubt * math.exp(-most)
    return {kind: value / whole for kind, value in weighed.items()}


def with_floor(shares: Mapping[K, float]) -> tuple[dict[K, float], float]:
    """Return the shares, each FLOOR at least, and the doubt that is left.

    What a share lacks is taken from the doubt, so that a class with votes keeps its share.
    """
    doubt = max(1.0 - sum(shares.values()), 0.0)
    lacking = {kind: FLOOR - share for kind, share in shares.items() if share < FLOOR}
    factor = min(1.0, doubt / sum(lacking.values())) if lacking else 0.0
    known = {
        k: max(share + factor * lacking.get(k, 0.0), LEAST_SHARE) for k, share in shares.items()
    }
    return known, max(doubt - factor * sum(lacking.values()), 0.0)
