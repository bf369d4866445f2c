"""Name the decisions that must not teach: a person's, those on an issue, those of a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.learning.evidence.lessons import Lesson

MOST = 1000
"""The most items of each kind that are kept, the newest."""


@dataclass(frozen=True)
class Period:
    """A time whose decisions are forgotten; `until` is the time when somebody asked for that."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Forgotten:
    """Decisions that do not teach: by accounts, on issues (ids or keys), or in periods.

    Accounts and issues are forgotten for good, also what is decided there later.
    """

    accounts: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()

    def covers(self, lesson: Lesson) -> bool:
        """Return whether a lesson is forgotten. One without a time is in no period."""
        at = lesson.at
        return (
            (bool(lesson.account) and lesson.account in self.accounts)
            or bool({lesson.issue.id, lesson.issue.key} & {*self.issues})
            or any(at is not None and one.since <= at <= one.until for one in self.periods)
        )

    def and_also(self, other: Forgotten) -> Forgotten:
        """Return both together, each item once."""
        return Forgotten(
            tuple(dict.fromkeys((*self.accounts, *other.accounts)))[-MOST:],
            tuple(dict.fromkeys((*self.issues, *other.issues)))[-MOST:],
            tuple(dict.fromkeys((*self.periods, *other.periods)))[-MOST:],
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "accounts": list(self.accounts),
            "issues": list(self.issues),
            "periods": [[p.since.isoformat(), p.until.isoformat()] for p in self.periods],
        }

    @classmethod
    def from_json(cls, data: object) -> Forgotten:
        """Read plain values; parts that are no such values are left out."""
        given = data if isinstance(data, Mapping) else {}
        periods = (_period(one) for one in _listed(given.get("periods")))
        return cls(
            tuple(one for one in _listed(given.get("accounts")) if isinstance(one, str))[-MOST:],
            tuple(one for one in _listed(given.get("issues")) if isinstance(one, str))[-MOST:],
            tuple(one for one in periods if one)[-MOST:],
        )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _period(value: object) -> Period | None:
    sides = [_time(one) for one in _listed(value)]
    if len(sides) != 2 or sides[0] is None or sides[1] is None:
        return None
    return Period(sides[0], sides[1])


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None


def without(
    lessons: Iterable[Lesson],
    accounts: Collection[str] = (),
    issues: Collection[str] = (),
    since: datetime | None = None,
    forgotten: Forgotten | None = None,
) -> list[Lesson]:
    """Return the lessons without those by accounts, on issues, or from a time on."""
    last = datetime.max.replace(tzinfo=UTC)
    given = Forgotten(tuple(accounts), tuple(issues), (Period(since, last),) if since else ())
    whole = given.and_also(forgotten) if forgotten else given
    return [one for one in lessons if not whole.covers(one)]
