"""Weigh lessons by source, age and person. Pure: an age counts from the newest lesson."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from rules.learning.evidence.lessons import By, Lesson

SOURCES: Mapping[By, float] = {
    "correction": 1.0,
    "confirmation": 1.0,
    "answer": 0.5,
    "book": 0.3,
}
"""Weights by source. Whoever answers a question has not judged it, so an answer counts half."""

HALF_LIFE_DAYS = 90.0
"""The default age at which a lesson counts half as much as the newest one."""

SHARE = 0.4
"""The most that one person may have of the weight of all people's lessons on a field."""

FLOOR = 50.0
"""The weight that each person may have in any case, in fresh decisions. In a small team one person
decides most, and that must be enough to learn from.
"""

LOWERED = 0.05
"""The factor for lessons of a person whose decisions the others contradict."""

_DAY_S = 86400.0


def weigh(
    lessons: Sequence[Lesson],
    half_life_days: float = HALF_LIFE_DAYS,
    lowered: Collection[str] = (),
) -> list[Lesson]:
    """Return the lessons in the same order, with their weights.

    A weight is freshness x source x a factor for the person. `lowered` are accounts whose decisions
    the others contradict. Each field has its own caps, since each is learned by itself.
    """
    fresh = freshness(lessons, half_life_days)
    weighed = [
        replace(
            one,
            freshness=part,
            weight=part * SOURCES[one.by] * (LOWERED if one.account in lowered else 1.0),
        )
        for one, part in zip(lessons, fresh, strict=True)
    ]
    factors = {
        field: _factors([one for one in weighed if one.field == field])
        for field in {one.field for one in weighed}
    }
    return [replace(one, weight=one.weight * factors[one.field](one)) for one in weighed]


def freshness(lessons: Sequence[Lesson], half_life_days: float) -> list[float]:
    """Return the part of each weight that the age leaves: 1 for the newest lesson.

    The age counts from the newest lesson, not from today: where nobody decides anything new, all
    that was learned stays. Lessons without a time count as new.
    """
    newest = max((one.at for one in lessons if one.at), default=None)
    if newest is None:
        return [1.0] * len(lessons)
    days = ((newest - one.at).total_seconds() / _DAY_S if one.at else 0.0 for one in lessons)
    return [float(0.5 ** (age / half_life_days)) for age in days]


def _factors(lessons: Sequence[Lesson]) -> Callable[[Lesson], float]:
    """Return the function that gives the factor of a lesson among all lessons on its field."""
    totals: dict[str, float] = defaultdict(float)
    for one in lessons:
        if one.by != "book":
            totals[one.account] += one.weight
    limits = capped(totals)
    of_book = sum(one.weight for one in lessons if one.by == "book")
    of_people = max(sum(limits.values()), FLOOR)
    book = min(1.0, of_people / of_book) if of_book else 1.0
    parts = {who: limits[who] / total if total else 1.0 for who, total in totals.items()}
    return lambda one: book if one.by == "book" else parts[one.account]


def capped(
    totals: Mapping[str, float], share: float = SHARE, floor: float = FLOOR
) -> dict[str, float]:
    """Return each person's weight, at most a share of all weights after capping, or the floor.

    Of two people each may have half, and a person alone all.
    """
    part = max(share, 1 / max(len(totals), 1))
    limits, whole = dict(totals), sum(totals.values())
    for _ in range(_MOST_ROUNDS):
        most = max(floor, part * whole)
        limits = {who: min(total, most) for who, total in totals.items()}
        before, whole = whole, sum(limits.values())
        if before - whole <= _EXACT * before:
            break
    return limits


_MOST_ROUNDS, _EXACT = 200, 1e-9
"""Each round lowers the sum by a constant factor at least, so few rounds are needed."""
