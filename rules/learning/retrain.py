"""Train a challenger on what a team's people decided, and compare it with the model in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rules.facts.issue import Issue
from rules.learning.compare.judges import Judges
from rules.learning.compare.known import UNTIL, until
from rules.learning.compare.outcome import Comparison
from rules.learning.feedback import BookOf
from rules.learning.lessons import Example, Lesson
from rules.learning.training_extra import require_training_extra
from rules.learning.weights import HALF_LIFE_DAYS, weigh
from rules.text_model.model import TextModel, shipped
from rules.text_model.team.model import TeamModel


@dataclass(frozen=True)
class Weighing:
    """How lessons are weighed: the half-life of a lesson, and accounts that count little.

    The others contradict these people's decisions (`weights.py`).
    """

    half_life_days: float = HALF_LIFE_DAYS
    lowered: Collection[str] = ()


@dataclass(frozen=True)
class Retrained:
    """The model to use from now on, the challenger, and their comparison.

    `model` is the model in use with each part of the challenger that is taken. The counts of
    `reliability` are always the challenger's: they are counted, not fitted, and a rule loses its
    vote by a limit of its own. So `model` can differ though `comparison` takes nothing.
    """

    model: TeamModel
    challenger: TeamModel
    comparison: Comparison

    @property
    def taken(self) -> bool:
        """Return whether a part of the challenger that was compared is taken."""
        return self.comparison.taken


def retrain(
    lessons: Sequence[Lesson],
    book_of: BookOf,
    in_use: TeamModel | None,
    key: bytes,
    now: datetime,
    *,
    weighing: Weighing | None = None,
    base: TextModel | None = None,
    others: Sequence[Issue] = (),
) -> Retrained:
    """Train a challenger on all lessons and compare it with the model in use. Raise ModelError.

    `in_use` is None where only what ships judges; `base` is the text model, normally the one that
    ships. `others` are issues without a lesson: a challenger may not decide fewer of them.
    """
    require_training_extra()
    with ExitStack() as stack:
        judges = Judges(book_of, base or shipped(), now, stack)
        examples = [judges.example(one) for one in lessons]
        return retrain_on(examples, in_use, key, judges, weighing or Weighing(), others)


def retrain_on(
    examples: Sequence[Example],
    in_use: TeamModel | None,
    key: bytes,
    judges: Judges,
    weighing: Weighing,
    others: Sequence[Issue] = (),
) -> Retrained:
    """Do what `retrain` does, on lessons whose issues are assessed already."""
    # Imported here, since they need the extra `train`, and take a second.
    from rules.learning.compare.parts import Contest
    from rules.learning.learn import learn

    def learned(some: Sequence[Example]) -> TeamModel:
        # Weighed anew each time: the newest of them counts as fresh, as it was then.
        return learn(weighed(some, weighing), key)

    every = weighed(examples, weighing)
    challenger = learn(every, key, about([one.lesson for one in every]))
    comparison = Contest(every, challenger, in_use, learned, judges, others).compare()
    return Retrained(_composed(in_use, challenger, comparison), challenger, comparison)


def weighed(examples: Sequence[Example], weighing: Weighing) -> list[Example]:
    """Return the examples with the weights of their lessons."""
    lessons = weigh([one.lesson for one in examples], weighing.half_life_days, weighing.lowered)
    return [replace(one, lesson=new) for one, new in zip(examples, lessons, strict=True)]


def about(lessons: Sequence[Lesson]) -> dict[str, Any]:
    """Return a description of the training, for `sluice model info`. It names no person."""
    counted = Counter((x.issue.project, x.field, x.value, x.by) for x in lessons)
    return {
        "trained on": [
            f"{project}: {count} {field} {value} ({by})"
            for (project, field, value, by), count in sorted(counted.items())
        ],
        "base model": shipped().digest,
        UNTIL: until(lessons),
    }


def _composed(in_use: TeamModel | None, challenger: TeamModel, comparison: Comparison) -> TeamModel:
    """Return the model in use with the parts of the challenger that are taken."""
    old = in_use or TeamModel(challenger.seal)
    kinds = bool(comparison.classes and comparison.classes.outcome.taken)
    ranks = bool(comparison.ranking and comparison.ranking.outcome.taken)
    learned = {"kind": kinds, "priority": ranks}
    times = {
        field: at
        for field, taken in learned.items()
        if (at := (challenger if taken else old).info.get(UNTIL, {}).get(field))
    }
    described = challenger.info if kinds or ranks else old.info
    return replace(
        challenger,
        classes=challenger.classes if kinds else old.classes,
        ranking=challenger.ranking if ranks else old.ranking,
        info={**described, UNTIL: times, "comparison": comparison.to_json()},
    )
