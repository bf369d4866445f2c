"""Add points to the score of an issue, as a team ranks such issues: the part on priorities.

The points are one sum over words, rules, signals, topics, type and form of the text, so each has
its part in them, and predicting needs numpy only. No points is what ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rules.text_model.features import strongest
from rules.text_model.model_file import Floats, ModelError, Parts
from rules.text_model.team.rank_view import RankView

MOST = 25.0
"""The limit of the points, up and down: a team's priorities do not outvote all rules together."""


@dataclass(frozen=True)
class RankHead:
    """What a team taught about priorities.

    `weights` has the points of one unit of each name, `offset` the points of the usual issue, which
    are taken off. `worth` is the share of the learned points that held on later lessons, 0 to 1;
    `weights` have it in them.
    """

    names: tuple[str, ...] = field(repr=False)
    weights: Floats = field(repr=False)
    offset: float
    worth: float

    def points(self, view: RankView) -> float:
        """Return the points to add to the score of an issue, with one decimal."""
        whole = sum(self._gains(view).values()) - self.offset
        return round(min(max(whole, -MOST), MOST), 1)

    def moved(self, view: RankView, most: int = 4) -> list[tuple[str, float]]:
        """Return the words of this issue that moved the points to their side, with their part.

        Words with little part beside the first are left out. Rules, signals and form have no words.
        """
        side = 1.0 if self.points(view) >= 0 else -1.0
        gains: dict[str, float] = {}
        for name, part in self._gains(view).items():
            if word := view.words.get(name):
                gains[word] = gains.get(word, 0.0) + part
        return [(word, round(part, 2)) for word, part in strongest(gains, most, side)]

    def parts(self) -> Parts:
        """Return the parts for the file of the whole model."""
        head = {"offset": self.offset, "worth": self.worth}
        return Parts(head, self.names, {"weights": self.weights})

    @classmethod
    def of(cls, parts: Parts) -> RankHead:
        """Build it from the parts of a file; raise ModelError if they do not fit together."""
        weights = parts.arrays["weights"]
        offset, worth = float(parts.head["offset"]), float(parts.head["worth"])
        if weights.shape != (len(parts.names),) or not np.isfinite([*weights, offset, worth]).all():
            raise ModelError("names and weights of the ranking differ in number")
        return cls(parts.names, weights, offset, worth)

    @cached_property
    def _rows(self) -> Mapping[str, float]:
        return dict(zip(self.names, self.weights.tolist(), strict=True))

    def _gains(self, view: RankView) -> dict[str, float]:
        """Return the points of each feature of an issue that the team taught something about."""
        get = self._rows.get
        return {name: x * w for name, x in view.values.items() if (w := get(name)) is not None}
