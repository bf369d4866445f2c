"""Load eight weeks of a team's work into the demo's Jira, up to last Sunday.

The file beside this one has a row for each issue, in the order in which its person worked on it:
its class, its length in half working days, and marks such as `open`, `incident` or `in=EPIC`.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cli.demo_run.jira_user import People
from rules.vocabulary.classes import UNDECIDED, Kind, work_class
from rules.vocabulary.verdicts import Verdict, gate_verdict

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (time(9), time(13, 30), time(18))
WEEKS = 8

_KINDS: Mapping[str, Kind] = {
    "need": "business_need",
    "debt": "tech_debt",
    "explore": "exploration",
}
_FIRST: Mapping[str, Verdict] = {
    "asked": "needs_info",
    "reopened": "reject",
    "info": "needs_info",
    "review": "review",
}
"""What Sluice decided first of an issue with one of these marks; it accepted the others."""
_PLACES = ("US", "DE-BY", "CN", "JP", "GB", "FR", "IN", "BR")
"""Where the team may live: the first place that had a holiday in these weeks."""


class Half(NamedTuple):
    """Half a working day."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Row:
    """An issue of the file. `marks` has a text for each mark, empty for one without a value."""

    project: str
    person: str
    kind: Kind | None
    type: str
    halves: int
    points: float | None
    marks: Mapping[str, str]
    summary: str
    text: str

    @property
    def level(self) -> int:
        """Return 0 for an epic, 1 for a story with sub-tasks, 2 for other issues."""
        return 0 if "epic" in self.marks else 1 if "story" in self.marks else 2


class Planned(NamedTuple):
    """An issue with the time in which it was worked on; None for one that nobody started."""

    row: Row
    worked: Half | None


def last_sunday(now: datetime) -> date:
    """Return the last day of the last complete week."""
    today = now.astimezone(ZONE).date()
    return today - timedelta(days=today.weekday() + 1)


def holidays_near(sunday: date, prefer: str | None = None) -> str | None:
    """Return a place with a public holiday in these weeks; None if there is none.

    It is `prefer`, or else one with a holiday in the last week, or else in one before.
    """
    try:
        if prefer and _is_free(prefer, sunday, WEEKS):
            return prefer
        asked = ((place, weeks) for weeks in (1, WEEKS) for place in _PLACES)
        return next((place for place, weeks in asked if _is_free(place, sunday, weeks)), None)
    except ImportError:  # without the extra `report`
        return None


def _is_free(place: str, sunday: date, weeks: int) -> bool:
    free = free_days(place)
    return any(day in free for day in _weekdays(sunday, weeks))


def free_days(place: str | None) -> Container[date]:
    """Return the public holidays of a place."""
    if place is None:
        return ()
    import holidays  # the extra `report`

    country, _, part = place.partition("-")
    found: Any = holidays.country_holidays(country, subdiv=part or None)
    assert isinstance(found, Container)
    return found


def _weekdays(sunday: date, weeks: int) -> Iterator[date]:
    """Yield the weekdays of the last weeks, the latest first."""
    days = (sunday - timedelta(days=number) for number in range(7 * weeks))
    return (day for day in days if day.weekday() < 5)


def rows_of(project: str) -> list[Row]:
    """Return the issues of a project, in the order of the file."""
    file = resources.files("cli.demo_run") / "eight_weeks.csv"
    found = csv.DictReader(file.read_text("utf-8").splitlines(), delimiter="|")
    return [_row(one) for one in found if one["project"] == project]


def _row(one: Mapping[str, str]) -> Row:
    marks = dict(mark.partition("=")[::2] for mark in one["mark"].split())
    points = float(one["points"]) if one["points"] else None
    halves = int(one["halves"] or 0)
    kind = _KINDS.get(one["class"])
    plain = (one["summary"], one["text"] or "")
    return Row(one["project"], one["person"], kind, one["type"], halves, points, marks, *plain)


def plan(found: Sequence[Row], sunday: date, free: Container[date]) -> list[Planned]:
    """Give each issue its time, so that the last one of each person ends on the last Friday."""
    timed: dict[int, Half] = {}
    for person, own in groupby(sorted(found, key=lambda r: r.person), key=lambda r: r.person):
        if person:
            timed |= _backwards([*own], _halves(sunday, free))
    for one in sorted(found, key=lambda row: -row.level):
        name = one.marks.get("epic") or one.marks.get("story")
        below = [r for r in found if name and name in (r.marks.get("in"), r.marks.get("sub"))]
        times = [timed[id(r)] for r in below]
        if times:
            timed[id(one)] = Half(min(t.start for t in times), max(t.end for t in times))
    return [Planned(one, timed.get(id(one))) for one in found if one.type != "gap"]


def _halves(sunday: date, free: Container[date]) -> Iterator[Half]:
    """Yield the half working days, the latest first."""
    for day in _weekdays(sunday, 3 * WEEKS):
        if day not in free:
            first, noon, last = (datetime.combine(day, clock, ZONE) for clock in HOURS)
            yield from (Half(noon, last), Half(first, noon))


