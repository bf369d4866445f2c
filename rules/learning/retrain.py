"""Learn again what a team teaches, and compare it with what is in use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.assess.assessment import Classification
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.times import moment
from rules.learning.evaluate import Evaluation, evaluate
from rules.learning.feedback import Feedback, feedback_of, in_time, is_new, split
from rules.learning.lessons import By, Example, Lesson
from rules.learning.training_extra import require_training_extra
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel, shipped
from rules.text_model.model_file import ModelError
from rules.text_model.team.model import TeamModel

BookOf = Callable[[str], Rulebook]
"""The rulebook of a project, by its key."""


SOURCES = {"person": "set by people", "book": "by type and labels", "left": "left unchanged"}


@dataclass(frozen=True)
class Retrained:
    """A model trained on all feedback, and the evaluation of its training.

    `old` and `new` are figures on the held-out feedback, by rules and text model together. For
    `new`, a model was trained on the earlier feedback only. `gained` counts issues that only the
    new model classifies right, `lost` those that only the old one does.
    """

    model: TeamModel
    old: Evaluation
    new: Evaluation
    gained: int
    lost: int

    @property
    def better(self) -> bool:
        """Return whether the new model is better by more than one standard error.

        The standard error of the difference is that of McNemar's test (Psychometrika, 1947).
        """
        return self.gained - self.lost > math.sqrt(self.gained + self.lost)


def collect_feedback(issues: Iterable[Issue], book_of: BookOf, now: datetime) -> list[Feedback]:
    """Return the feedback of these issues, oldest first."""
    with ExitStack() as stack:
        judge_of = _judges(book_of, None, None, stack)

        def by_rules(issue: Issue) -> Classification:
            return judge_of(issue.project).assess(issue, now).classification

        return [*in_time([x for issue in issues if (x := feedback_of(issue, by_rules))])]


def retrain(
    feedback: Sequence[Feedback],
    book_of: BookOf,
    old: TeamModel | None,
    key: bytes,
    now: datetime,
) -> Retrained:
    """Learn from the feedback and compare the result with `old`; None is what ships.

    Raise ModelError for too few corrections, or if no rulebook gives text models a weight.
    Raises ModelError too where the extra `train` is not installed.
    """
    require_training_extra()
    books = {x.issue.project: book_of(x.issue.project) for x in feedback}.values()
    if books and not any(book.classify.model for book in books):
        (name, *_) = {book.name for book in books}
        raise ModelError(
            f"the rulebook {name} gives text models no weight. Add `classify: {{model: 1.5}}` to it"
        )
    parts = split(feedback, trained_until(old))
    candidate = _taught(parts.training, book_of, key, now)
    before, after = (_judged(parts.held_out, book_of, model, now) for model in (old, candidate))
    pairs = [*zip(_right(parts.held_out, before), _right(parts.held_out, after), strict=True)]
    figures = _figures(parts.held_out, before), _figures(parts.held_out, after)
    info = {
        "held out": len(parts.held_out),
        "before": figures[0].accuracy,
        "after": figures[1].accuracy,
    }
    return Retrained(
        _taught(feedback, book_of, key, now, about(feedback) | {"evaluation": info}),
        *figures,
        gained=pairs.count((False, True)),
        lost=pairs.count((True, False)),
    )


def trained_until(model: TeamModel | None) -> datetime | None:
    """Return the time of the latest feedback in a team's model; None if there is none."""
    return moment(model.info.get("until")) if model else None


def count_new(feedback: Iterable[Feedback], old: TeamModel | None) -> int:
    """Count the classes that people set since a model was trained."""
    since = trained_until(old)
    return sum(item.by == "person" and is_new(item, since) for item in feedback)


def about(feedback: Sequence[Feedback]) -> dict[str, Any]:
    """Return a description of the training, for `sluice model info`."""
    counted = Counter((x.issue.project, x.by, x.kind) for x in feedback)
    times = [item.at for item in feedback if item.at]
    return {
        "trained on": [
            f"{project}: {count} {kind} {SOURCES[by]}"
            for (project, by, kind), count in sorted(counted.items())
        ],
        "base model": shipped().digest,
        **({"until": max(times).isoformat()} if times else {}),
    }


def _taught(
    feedback: Sequence[Feedback],
    book_of: BookOf,
    key: bytes,
    now: datetime,
    info: Mapping[str, Any] | None = None,
) -> TeamModel:
    from rules.learning.learn import learn  # takes a second to import

    return learn([*_examples(feedback, book_of, now)], key, info)


def _examples(feedback: Sequence[Feedback], book_of: BookOf, now: datetime) -> Iterator[Example]:
    """Yield each class with the opinion of rulebook and shipped models.

    A class that nobody touched is no evidence, so it is left out.
    """
    with ExitStack() as stack:
        judge_of = _judges(book_of, shipped(), None, stack)
        for item in feedback:
            if item.by != "left":
                by: By = "correction" if item.by == "person" else "book"
                lesson = Lesson(item.issue, "kind", item.kind, by, at=item.at, weight=item.weight)
                issue = item.without_class()
                yield Example(lesson, judge_of(issue.project).assess(issue, now))


def _judged(
    held_out: Sequence[Feedback], book_of: BookOf, team: TeamModel | None, now: datetime
) -> list[Classification]:
    """Classify by rules and text model, as in triage, without the classes set by people."""
    with ExitStack() as stack:
        judge_of = _judges(book_of, shipped(), team, stack)
        return [
            judge_of(item.issue.project).assess(item.without_class(), now).classification
            for item in held_out
        ]


def _right(held_out: Sequence[Feedback], found: Sequence[Classification]) -> list[bool]:
    return [item.kind == one.guess for item, one in zip(held_out, found, strict=True)]


def _figures(held_out: Sequence[Feedback], found: Sequence[Classification]) -> Evaluation:
    return evaluate([item.kind for item in held_out], found)


def _judges(
    book_of: BookOf, model: TextModel | None, team: TeamModel | None, stack: ExitStack
) -> Callable[[str], Judge]:
    """Return a function that returns the judge of a project: one judge per rulebook.

    The stack closes the judges.
    """
    made: dict[str, Judge] = {}

    def judge_of(project: str) -> Judge:
        book = book_of(project)
        if book.digest not in made:
            judge = Judge(book, "en", model, team=team)
            made[book.digest] = stack.enter_context(closing(judge))
        return made[book.digest]

    return judge_of
