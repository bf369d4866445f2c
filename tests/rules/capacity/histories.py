"""Build issues with histories from short lists, and draw random ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rules.capacity.work_history import Span, WorkItem
from rules.capacity.working_days import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = WorkCalendar(BERLIN)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """Return a time from a text such as `2026-11-23 12:00` or `2026-11-23`."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def item(key: str, *moves: tuple[str, str], who: Any = "ann", **more: Any) -> WorkItem:
    """Return an issue: each move is a time and a category; `who` is a name or such moves."""
    spans = tuple(Span(at(time), category) for time, category in moves)
    created = at(more.pop("created", "2026-01-01"))
    holders = [("2026-01-01", who)] if who is None or isinstance(who, str) else who
    gates = more.pop("gates", ())
    more["gates"] = tuple(Span(at(time), verdict) for time, verdict in gates)
    assignees = tuple(Span(at(time), person) for time, person in holders)
    return WorkItem(key, created, spans, assignees, **more)


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "UTC")
# Weeks with daylight saving both ways in several zones, and the turn of the year.
WEEKS = ("2026-03-05", "2026-03-26", "2026-04-02", "2026-10-01", "2026-10-22", "2026-12-28")
PEOPLE = ("ann", "bo", "cem")


@st.composite
def histories(draw: Any) -> tuple[list[WorkItem], WorkCalendar, datetime]:
    """Draw issues that are moved, reassigned and reopened, some below others, in one week."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    first = at(draw(st.sampled_from(WEEKS)), zone)
    hours = draw(st.sampled_from([(0, 23), (8, 16), (9, 17), (1, 4)]))
    off = frozenset([(first + timedelta(days=draw(st.integers(0, 6)))).date()])
    calendar = WorkCalendar(
        zone,
        weekdays=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        holidays=frozenset([(first + timedelta(days=draw(st.integers(0, 13)))).date()]),
        off={"bo": off},
        begins=first.time().replace(hour=hours[0]),
        ends=first.time().replace(hour=hours[1]),
    )
    count = draw(st.integers(0, 6))
    items = [_random_item(draw, n, count, first) for n in range(count)]
    return items, calendar, first


def _random_item(draw: Any, number: int, count: int, first: datetime) -> WorkItem:
    minutes = st.integers(-3 * 24 * 60, 9 * 24 * 60)
    categories = st.sampled_from(["To Do", "In Progress", "In Progress", "Done"])
    moves = sorted(draw(st.lists(st.tuples(minutes, categories), max_size=6)))
    holders = sorted(
        draw(st.lists(st.tuples(minutes, st.sampled_from([*PEOPLE, None])), max_size=4)),
        key=lambda one: one[0],
    )
    parent = draw(st.none() | st.integers(0, count - 1))

    def spans(them: list[Any]) -> tuple[Span, ...]:
        start = first.astimezone(UTC)
        return tuple(Span(start + timedelta(minutes=after), value) for after, value in them)

    above = None if parent is None else f"A-{parent}"
    created = first - timedelta(days=3)
    return WorkItem(f"A-{number}", created, spans(moves), spans(holders), parent=above)
