"""Train a challenger on what a team's people decided, and compare it with the model in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from rules.assess.assessment import Assessment, Classification
from rules.assess.judge import Judge
from rules.assess.team import view_of, with_team
from rules.facts.issue import Issue, Managed
from rules.facts.times import moment
from rules.learning.compare.chain import Learn, chain
from rules.learning.compare.classes import compare_classes
from rules.learning.compare.decisions import Decisions
from rules.learning.compare.outcome import ClassComparison, Comparison, RankComparison
from rules.learning.compare.ranking import compare_ranking
from rules.learning.learn import learn
from rules.learning.lessons import Example, Lesson
from rules.learning.training_extra import require_training_extra
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel, shipped
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import KINDS, UNDECIDED
from rules.vocabulary.managed_fields import ManagedName

BookOf = Callable[[str], Rulebook]
"""The rulebook of a project, by its key."""

UNTIL = "until"
"""The key in the info of a model: the time of the latest lesson of each field, as ISO 8601."""


@dataclass(frozen=True)
class Retrained:
    """The model to use from now on, the challenger, and their comparison.

    `model` is the model in use with each part of the challenger that is taken. The counts of
    `reliability` are always the challenger's: they are counted, not fitted, and a rule loses its
    vote by a limit of its own. So `model` can be new though `comparison` takes nothing.
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
    base: TextModel | None = None,
    others: Sequence[Issue] = (),
) -> Retrained:
    """Train a challenger on all lessons and compare it with the model in use. Raise ModelError.

    `in_use` is None where only what ships judges; `base` is the text model, normally the one that
    ships. `others` are issues without a lesson: the share of them that is decided may not fall.
    """
    require_training_extra()
    with ExitStack() as stack:
        judges = Judges(book_of, base or shipped(), now, stack)
        examples = [Example(one, judges.assess(one.issue)) for one in lessons]
        return _retrained(examples, in_use, key, judges, others)


class Judges:
    """The judges of projects, one for each rulebook; the stack closes them."""

    def __init__(self, book_of: BookOf, base: TextModel, now: datetime, stack: ExitStack) -> None:
        self.book_of = book_of
        self._base = base
        self._now = now
        self._stack = stack
        self._made: dict[str, Judge] = {}

    def assess(self, issue: Issue, team: TeamModel | None = None) -> Assessment:
        """Assess an issue without the values that people set."""
        judge = self._judge(self.book_of(issue.project))
        judge.team = team
        return judge.assess(replace(issue, kept=Managed()), self._now)

    def classification(self, example: Example, team: TeamModel | None) -> Classification:
        """Return the class that a team's model gives, from the assessment by what ships."""
        found = example.assessment.classification
        if team is None or team.classes is None:
            return found
        book = self.book_of(example.lesson.issue.project)
        return with_team(book, found, team.classes, view_of(team.seal, example.assessment))

    def _judge(self, book: Rulebook) -> Judge:
        if book.digest not in self._made:
            judge = self._stack.enter_context(closing(Judge(book, "en", self._base)))
            self._made[book.digest] = judge
        return self._made[book.digest]


def trained_until(model: TeamModel | None, field: ManagedName) -> datetime | None:
    """Return the time of the latest lesson that a model learned about a field; None if unknown."""
    until = model.info.get(UNTIL) if model else None
    return moment(until.get(field)) if isinstance(until, Mapping) else None


def is_new(lesson: Lesson, model: TeamModel | None) -> bool:
    """Return whether a model did not learn from a lesson. Without a time, it counts as new."""
    since = trained_until(model, lesson.field)
    return since is None or lesson.at is None or lesson.at > since


def count_new(lessons: Sequence[Lesson], model: TeamModel | None) -> int:
    """Count the decisions of people that a model did not learn from."""
    return sum(one.by != "book" and is_new(one, model) for one in lessons)


def about(lessons: Sequence[Lesson]) -> dict[str, Any]:
    """Return a description of the training, for `sluice model info`. It names no person."""
    counted = Counter((x.issue.project, x.by, x.field, x.value) for x in lessons)
    until: dict[str, datetime] = {}
    for one in lessons:
        if one.at:
            until[one.field] = max(one.at, until.get(one.field, one.at))
    return {
        "trained on": [
            f"{project}: {count} {field} {value} by {by}"
            for (project, by, field, value), count in sorted(counted.items())
        ],
        UNTIL: {field: at.isoformat() for field, at in until.items()},
    }


