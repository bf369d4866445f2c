"""Learn again what a team teaches, and compare it with what is in use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.assess.assessment import Classification
from rules.facts.issue import Issue
from rules.facts.times import moment
from rules.learning.evaluate import Evaluation, evaluate
from rules.learning.feedback import BookOf, collect_lessons, examples_of, in_time, judging
from rules.learning.lessons import Lesson, without_people
from rules.learning.training_extra import require_training_extra
from rules.text_model.model import shipped
from rules.text_model.model_file import ModelError
from rules.text_model.team.model import TeamModel
from rules.vocabulary.plural import many

SOURCES = {
    "correction": "corrected by people",
    "confirmation": "confirmed by people",
    "book": "by type and labels",
}

HELD_SHARE = 0.2
MIN_HELD = 10
"""Minimum number of corrections in the held-out part, and in the training part."""


@dataclass(frozen=True)
class Split:
    """The issues to train on, and the latest issues, held out for evaluation."""

    training: Sequence[Lesson]
    held_out: Sequence[Lesson]


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


def collect_feedback(issues: Iterable[Issue], book_of: BookOf, now: datetime) -> list[Lesson]:
    """Return what people and rulebooks say about the classes of these issues, oldest first."""
    return [one for one in collect_lessons(issues, book_of, now) if one.field == "kind"]


def split(feedback: Iterable[Lesson], since: datetime | None = None) -> Split:
    """Hold out the latest classes that people set.

    Only feedback after `since` is held out, since the current model was trained on earlier
    feedback. Without times, the given order is used. Raise ModelError for too few corrections.
    """
    ordered = in_time([*feedback])
    by_people = [n for n, item in enumerate(ordered) if item.by_hand]
    fresh = [n for n in by_people if is_new(ordered[n], since)]
    held_out = fresh[-max(MIN_HELD, round(len(by_people) * HELD_SHARE)) :]
    if len(held_out) < MIN_HELD or len(by_people) - len(held_out) < MIN_HELD:
        new = f", {len(fresh)} of them since the current model was trained" if since else ""
        raise ModelError(
            f"too few corrections: people set the class of {many(len(by_people), 'issue')}{new}. "
            f"Training needs {2 * MIN_HELD}, at least {MIN_HELD} of them new"
        )
    first = held_out[0]
    return Split(ordered[:first], [item for item in ordered[first:] if item.by_hand])


def is_new(item: Lesson, since: datetime | None) -> bool:
    """Return whether the feedback is newer than the training. Without a time it counts as new."""
    return since is None or item.at is None or item.at > since


def retrain(
    feedback: Sequence[Lesson],
    book_of: BookOf,
    old: TeamModel | None,
    key: bytes,
    now: datetime,
) -> Retrained:
    """Learn from weighed feedback and compare the result with `old`; None is what ships.

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


def count_new(feedback: Iterable[Lesson], old: TeamModel | None) -> int:
    """Count the classes that people set since a model was trained."""
    since = trained_until(old)
    return sum(item.by_hand and is_new(item, since) for item in feedback)


def about(feedback: Sequence[Lesson]) -> dict[str, Any]:
    """Return a description of the training, for `sluice model info`."""
    counted = Counter((x.issue.project, x.by, x.value) for x in feedback)
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
    feedback: Sequence[Lesson],
    book_of: BookOf,
    key: bytes,
    now: datetime,
    info: Mapping[str, Any] | None = None,
) -> TeamModel:
    from rules.learning.learn import learn  # takes a second to import

    with ExitStack() as stack:
        assess = judging(book_of, shipped(), now, stack)
        return learn(examples_of(feedback, assess), key, info)


def _judged(
    held_out: Sequence[Lesson], book_of: BookOf, team: TeamModel | None, now: datetime
) -> list[Classification]:
    """Classify by rules and text model, as in triage, without the classes set by people."""
    with ExitStack() as stack:
        assess = judging(book_of, shipped(), now, stack, team)
        return [assess(without_people(item.issue)).classification for item in held_out]


def _right(held_out: Sequence[Lesson], found: Sequence[Classification]) -> list[bool]:
    return [item.value == one.guess for item, one in zip(held_out, found, strict=True)]


def _figures(held_out: Sequence[Lesson], found: Sequence[Classification]) -> Evaluation:
    return evaluate([item.value for item in held_out], found)
