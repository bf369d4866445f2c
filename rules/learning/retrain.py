"""A new text model for a team, and whether it is better than the one in use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.assess.assessment import Classification
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.times import moment
from rules.learning.evaluate import Evaluation, evaluate
from rules.learning.feedback import Lesson, in_time, is_new, lesson_of, split
from rules.learning.training_extra import require_training_extra
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import ModelError, TextModel

BookOf = Callable[[str], Rulebook]
"""The rulebook of a project, by its key."""


SAID = {"person": "set by people", "book": "by type and labels", "left": "left as they were"}


@dataclass(frozen=True)
class Retrained:
    """A model that learned from all lessons, and how it did where it was tried.

    `old` and `new` are figures of rules and model together on what was held out, the latest that
    people set or left; the model that was tried there had learned from what came before.
    `gained`: how many of these only the new one has right, `lost`: how many only the old one.
    """

    model: TextModel
    old: Evaluation
    new: Evaluation
    gained: int
    lost: int

    @property
    def better(self) -> bool:
        """Whether the new one has more of them right, by more than chance would bring.

        That is one standard error of the difference, as in McNemar's test (Psychometrika, 1947).
        """
        return self.gained - self.lost > math.sqrt(self.gained + self.lost)


def lessons(issues: Iterable[Issue], book_of: BookOf, now: datetime) -> list[Lesson]:
    """What these issues teach, the oldest first."""
    with ExitStack() as stack:
        judge_of = _judges(book_of, None, stack)

        def mapped(issue: Issue) -> Classification:
            return judge_of(issue.project).assess(issue, now).classification

        return [*in_time([x for issue in issues if (x := lesson_of(issue, mapped))])]


def retrain(
    taught: Sequence[Lesson], book_of: BookOf, old: TextModel, base: TextModel, now: datetime
) -> Retrained:
    """A model of these lessons on top of `base`, tried against `old`.

    ModelError: too few lessons, no book that would let a model vote, or no extra `train`.
    """
    require_training_extra()
    books = {x.issue.project: book_of(x.issue.project) for x in taught}.values()
    if books and not any(book.classify.model for book in books):
        (name, *_) = {book.name for book in books}
        raise ModelError(
            f"the rulebook {name} gives text models no vote: write `classify: {{model: 1.5}}` in it"
        )
    parts = split(taught, trained_until(old))
    tried = _adapted(base, parts.learned)
    before, after = (_judged(parts.held, book_of, model, now) for model in (old, tried))
    pairs = [*zip(_right(parts.held, before), _right(parts.held, after), strict=True)]
    figures = _figures(parts.held, before), _figures(parts.held, after)
    info = {
        "held out": len(parts.held),
        "before": figures[0].accuracy,
        "after": figures[1].accuracy,
    }
    return Retrained(
        _adapted(base, taught, about(taught, base) | {"tried": info}),
        *figures,
        gained=pairs.count((False, True)),
        lost=pairs.count((True, False)),
    )


def trained_until(model: TextModel) -> datetime | None:
    """The time of the last lesson of a team's model; None for one that ships."""
    return moment(model.info.get("until"))


def news(taught: Iterable[Lesson], old: TextModel) -> int:
    """How many classes people set since a model was trained."""
    since = trained_until(old)
    return sum(lesson.by == "person" and is_new(lesson, since) for lesson in taught)


def about(taught: Sequence[Lesson], base: TextModel) -> dict[str, Any]:
    """What `sluice model info` tells of a model of these lessons."""
    counted = Counter((x.issue.project, x.by, x.kind) for x in taught)
    times = [lesson.at for lesson in taught if lesson.at]
    return {
        "trained on": [
            f"{project}: {count} {kind} {SAID[by]}"
            for (project, by, kind), count in sorted(counted.items())
        ],
        "on top of": base.digest,
        **({"until": max(times).isoformat()} if times else {}),
    }


def _adapted(
    base: TextModel, taught: Sequence[Lesson], info: Mapping[str, Any] | None = None
) -> TextModel:
    from rules.text_model.fine_tune import fine_tune  # takes a second to import

    # A class that the base never saw is left to the rules: there are no weights to move for it.
    taught = [lesson for lesson in taught if lesson.kind in base.labels]
    return fine_tune(
        base,
        [lesson.text for lesson in taught],
        [lesson.kind for lesson in taught],
        [lesson.weight for lesson in taught],
        {name for lesson in taught for name in lesson.issue.people},
        info,
    )


def _judged(
    held: Sequence[Lesson], book_of: BookOf, model: TextModel, now: datetime
) -> list[Classification]:
    """By rules and model together, as in a triage, and as if nobody had set the class."""
    with ExitStack() as stack:
        judge_of = _judges(book_of, model, stack)
        return [
            judge_of(lesson.issue.project).assess(lesson.unjudged(), now).classification
            for lesson in held
        ]


def _right(held: Sequence[Lesson], found: Sequence[Classification]) -> list[bool]:
    return [lesson.kind == one.guess for lesson, one in zip(held, found, strict=True)]


def _figures(held: Sequence[Lesson], found: Sequence[Classification]) -> Evaluation:
    return evaluate([lesson.kind for lesson in held], found)


def _judges(book_of: BookOf, model: TextModel | None, stack: ExitStack) -> Callable[[str], Judge]:
    """A judge for each book, made when it is first asked for; the stack closes them."""
    made: dict[str, Judge] = {}

    def judge_of(project: str) -> Judge:
        book = book_of(project)
        if book.digest not in made:
            made[book.digest] = stack.enter_context(closing(Judge(book, "en", model)))
        return made[book.digest]

    return judge_of
