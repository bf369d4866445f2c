"""Tell which days a person works, and from when until when, in the project's time zone."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEK = frozenset(range(5))
"""Monday to Friday, as `date.weekday()` counts."""


class Window(NamedTuple):
    """The working time of one day: start and end are aware."""

    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of a project.

    `weekdays` are numbers from 0 for Monday. `holidays` are days on which nobody works, `off` the
    days off of each person, by account. A day lasts from `begins` to `ends`: a move at noon parts
    the default day into two halves.
    """

    zone: ZoneInfo
    weekdays: frozenset[int] = WEEK
    holidays: Container[date] = frozenset()
    off: Mapping[str, frozenset[date]] = field(default_factory=dict)
    begins: time = time(8)
    ends: time = time(16)

    def windows(self, person: str, first: date, last: date) -> Iterator[Window]:
        """Yield the working time of each day of a person, from `first` to `last` inclusive."""
        away = self.off.get(person, frozenset())
        for day in days(first, last):
            if self.works(day) and day not in away:
                yield self.window(day)

    def naming(self, people: Mapping[str, str]) -> WorkCalendar:
        """Return the calendar with the days off by account; `people` are names by account."""
        by_name = {name.lower(): free for name, free in self.off.items()}
        none: frozenset[date] = frozenset()
        off = {
            account: by_name.get(account.lower(), none) | by_name.get(name.lower(), none)
            for account, name in people.items()
        }
        return replace(self, off=off)

    def works(self, day: date) -> bool:
        """Return whether the project works on a day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def window(self, day: date) -> Window:
        """Return the working time of a day. Daylight saving may make it longer or shorter."""
        start = datetime.combine(day, self.begins, self.zone)
        end = datetime.combine(day, self.ends, self.zone)
        return Window(day, start, end)


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last` inclusive."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
