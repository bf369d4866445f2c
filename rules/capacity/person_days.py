"""Divide the working days of each person among the issues that the person had in progress.

A day is divided evenly, moment by moment: who had two issues in progress until noon and one after
it gave the first a quarter of the day. Work on a child stands for its parent, so a parent counts by
itself only on days when none of its children was in progress.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from rules.capacity.work_history import Tree, WorkItem, lasting
from rules.capacity.working_days import Window, WorkCalendar, days


class Stretch(NamedTuple):
    """A time in which a person had an issue in progress, in microseconds since the epoch."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class PersonDay:
    """One working day of one person: its parts by issue, and the part without any. Sum: 1."""

    person: str
    day: date
    parts: Mapping[str, float]
    idle: float


@dataclass(frozen=True)
class PersonDays:
    """The working days of all people; `nobody` has the days on which nobody had an issue.

    `nobody` counts, by issue, the working days in which it was in progress without an assignee.
    """

    all: tuple[PersonDay, ...]
    nobody: Mapping[str, float]

    def by_issue(self) -> dict[str, float]:
        """Return the person-days of each issue."""
        found: dict[str, float] = defaultdict(float)
        for one in self.all:
            for key, part in one.parts.items():
                found[key] += part
        return dict(found)

    def by_person(self) -> dict[str, dict[str, float]]:
        """Return the person-days of each issue, by person."""
        found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for one in self.all:
            for key, part in one.parts.items():
                found[one.person][key] += part
        return {person: dict(parts) for person, parts in found.items()}

    @property
    def idle(self) -> dict[str, float]:
        """Return the days of each person on no issue of the project; people without any are out."""
        found: dict[str, float] = defaultdict(float)
        for one in self.all:
            found[one.person] += one.idle
        return {person: amount for person, amount in found.items() if amount}

    @property
    def total(self) -> float:
        """Return the number of working days."""
        return float(len(self.all))


def person_days(
    tree: Tree, calendar: WorkCalendar, first: date, last: date, people: Iterable[str]
) -> PersonDays:
    """Divide the days from `first` to `last` inclusive of these people."""
    windows = {day: calendar.window(day) for day in days(first, last) if calendar.works(day)}
    covered = {key: _days_below(tree, key, windows) for key in tree.children}
    stretches = _stretches(tree, windows.values())
    nobody = _nobody(stretches.pop(None, []), windows, covered)
    found = [
        _divided(person, window, stretches.get(person, []), covered)
        for person in sorted(set(people))
        for window in calendar.windows(person, first, last)
    ]
    return PersonDays(tuple(found), nobody)


def people_at_work(items: Iterable[WorkItem], since: datetime, until: datetime) -> set[str]:
    """Return everybody who had an issue in progress between two times."""
    return {
        person
        for item in items
        for start, end, person in _assigned(item)
        if person and start < until and (end is None or end > since)
    }


def _assigned(item: WorkItem) -> Iterator[tuple[datetime, datetime | None, str | None]]:
    """Yield start, end and assignee of the times in progress."""
    holders = [*lasting(item.assignees)]
    known = item.assignees[0].since if item.assignees else None
    for start, end in item.progress:
        if known is None or start < known:
            yield start, _earlier(end, known), None
        for since, until, person in holders:
            first, last = max(start, since), _earlier(end, until)
            if last is None or first < last:
                yield first, last, person


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((end for end in (one, other) if end), default=None)


def _stretches(tree: Tree, windows: Iterable[Window]) -> dict[str | None, list[Stretch]]:
    """Return the times in progress of each assignee, cut to the span of the windows."""
    moments = [(_micros(w.start), _micros(w.end)) for w in windows]
    found: dict[str | None, list[Stretch]] = defaultdict(list)
    if not moments:
        return found
    low, high = min(start for start, _ in moments), max(end for _, end in moments)
    for item in tree.items.values():
        for start, end, person in _assigned(item):
            first = max(_micros(start), low)
            last = high if end is None else min(_micros(end), high)
            if first < last:
                found[person].append(Stretch(first, last, item.key))
    for stretches in found.values():
        stretches.sort()
    return found


def _days_below(tree: Tree, key: str, windows: Mapping[date, Window]) -> set[date]:
    """Return the days on which an issue below this one was in progress in working time."""
    times = [one for item in tree.below(key) for one in item.progress]
    return {
        day
        for day, window in windows.items()
        if any(start < window.end and (end is None or end > window.start) for start, end in times)
    }


def _divided(
    person: str, window: Window, stretches: Sequence[Stretch], covered: Mapping[str, set[date]]
) -> PersonDay:
    low, high = _micros(window.start), _micros(window.end)
    here = [
        Stretch(max(one.start, low), min(one.end, high), one.key)
        for one in stretches
        if one.start < high and one.end > low and window.day not in covered.get(one.key, ())
    ]
    edges = sorted({low, high, *(one.start for one in here), *(one.end for one in here)})
    parts: dict[str, float] = defaultdict(float)
    busy = 0
    for start, end in pairwise(edges):
        keys = {one.key for one in here if one.start <= start and one.end >= end}
        busy += (end - start) if keys else 0
        for key in keys:
            parts[key] += (end - start) / len(keys) / (high - low)
    return PersonDay(person, window.day, dict(parts), 1.0 - busy / (high - low))


def _nobody(
    stretches: Sequence[Stretch],
    windows: Mapping[date, Window],
    covered: Mapping[str, set[date]],
) -> dict[str, float]:
    """Return the working days in which each issue was in progress without an assignee."""
    found: dict[str, float] = defaultdict(float)
    for day, window in windows.items():
        low, high = _micros(window.start), _micros(window.end)
        for one in stretches:
            overlap = min(one.end, high) - max(one.start, low)
            if overlap > 0 and day not in covered.get(one.key, ()):
                found[one.key] += overlap / (high - low)
    return dict(found)


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
