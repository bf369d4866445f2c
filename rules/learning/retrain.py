"""Train a challenger on what a team's people decided, and compare it with the model in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rules.assess.assessment import Assessment
from rules.facts.issue import Issue
from rules.learning.compare.guards import Contradicted, asks_first, class_predictor, contradicted
from rules.learning.compare.judges import Judges
from rules.learning.compare.known import UNTIL, until
from rules.learning.compare.outcome import Comparison
from rules.learning.evidence.feedback import BookOf
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.evidence.weights import HALF_LIFE_DAYS, weigh
from rules.learning.training_extra import require_training_extra
from rules.text_model.model import TextModel, shipped
from rules.text_model.team.model import TeamModel


@dataclass(frozen=True)
class Around:
    """What else there is to know for a training.

    `half_life_days`: the age at which a decision weighs half. `others` are issues without a lesson:
    a challenger may not decide fewer of them, and may not shift their mix of classes unseen.
    `overruled` has the number of decisions by account that another person replaced. `base` is the
    text model; None is the one that ships.
    """

    half_life_days: float = HALF_LIFE_DAYS
    others: Sequence[Issue] = ()
    overruled: Mapping[str, int] = field(default_factory=dict)
    base: TextModel | None = None


@dataclass(frozen=True)
class Retrained:
    """The model to use from now on, the challenger, and their comparison.

    `model` is the model in use with each part of the challenger that is taken. The counts of
    `reliability` are the challenger's, unless a person has to agree whose decisions count: they are
    counted, not fitted, and a rule loses its vote by a limit of its own. So `model` can differ
    though nothing is taken. `contradicted` are
    people whose decisions the others contradict. `asks` has the reasons why a person has to agree
    before the challenger is used: then nothing is taken, and `agreed` is the model to use once a
    person has.
    """

    model: TeamModel
    challenger: TeamModel
    comparison: Comparison
    contradicted: Sequence[Contradicted] = ()
    asks: Sequence[str] = ()
    agreed: TeamModel | None = None

    @property
    def taken(self) -> bool:
        """Return whether a part of the challenger that was compared is taken."""
        return self.comparison.taken and not self.asks

    @property
    def reason(self) -> str:
        """Return in words why the challenger is taken or not."""
        first = f"a person has to agree: {'; '.join(self.asks)}. " if self.asks else ""
        return first + self.comparison.reason


def retrain(
    lessons: Sequence[Lesson],
    book_of: BookOf,
    in_use: TeamModel | None,
    key: bytes,
    now: datetime,
    around: Around | None = None,
    *,
    approved: bool = False,
) -> Retrained:
    """Train a challenger on all lessons and compare it with the model in use. Raise ModelError.

    `in_use` is None where only what ships judges. With `approved`, a person has agreed to what
    would ask first. A challenger that is no better is not taken all the same.
    """
    require_training_extra()
    around = around or Around()
    with ExitStack() as stack:
        judges = Judges(book_of, around.base or shipped(), now, stack)
        examples, others = judges.examples(lessons), judges.others(around.others)
        return retrain_on(examples, in_use, key, judges, around, others, approved=approved)


def retrain_on(
    examples: Sequence[Example],
    in_use: TeamModel | None,
    key: bytes,
    judges: Judges,
    around: Around,
    others: Sequence[Assessment] = (),
    *,
    approved: bool = False,
) -> Retrained:
    """Do what `retrain` does, with lessons and other issues that are assessed already."""
    # Imported here, since they need the extra `train`, and take a second.
    from rules.learning.compare.parts import Contest
    from rules.learning.teach.learn import learn

    named = _contradicted(weighed(examples, around), key, judges, around, others)
    lowered = {one.account for one in named if one.sure}

    def learned(some: Sequence[Example]) -> TeamModel:
        # Weighed anew each time: the newest of them counts as fresh, as it was then.
        return learn(weighed(some, around, lowered), key)

    every = weighed(examples, around, lowered)
    challenger = learn(every, key, about([one.lesson for one in every]))
    contest = Contest(every, challenger, in_use, learned, judges, others)
    comparison = contest.compare()
    asks = [] if approved or not comparison.taken else asks_first(named, contest.shift())
    model, agreed = (
        _composed(in_use, challenger, comparison, taken=taken) for taken in (not asks, True)
    )
    if not approved and any(not one.sure for one in named):
        # Nobody can tell who is right, so no rule loses its vote for it either.
        model = replace(model, reliability=in_use.reliability if in_use else None)
    return Retrained(
        model, challenger, comparison, tuple(named), tuple(asks), agreed if asks else None
    )


def weighed(
    examples: Sequence[Example], around: Around, lowered: Collection[str] = ()
) -> list[Example]:
    """Return the examples with the weights of their lessons."""
    lessons = weigh([one.lesson for one in examples], around.half_life_days, lowered)
    return [replace(one, lesson=new) for one, new in zip(examples, lessons, strict=True)]


def _contradicted(
    examples: Sequence[Example],
    key: bytes,
    judges: Judges,
    around: Around,
    others: Sequence[Assessment],
) -> list[Contradicted]:
    """Return the people whose classes the others contradict."""
    classes = [one for one in examples if one.lesson.field == "kind"]
    judged = len({one.lesson.issue.key for one in classes}) + _untouched(classes, others)
    predict = class_predictor(key, judges.book_of)
    return contradicted(classes, predict, judged=judged, overruled=around.overruled)


def _untouched(classes: Sequence[Example], others: Sequence[Assessment]) -> int:
    """Count the issues that were there before the last decision, and that nobody touched."""
    last = max((one.lesson.at for one in classes if one.lesson.at), default=None)
    times = (one.issue.fields.get("created") for one in others)
    return sum(last is not None and isinstance(at, datetime) and at <= last for at in times)


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


def _composed(
    in_use: TeamModel | None, challenger: TeamModel, comparison: Comparison, *, taken: bool
) -> TeamModel:
    """Return the model in use with the parts of the challenger that are taken."""
    old = in_use or TeamModel(challenger.seal)
    kinds = bool(taken and comparison.classes and comparison.classes.outcome.taken)
    ranks = bool(taken and comparison.ranking and comparison.ranking.outcome.taken)
    learned = {"kind": kinds, "priority": ranks}
    times = {
        field: at
        for field, new in learned.items()
        if (at := (challenger if new else old).info.get(UNTIL, {}).get(field))
    }
    described = challenger.info if kinds or ranks else old.info
    return replace(
        challenger,
        classes=challenger.classes if kinds else old.classes,
        ranking=challenger.ranking if ranks else old.ranking,
        info={**described, UNTIL: times, "comparison": comparison.to_json()},
    )