def _backwards(own: Sequence[Row], halves: Iterator[Half]) -> dict[int, Half]:
    timed: dict[int, Half] = {}
    for one in reversed([row for row in own if row.halves and "beside" not in row.marks]):
        taken = [next(halves) for _ in range(one.halves)]
        timed[id(one)] = Half(taken[-1].start, taken[0].end)
    before: Half | None = None
    for one in (row for row in own if row.halves):
        before = timed.get(id(one), before)
        assert before, "the first row of a person is beside none"
        timed[id(one)] = before
    return timed


def is_open(one: Planned) -> bool:
    """Return whether Sluice triages the issue: what is done is left in peace."""
    if {"wont", "duplicate"} & set(one.row.marks):
        return False
    return one.worked is None or _lasts(one.row)


def body(one: Planned, number: int, sunday: date, parent: str | None) -> dict[str, Any]:
    """Return what the sandbox takes to create an issue with its history."""
    row = one.row
    fields: dict[str, Any] = {
        "project": {"key": row.project},
        "issuetype": {"name": row.type},
        "summary": row.summary,
        "description": row.text or None,
        "labels": ["incident"] if "incident" in row.marks else [],
    }
    if parent:
        fields["parent"] = {"key": parent}
    created = _created(one, number, sunday)
    moves = sorted(_moves(one, created, sunday), key=lambda move: str(move["at"]))
    return {"fields": fields, "created": created.isoformat(), "account": "pm", "moves": moves}


def _created(one: Planned, number: int, sunday: date) -> datetime:
    """Return when an issue was created: a bug an hour before its work, others days before."""
    if one.worked is None:
        day = sunday - timedelta(days=2 + 2 * (number % 9))
        return datetime.combine(day, time(10, number % 60), ZONE)
    if one.row.type == "Bug":
        return one.worked.start - timedelta(hours=1)
    return one.worked.start - timedelta(days=2 + number % 9, minutes=number)


def _moves(one: Planned, created: datetime, sunday: date) -> Iterator[dict[str, Any]]:
    row, marks = one.row, one.row.marks
    yield from _decisions(one, created)
    person = row.person or None
    if one.worked:
        start, end = one.worked
        begun = (start - timedelta(minutes=1)).isoformat()
        yield {"at": begun, "by": "pm", "assignee": person}
        yield {"at": start.isoformat(), "by": person, "status": "In Progress"}
        if not _lasts(row):
            yield {"at": end.isoformat(), "by": person, "status": "Done"}
    for mark, resolution in (("wont", "Won't Do"), ("duplicate", "Duplicate")):
        if mark in marks:
            thursday = datetime.combine(sunday - timedelta(days=3), time(11), ZONE)
            at = max(thursday, created + timedelta(hours=1)).isoformat()
            yield {"at": at, "by": "pm", "status": "Done", "resolution": resolution}


def _lasts(row: Row) -> bool:
    """Return whether an issue is still in progress. What has children is done with the last."""
    return "open" in row.marks or row.level < 2


def _decisions(one: Planned, created: datetime) -> Iterator[dict[str, Any]]:
    """Yield what Sluice decided at once, and what was decided later, by it or by a person."""
    row, marks = one.row, one.row.marks
    verdict: Verdict = next((_FIRST[mark] for mark in _FIRST if mark in marks), "accept")
    first = _KINDS[marks["was"]] if "was" in marks else row.kind or UNDECIDED
    yield {
        "at": (created + timedelta(seconds=40)).isoformat(),
        "by": "sluice",
        "class": work_class(first).shown,
        "gate": gate_verdict(verdict).shown,
        **({"points": row.points} if row.points else {}),
    }
    later = ((one.worked.start - created) / 2 if one.worked else timedelta(hours=5)) + created
    at = {"at": later.isoformat()}
    if "asked" in marks:
        yield {**at, "by": "sluice", "gate": gate_verdict("accept").shown}
    if "reopened" in marks:
        yield {**at, "by": "pm", "gate": gate_verdict("accept").shown}
    if "was" in marks:
        yield {**at, "by": "pm", "class": work_class(row.kind or UNDECIDED).shown}


def load_plan(people: People, planned: Sequence[Planned], sunday: date) -> dict[int, str]:
    """Create the issues with one request for each level; return ids by the place in `planned`."""
    ids: dict[int, str] = {}
    keys: dict[str, str] = {}
    for level in range(3):
        here = [n for n, one in enumerate(planned) if one.row.level == level]
        bodies = [body(planned[n], n, sunday, _parent(planned[n].row, keys)) for n in here]
        for n, made in zip(here, people.ask("POST", "/sandbox/issues", json=bodies), strict=True):
            ids[n] = str(made["id"])
            marks = planned[n].row.marks
            keys |= {mark: str(made["key"]) for mark in marks.values() if mark}
            keys |= {mark: str(made["key"]) for mark in ("open", "blocked") if mark in marks}
    if "blocked" in keys:
        ends = {"inwardIssue": {"key": keys["open"]}, "outwardIssue": {"key": keys["blocked"]}}
        people.ask("POST", "/rest/api/2/issueLink", json={"type": {"name": "Blocks"}, **ends})
    return ids


def _parent(row: Row, keys: Mapping[str, str]) -> str | None:
    name = row.marks.get("in") or row.marks.get("sub")
    return keys[name] if name else None
