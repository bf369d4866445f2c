"""Keep a week as it was reported: it never changes, whatever Jira says later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast, get_args

from rules.capacity.finished import Unit


@dataclass(frozen=True)
class FrozenWeek:
    """The work of a reported week by class, in its unit; `unplaced` had no class.

    `parts` has the class and the size of each issue. Old weeks and large ones are without.
    """

    week: str
    unit: Unit
    by_kind: Mapping[str, float]
    unplaced: float = 0.0
    parts: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Return the amount of work that had a class."""
        return sum(self.by_kind.values())

    def percent(self, kind: str) -> float:
        """Return the share of a class, 0 to 100; 0 of nothing."""
        return 100 * self.by_kind.get(kind, 0.0) / self.total if self.total else 0.0

    def under(self, before: str, now: str) -> FrozenWeek:
        """Return the week with the issues' keys of today, after a project's key was renamed."""
        if before == now:
            return self
        parts = {_under(key, before, now): part for key, part in self.parts.items()}
        return replace(self, parts=parts)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return {
            "week": self.week,
            "unit": self.unit,
            "by_kind": dict(self.by_kind),
            "unplaced": self.unplaced,
            "parts": {key: [*part] for key, part in self.parts.items()},
        }

    @classmethod
    def from_json(cls, raw: Any) -> FrozenWeek:
        """Read the result of `to_json`; raise KeyError, TypeError or ValueError for others."""
        if raw["unit"] not in get_args(Unit):
            raise ValueError(f"{raw['unit']!r} is no unit")
        if _named(_monday(str(raw["week"]))) != raw["week"]:
            raise ValueError(f"{raw['week']!r} is no ISO week")
        by_kind = {str(kind): float(amount) for kind, amount in raw["by_kind"].items()}
        unit = cast(Unit, raw["unit"])
        parts = {str(key): (str(kind), float(size)) for key, (kind, size) in raw["parts"].items()}
        return cls(str(raw["week"]), unit, by_kind, float(raw["unplaced"]), parts)


def _under(key: str, before: str, now: str) -> str:
    project, dash, number = key.rpartition("-")
    return f"{now}-{number}" if dash and project == before else key


def missing(weeks: Sequence[FrozenWeek]) -> list[str]:
    """Return the ISO weeks between the first and the last one that are not there."""
    if not weeks:
        return []
    there = {one.week for one in weeks}
    at, last = _monday(min(there)), _monday(max(there))
    found = []
    while at < last:
        found.append(_named(at))
        at += timedelta(days=7)
    return [week for week in found if week not in there]


def _named(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)


MOST_WEEKS = 60
MOST_PARTS = 150
"""The most issues of a week that are kept one by one, so that the property stays small."""
WITH_PARTS = 4
"""The number of weeks that keep their issues: later nobody asks what moved."""
MOST_CHARS = 30_000
"""The most characters of all weeks as JSON: Jira refuses a property of more than 32,768."""


def kept(weeks: Sequence[FrozenWeek], new: FrozenWeek) -> tuple[FrozenWeek, ...]:
    """Add a week to those that were kept, the oldest first. A week that is there never changes."""
    if any(one.week == new.week for one in weeks):
        return tuple(weeks)
    every = sorted([*weeks, new], key=lambda one: one.week)[-MOST_WEEKS:]
    old = [replace(one, parts={}) for one in every[:-WITH_PARTS]]
    recent = [
        one if len(one.parts) <= MOST_PARTS else replace(one, parts={})
        for one in every[-WITH_PARTS:]
    ]
    found = [*old, *recent]
    for place, one in enumerate(found):  # the oldest first
        if len(json.dumps([week.to_json() for week in found])) <= MOST_CHARS:
            break
        found[place] = replace(one, parts={})
    return tuple(found)


def moved(before: FrozenWeek, now: FrozenWeek) -> list[str]:
    """Return the issues whose class or size in a week is another one now."""
    if not before.parts:
        return []
    keys = sorted(before.parts.keys() | now.parts.keys())
    return [key for key in keys if _differ(before.parts.get(key), now.parts.get(key))]


def restated(before: FrozenWeek, now: FrozenWeek) -> bool:
    """Return whether a week's shares are other ones now, by at least one percentage point."""
    if before.unit != now.unit:
        return True
    kinds = before.by_kind.keys() | now.by_kind.keys()
    return any(round(before.percent(kind)) != round(now.percent(kind)) for kind in kinds)


def _differ(one: tuple[str, float] | None, other: tuple[str, float] | None) -> bool:
    if one is None or other is None:
        return one is not other
    return one[0] != other[0] or abs(one[1] - other[1]) > 1e-3
