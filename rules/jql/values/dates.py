"""Compile times in conditions to functions of now: `-4w 2d`, `"2026-01-31"`, `startOfWeek(-1)`.

https://support.atlassian.com/jira-software-cloud/docs/jql-functions/ defines them. Weeks begin on
Monday; in Jira this depends on the language of each user.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rules.jql.functions import FUNCTIONS, SPANS
from rules.jql.syntax_tree import Call, Operand

Moment = Callable[[datetime], datetime]


def moment(operand: Operand) -> Moment:
    """Return the time of an operand as a function of now; raise ValueError if it is no time."""
    return _call(operand) if isinstance(operand, Call) else _moment(str(operand))


def instant(value: datetime, now: datetime) -> float:
    """Return the seconds since a fixed day; a time without a zone gets the zone of now."""
    value = value if value.tzinfo else value.replace(tzinfo=now.tzinfo)
    return (value.replace(tzinfo=None) - _EPOCH - (value.utcoffset() or _NONE)).total_seconds()


def day(value: datetime) -> float:
    """Return the days since a fixed day, by the calendar of the value's own zone."""
    return float(value.toordinal() - _EPOCH.toordinal())


_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - only compared with times without a zone
_NONE = timedelta()
_DAY = timedelta(days=1)
_MONTHS = {"y": 12, "M": 1}
_DAYS = {"w": 7 * _DAY, "d": _DAY}
_HOURS = {"h": timedelta(hours=1), "m": timedelta(minutes=1)}
_FARTHEST = timedelta(days=365 * 1000)
_SHIFT = r"[-+]?(\d{1,5}[ywdhmM]\s*){1,10}"


@dataclass(frozen=True)
class _Shift:
    """A distance in time: months and days by the calendar, hours by the clock."""

    months: int = 0
    days: timedelta = _NONE
    hours: timedelta = _NONE

    def after(self, start: datetime) -> datetime:
        """Add the distance to a time; a day with a clock change has 23 or 25 hours."""
        start = _months_on(start, self.months) + self.days
        if start.tzinfo is None or not self.hours:
            return start + self.hours
        return (start.astimezone(UTC) + self.hours).astimezone(start.tzinfo)


def _months_on(start: datetime, count: int) -> datetime:
    """Return the same day some months later, or the last day of a shorter month."""
    months = start.year * 12 + start.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _moment(text: str) -> Moment:
    """Parse `-4w 2d` from now, or a day or minute such as 2026-01-31 or "2026-01-31 18:00"."""
    if re.fullmatch(_SHIFT, text, re.ASCII):
        return _shift(text).after
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"):
        try:
            day = datetime.strptime(text, form)  # noqa: DTZ007 - in the zone of now
        except ValueError:
            continue
        return lambda now: day.replace(tzinfo=now.tzinfo)
    raise ValueError(f'"{text:.40}" is not a date: write -30d, "2026-01-31" or startOfWeek()')


def _shift(text: str) -> _Shift:
    sign = -1 if text.startswith("-") else 1
    counts = [(int(count), unit) for count, unit in re.findall(r"(\d+)([ywdhmM])", text)]
    months = sum(count * _MONTHS.get(unit, 0) for count, unit in counts)
    days = sum((count * _DAYS.get(unit, _NONE) for count, unit in counts), _NONE)
    hours = sum((count * _HOURS.get(unit, _NONE) for count, unit in counts), _NONE)
    if months * 30 * _DAY + days + hours >= _FARTHEST:
        raise ValueError(f'"{text:.40}" is more than 1,000 years away: write a nearer date')
    return _Shift(sign * months, sign * days, sign * hours)


_STARTS: dict[str, Moment] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
_UNIT = {"day": "d", "week": "w", "month": "M", "year": "y"}


def _call(call: Call) -> Moment:
    """Compile now(), startOfWeek(-1) …; a number counts spans, `"-2d"` shifts by days."""
    if call.name == "now":
        return lambda now: now
    match = re.fullmatch(rf"(start|end)of({'|'.join(SPANS)})", call.name)
    if not match:
        name = FUNCTIONS[call.name].name if call.name in FUNCTIONS else call.name
        raise ValueError(f"{name}() is not a date: write now() or startOfWeek()")
    edge, span = match.groups()
    by = call.args[0] if call.args else "0"
    if not re.fullmatch(r"[-+]?\d{1,3}[ywdhmM]?", by, re.ASCII):
        name = FUNCTIONS[call.name].name
        raise ValueError(f'{name}("{by:.40}"): write a number of {span}s such as -1')
    return _edge(span, by if by[-1].isalpha() else by + _UNIT[span], edge == "end")


def _edge(span: str, by: str, end: bool) -> Moment:
    """Return the start or end of a span. Count the spans first, since months differ in length."""
    whole = by[-1] == _UNIT[span]
    spans, rest = (_shift(by), _Shift()) if whole else (_Shift(), _shift(by))
    one = _shift(f"1{_UNIT[span]}")

    def at(now: datetime) -> datetime:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        edge = spans.after(_STARTS[span](midnight))
        return rest.after(one.after(edge) - timedelta(milliseconds=1) if end else edge)

    return at
