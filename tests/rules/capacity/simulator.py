"""A team of eight that works for eight weeks: moves in Jira, and the worklogs that are the truth.

People are as people are: they start late and finish late in Jira, work on two issues at once and
not evenly, help on somebody else's issue without being assigned, forget to move an issue back, and
have days off and meetings.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.capacity.work_history import Span, WorkItem

ZONE = ZoneInfo("Europe/Berlin")
KINDS = ("business_need", "business_need", "business_need", "tech_debt", "tech_debt", "exploration")
TEAM = tuple(f"person-{n}" for n in range(8))


@dataclass
class Simulated:
    """Issues with their histories, and the hours that people logged: by week and class."""

    items: dict[str, WorkItem] = field(default_factory=dict)
    logged: dict[date, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    off: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))


def simulate(seed: int, first: date, weeks: int = 8) -> Simulated:
    """Let the team work from a Monday on."""
    dice, found = random.Random(seed), Simulated()
    for person in TEAM:
        _live(dice, found, person, first, weeks)
    return found


def _live(dice: random.Random, found: Simulated, person: str, first: date, weeks: int) -> None:
    day, last = first, first + timedelta(weeks=weeks)
    while day < last:
        kind = dice.choice(KINDS)
        length = dice.choice([1, 1, 2, 2, 3, 4, 6])
        beside = dice.random() < 0.2  # a second, smaller issue at the same time
        days = _working(day, length, last)
        if dice.random() < 0.04:
            found.off[person].update(days)  # away
        else:
            _work(dice, found, person, kind, days, 0.7 if beside else 1.0)
            if beside:
                _work(dice, found, person, dice.choice(KINDS), days, 0.3)
        day = days[-1] + timedelta(days=1) if days else last
        while day.weekday() >= 5:
            day += timedelta(days=1)


def _working(day: date, length: int, last: date) -> list[date]:
    days: list[date] = []
    while len(days) < length and day < last:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def _work(
    dice: random.Random, found: Simulated, person: str, kind: str, days: list[date], share: float
) -> None:
    """Work on a new issue: log the hours, and move it in Jira about when that happens."""
    key = f"SIM-{len(found.items) + 1}"
    for day in days:
        monday = day - timedelta(days=day.weekday())
        hours = 8 * share * dice.uniform(0.75, 1.0)  # the rest are meetings
        found.logged[monday][kind] += hours
    late = timedelta(minutes=max(0.0, dice.gauss(20, 40)))
    started = _at(days[0], 8) + late
    ended = _at(days[-1], 16) - timedelta(minutes=max(0.0, dice.gauss(10, 40)))
    if dice.random() < 0.08:
        ended += timedelta(hours=dice.choice([16, 20]))  # moved only the next morning
    spans = [
        Span(started - timedelta(days=5), "To Do"),
        Span(started, "In Progress"),
        Span(max(ended, started + timedelta(minutes=5)), "Done"),
    ]
    points = float(dice.choice([1, 2, 3, 5])) if dice.random() < 0.7 else None
    found.items[key] = WorkItem(
        key,
        spans[0].since,
        tuple(spans),
        (Span(spans[0].since, person),),
        kind=kind,
        points=points,
    )


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
