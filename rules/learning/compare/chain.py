"""Judge lessons in order of time, each by what a challenger could learn from earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rules.learning.compare.decisions import Floats
from rules.learning.compare.in_time import FIRST, folds, in_order
from rules.learning.lessons import Example
from rules.text_model.team.model import TeamModel

Learn = Callable[[Sequence[Example]], TeamModel]


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
        known = ordered[: places[fold.start]]
        judged = [ordered[places[n]] for n in fold]
        yield Fold(learn(_as_of_then(known)), judged, fold.start / len(places))


def _as_of_then(examples: Sequence[Example]) -> list[Example]:
    """Return the lessons with the weights of that time, when the last of them was fresh.

    The weight of a lesson falls with its age. Without this, a challenger of a year ago would have
    learned next to nothing.
    """
    freshest = max((one.lesson.weight for one in examples), default=1.0)
    factor = 1.0 / freshest if 0 < freshest < 1 else 1.0
    return [
        replace(one, lesson=replace(one.lesson, weight=one.lesson.weight * factor))
        for one in examples
    ]