def _retrained(
    examples: Sequence[Example],
    in_use: TeamModel | None,
    key: bytes,
    judges: Judges,
    others: Sequence[Issue],
) -> Retrained:
    challenger = learn(examples, key, about([one.lesson for one in examples]))

    def learned(some: Sequence[Example]) -> TeamModel:
        return learn(some, key)

    comparison = Comparison(
        classes=_compare_classes(examples, in_use, challenger, learned, judges, others),
        ranking=_compare_ranking(examples, in_use, challenger, learned, judges),
    )
    return Retrained(_composed(in_use, challenger, comparison), challenger, comparison)


def _compare_classes(
    examples: Sequence[Example],
    in_use: TeamModel | None,
    challenger: TeamModel,
    learn: Learn,
    judges: Judges,
    others: Sequence[Issue],
) -> ClassComparison | None:
    """Compare both on the classes that people set and that the model in use did not learn.

    Lessons of the rulebook judge nothing: rules say so, and people may see it otherwise.
    """

    def admitted(one: Example) -> bool:
        lesson = one.lesson
        return by_person(lesson, "kind", KINDS) and is_new(lesson, in_use)

    if not any(map(admitted, examples)):
        return None
    judged, before, after, weights = [], [], [], []
    for fold in chain(examples, admitted, learn):
        judged += [one.lesson.value for one in fold.judged]
        weights += [*fold.weights]
        before += [judges.classification(one, in_use) for one in fold.judged]
        after += [judges.classification(one, fold.challenger) for one in fold.judged]
    limit = judges.book_of(examples[0].lesson.issue.project).classify.undecided_below
    return compare_classes(
        Decisions.of(judged, before, weights),
        Decisions.of(judged, after, weights),
        limit,
        (_decided(others, in_use, judges), _decided(others, challenger, judges)),
    )


def by_person(lesson: Lesson, field: ManagedName, values: Collection[str]) -> bool:
    """Return whether a person set one of these values for the field."""
    return lesson.field == field and lesson.by != "book" and lesson.value in values


def _decided(others: Sequence[Issue], team: TeamModel | None, judges: Judges) -> np.ndarray:
    kinds = (judges.assess(issue, team).classification.kind for issue in others)
    return np.array([kind != UNDECIDED for kind in kinds], bool)


def _compare_ranking(
    examples: Sequence[Example],
    in_use: TeamModel | None,
    challenger: TeamModel,
    learn: Learn,
    judges: Judges,
) -> RankComparison | None:
    """Compare both on the priorities that people set and that the model in use did not learn.

    Classes can bring points, so both judge with the classes in use.
    """

    def admitted(one: Example) -> bool:
        lesson = one.lesson
        ranked = lesson.field == "priority" and lesson.rank is not None and lesson.by != "book"
        return ranked and is_new(lesson, in_use)

    if challenger.ranking is None or not any(map(admitted, examples)):
        return None
    ranks, before, after, weights = [], [], [], []
    for fold in chain(examples, admitted, learn):
        team = replace(in_use or fold.challenger, ranking=fold.challenger.ranking)
        team = team if in_use else replace(team, classes=None, reliability=None)
        ranks += [one.lesson.rank or 0.0 for one in fold.judged]
        weights += [*fold.weights]
        before += [judges.assess(one.lesson.issue, in_use).scored.value for one in fold.judged]
        after += [judges.assess(one.lesson.issue, team).scored.value for one in fold.judged]
    return compare_ranking(*(np.array(one, float) for one in (ranks, before, after, weights)))


def _composed(in_use: TeamModel | None, challenger: TeamModel, comparison: Comparison) -> TeamModel:
    """Return the model in use with the parts of the challenger that are taken."""
    old = in_use or TeamModel(challenger.seal)
    kinds = bool(comparison.classes and comparison.classes.outcome.taken)
    ranks = bool(comparison.ranking and comparison.ranking.outcome.taken)
    described = challenger.info if kinds or ranks else old.info
    until = {
        field: at
        for field, taken in (("kind", kinds), ("priority", ranks))
        if (at := (challenger if taken else old).info.get(UNTIL, {}).get(field))
    }
    return replace(
        challenger,
        classes=challenger.classes if kinds else old.classes,
        ranking=challenger.ranking if ranks else old.ranking,
        info={**described, UNTIL: until, "comparison": comparison.to_json()},
    )
