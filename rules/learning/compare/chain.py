"""Judge lessons in order of time, each by what a challenger could learn from earlier ones.

This is cross-validation by forward chaining (Tashman, International Journal of Forecasting 2000).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from rules.learning.compare.decisions import Floats
from rules.learning.evidence.lessons import Example
from rules.text_model.team.model import TeamModel

FIRST = 5
"""The first decisions only teach: before them, a challenger knows nothing."""

FOLDS = 10
"""How often a challenger is trained in a comparison. More folds take longer; with fewer, the last
decisions are judged by challengers that lack many of them.
"""

Learn = Callable[[Sequence[Example]], TeamModel]

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Fold:
    """Lessons that are judged by a challenger that learned from all earlier lessons.

    `share` is the share of the new lessons that it learned from. The challenger that is offered
    learned from all of them, so the later the fold, the more it says about that challenger.
    """

    challenger: TeamModel
    judged: Sequence[Example]
    share: float

    @property
    def weights(self) -> Floats:
        """Return the weight of each judged lesson in the comparison."""
        return np.array([one.lesson.weight for one in self.judged]) * self.share


def chain(
    examples: Sequence[Example], judges: Callable[[Example], bool], learn: Learn
) -> Iterator[Fold]:
    """Yield the folds of the lessons that `judges` admits, oldest first.

    Every challenger learns from all lessons before its fold, admitted or not.
    """
    ordered = in_order(examples)
    places = [n for n, one in enumerate(ordered) if judges(one)]
    for fold in folds(FIRST, len(places)):
        judged = [ordered[places[n]] for n in fold]
        yield Fold(learn(ordered[: places[fold.start]]), judged, fold.start / len(places))


def in_order(examples: Sequence[Example]) -> list[Example]:
    """Sort by time, oldest first. Lessons without a time come first, in the given order."""
    return sorted(examples, key=lambda one: one.lesson.at or _EARLIEST)


def folds(start: int, count: int) -> Iterator[range]:
    """Yield the places of each fold between `start` and `count`, of about equal size."""
    size = max(-(-(count - start) // FOLDS), 1)
    for first in range(start, count, size):
        yield range(first, min(first + size, count))
