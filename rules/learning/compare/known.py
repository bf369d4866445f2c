"""Tell which lessons a model learned from, by the time of the latest one of each field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rules.facts.times import moment
from rules.learning.evidence.lessons import Lesson
from rules.text_model.team.model import TeamModel
from rules.vocabulary.managed_fields import ManagedName

UNTIL = "until"
"""The key in the info of a model: the time of the latest lesson of each field, as ISO 8601."""


def until(lessons: Iterable[Lesson]) -> dict[str, str]:
    """Return the time of the latest decision of people about each field, for a model's info."""
    found: dict[str, datetime] = {}
    for one in lessons:
        if one.at and one.by != "book":
            found[one.field] = max(one.at, found.get(one.field, one.at))
    return {field: at.isoformat() for field, at in sorted(found.items())}


def trained_until(model: TeamModel | None, field: ManagedName) -> datetime | None:
    """Return the time of the latest lesson that a model learned about a field; None if unknown."""
    times = model.info.get(UNTIL) if model else None
    return moment(times.get(field)) if isinstance(times, Mapping) else None


def is_new(lesson: Lesson, model: TeamModel | None) -> bool:
    """Return whether a model did not learn from a lesson. Without a time, it counts as new."""
    since = trained_until(model, lesson.field)
    return since is None or lesson.at is None or lesson.at > since


def count_new(lessons: Sequence[Lesson], model: TeamModel | None) -> int:
    """Count the decisions by hand that a model did not learn from."""
    return sum(one.by_hand and is_new(one, model) for one in lessons)
