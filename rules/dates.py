"""Times in conditions: `-4w 2d`, `"2026-01-31 18:00"`, `startOfWeek(-1)`, as functions of now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from rules.query import Call, Operand
from rules.saying import nearest

Moment = Callable[[datetime], datetime]


def moment(operand: Operand) -> Moment:
    """The time that an operand names; raises ValueError, with what to write, where it is none."""
    return _call(operand) if isinstance(operand, Call) else _moment(str(operand))


def apart(value: datetime, wanted: datetime, now: datetime) -> float:
    """Seconds between two times; each in its zone, a time without one in that of now."""
    value = value if value.tzinfo else value.replace(tzinfo=now.tzinfo)
    offsets = (value.utcoffset() or _NONE) - (wanted.utcoffset() or _NONE)
    return (value.replace(tzinfo=None) - wanted.replace(tzinfo=None) - offsets).total_seconds()


_NONE = timedelta()
_STEP = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1)}
_STEP |= {"m": timedelta(minutes=1), "y": timedelta(days=365), "M": timedelta(days=30)}
_FARTHEST = timedelta(days=365 * 1000)
_SHIFT = r"[-+]?(\d{1,5}[ywdhmM]\s*){1,10}"


def _moment(text: str) -> Moment:
    """`-4w 2d` from now, or a day or minute such as 2026-01-31 or "2026-01-31 18:00"."""
    if re.fullmatch(_SHIFT, text, re.ASCII):
        shift = _shift(text)
        return lambda now: _later(now, shift)
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"):
        try:
            day = datetime.strptime(text, form)  # noqa: DTZ007 - in the zone of now
        except ValueError:
            continue
        return lambda now: day.replace(tzinfo=now.tzinfo)
    raise ValueError(f'"{text:.40}" is not a date: write -30d, "2026-01-31" or startOfWeek()')


def _shift(text: str) -> timedelta:
    steps = re.findall(r"(\d+)([ywdhmM])", text)
    total = sum((min(int(count) * _STEP[unit], _FARTHEST) for count, unit in steps), timedelta())
    if total >= _FARTHEST:
        raise ValueError(f'"{text:.40}" is more than 1,000 years away: write a nearer date')
    return -total if text.startswith("-") else total


def _later(moment: datetime, shift: timedelta) -> datetime:
    """Hours and minutes are lengths of time, also where the clocks change; days are days."""
    if moment.tzinfo is None or not shift % _STEP["d"]:
        return moment + shift
    return (moment.astimezone(timezone.utc) + shift).astimezone(moment.tzinfo)


_SPANS = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
_CALLS = ("now", *(f"{edge}of{span}" for edge in ("start", "end") for span in _SPANS))


def _call(call: Call) -> Moment:
    """now(), startOfWeek(-1), endOfMonth() …; the number counts spans, `"-2d"` shifts by days."""
    if call.name == "now" and not call.args:
        return lambda now: now
    match = re.fullmatch(r"(start|end)of(day|week|month|year)", call.name)
    if not match or len(call.args) > 1:
        raise ValueError(f"unknown function {call.name}(){nearest(call.name, _CALLS)}")
    edge, span = match.groups()
    by = call.args[0] if call.args else "0"
    if not re.fullmatch(r"[-+]?\d{1,3}[ywdhmM]?", by, re.ASCII):
        raise ValueError(f'{call.name}("{by:.40}"): write a number of {span}s such as -1')
    return lambda now: _edge(now, span, by, edge == "end")


def _edge(now: datetime, span: str, by: str, end: bool) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = _SPANS[span](midnight)
    if by[-1].isdigit():
        start = _forward(start, span, int(by) + end)
        return start - timedelta(milliseconds=1) if end else start
    start = _forward(start, span, 1) - timedelta(milliseconds=1) if end else start
    return start + _shift(by)


def _forward(start: datetime, span: str, count: int) -> datetime:
    if span in ("day", "week"):
        return start + count * _STEP[span[0]]
    months = start.year * 12 + start.month - 1 + count * (12 if span == "year" else 1)
    return start.replace(year=months // 12, month=months % 12 + 1)
