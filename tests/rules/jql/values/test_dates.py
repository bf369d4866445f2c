"""Times in conditions: spans by the calendar, lengths by the clock, each seen from now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.jql.functions import FUNCTIONS
from rules.jql.parser import parse
from rules.jql.syntax_tree import Call, Clause
from rules.jql.values.dates import moment

NOW = datetime(2026, 1, 30, 15, 45, 30, tzinfo=UTC)  # a Friday


def when(operand: str, now: datetime = NOW) -> str:
    clause = parse(f"created < {operand}")
    assert isinstance(clause, Clause)
    return moment(clause.operand)(now).strftime("%Y-%m-%d %H:%M:%S")


TIMES = [
    ("now()", "2026-01-30 15:45:30"),
    ("NOW()", "2026-01-30 15:45:30"),
    ("-4w", "2026-01-02 15:45:30"),
    ("'-4w 2d'", "2025-12-31 15:45:30"),
    ("'-1w 1d 1h 1m'", "2026-01-22 14:44:30"),
    ("'+3h'", "2026-01-30 18:45:30"),
    ("3h", "2026-01-30 18:45:30"),
    ("-90m", "2026-01-30 14:15:30"),
    ("'+1M'", "2026-02-28 15:45:30"),  # no 30 February
    ("-2M", "2025-11-30 15:45:30"),
    ("-1y", "2025-01-30 15:45:30"),
    ("2026-01-31", "2026-01-31 00:00:00"),
    ("'2026-01-31 18:00'", "2026-01-31 18:00:00"),
    ("'2026/01/31'", "2026-01-31 00:00:00"),
    ("'2026/01/31 18:00'", "2026-01-31 18:00:00"),
    ("startOfDay()", "2026-01-30 00:00:00"),
    ("startOfDay(-1)", "2026-01-29 00:00:00"),
    ("startOfDay('+1')", "2026-01-31 00:00:00"),
    ("startOfDay('-3h')", "2026-01-29 21:00:00"),
    ("startOfDay('-1M')", "2025-12-30 00:00:00"),
    ("endOfDay()", "2026-01-30 23:59:59"),
    ("endOfDay(1d)", "2026-01-31 23:59:59"),
    ("endOfDay('+2h')", "2026-01-31 01:59:59"),
    ("startOfWeek()", "2026-01-26 00:00:00"),
    ("startOfWeek(-1)", "2026-01-19 00:00:00"),
    ("startOfWeek(-1w)", "2026-01-19 00:00:00"),
    ("startOfWeek('+1d')", "2026-01-27 00:00:00"),
    ("endOfWeek()", "2026-02-01 23:59:59"),
    ("endOfWeek(2)", "2026-02-15 23:59:59"),
    ("startOfMonth()", "2026-01-01 00:00:00"),
    ("startOfMonth(-1)", "2025-12-01 00:00:00"),
    ("startOfMonth('-1M')", "2025-12-01 00:00:00"),
    ("startOfMonth('+14d')", "2026-01-15 00:00:00"),
    ("endOfMonth()", "2026-01-31 23:59:59"),
    ("endOfMonth(1)", "2026-02-28 23:59:59"),
    ("endOfMonth('+1M')", "2026-02-28 23:59:59"),
    ("endOfMonth(13)", "2027-02-28 23:59:59"),
    ("endOfMonth('+15d')", "2026-02-15 23:59:59"),
    ("startOfYear()", "2026-01-01 00:00:00"),
    ("startOfYear(1y)", "2027-01-01 00:00:00"),
    ("startOfYear('+1M')", "2026-02-01 00:00:00"),
    ("endOfYear(-1)", "2025-12-31 23:59:59"),
]


@pytest.mark.parametrize(("operand", "time"), TIMES, ids=[operand for operand, _ in TIMES])
def test_a_time_is_seen_from_now(operand: str, time: str) -> None:
    assert when(operand) == time


def test_a_day_has_23_hours_when_the_clocks_go_forward() -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert when("-1d", now) == "2026-03-28 12:00:00"
    assert when("-24h", now) == "2026-03-28 11:00:00"
    assert when("startOfDay()", now) == "2026-03-29 00:00:00"
    assert when("startOfDay('+4h')", now) == "2026-03-29 05:00:00"


def test_the_29th_of_february_a_year_later_is_the_28th() -> None:
    assert when("'+1y'", datetime(2028, 2, 29, tzinfo=UTC)) == "2029-02-28 00:00:00"


REFUSED = [
    ("5", "is not a date: write -30d"),
    ("tomorrow", '"tomorrow" is not a date'),
    ("2026-02-30", "is not a date"),
    ("-1.5d", "is not a date"),
    ("-1q", "is not a date"),
    ("-99999y", "more than 1,000 years away"),
    ("99999M", "more than 1,000 years away"),
    ("currentUser()", "currentUser() is not a date"),
    ("startOfDay(x)", 'startOfDay("x"): write a number of days such as -1'),
    ("endOfYear(1000)", "write a number of years"),
    ("endOfYear('-1w 2d')", "write a number of years"),
]


@pytest.mark.parametrize(("operand", "says"), REFUSED, ids=[operand for operand, _ in REFUSED])
def test_what_is_no_time_is_refused_with_what_to_write(operand: str, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        when(operand)
    assert says in str(caught.value)


edges = st.sampled_from([key for key in FUNCTIONS if key.startswith(("startof", "endof"))])
units = st.sampled_from(["", "y", "M", "w", "d", "h", "m"])
args = st.builds(lambda count, unit: f"{count}{unit}", st.integers(-999, 999), units)
nows = st.integers(0, 4_000_000_000).map(lambda n: datetime.fromtimestamp(n, UTC))


@given(edges, args, nows)
def test_every_function_of_a_span_gives_a_time(name: str, arg: str, now: datetime) -> None:
    assert isinstance(moment(Call(name, (arg,)))(now), datetime)


@given(st.sampled_from(["day", "week", "month", "year"]), st.integers(-99, 99), nows)
def test_a_span_ends_a_moment_before_the_next_begins(span: str, n: int, now: datetime) -> None:
    end = moment(Call(f"endof{span}", (str(n),)))(now)
    assert end + timedelta(milliseconds=1) == moment(Call(f"startof{span}", (str(n + 1),)))(now)
