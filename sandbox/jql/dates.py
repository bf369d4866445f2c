"""Evaluate JQL dates: absolute, relative (`-7d`), and functions such as startOfWeek(-1)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from sandbox.jql.parser import Call, JqlError, Operand

_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
_PERIOD = re.compile(r"[+-]?\s*(\d+[yMwdhm]\s*)+", re.A)
_PART = re.compile(r"(\d+)([yMwdhm])", re.A)
_BOUNDARY = re.compile(r"(start|end)of(day|week|month|year)", re.I)
_UNIT = {"day": "d", "week": "w", "month": "M", "year": "y"}


def date_value(field: str, operand: Operand, now: float) -> float:
    """Return an operand as seconds since 1970 (UTC); raise JqlError if it is not a date."""
    moment = datetime.fromtimestamp(now, UTC)
    try:
        if isinstance(operand, Call):
            return _function(field, operand, moment).timestamp()
        return _literal(operand.text.strip(), moment).timestamp()
    except JqlError:
        raise
    except (ValueError, OverflowError):
        text = operand.name if isinstance(operand, Call) else operand.text
        raise JqlError(
            f"Date value '{text}' for field '{field}' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
            "format e.g. '-5d', '4w 2d'."
        ) from None


def _literal(text: str, now: datetime) -> datetime:
    if _PERIOD.fullmatch(text):
        return _shift(now, text)
    if text.isascii() and re.fullmatch(r"-?\d{9,14}", text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(text)


def _shift(moment: datetime, period: str) -> datetime:
    sign = -1 if period.strip().startswith("-") else 1
    for count, unit in _PART.findall(period):
        number = sign * int(count)
        if unit in "yM":
            moment = _months(moment, number * (12 if unit == "y" else 1))
        else:
            moment += number * _STEPS[unit]
    return moment


_STEPS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}


def _months(moment: datetime, count: int) -> datetime:
    month = moment.month - 1 + count
    year, month = moment.year + month // 12, month % 12 + 1
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def _function(field: str, call: Call, now: datetime) -> datetime:
    name = call.name.lower()
    if name in ("now", "currentlogin", "lastlogin"):
        return now
    match = _BOUNDARY.fullmatch(name)
    if match is None:
        raise JqlError(f"Unable to find JQL function '{call.name}({', '.join(call.args)})'.")
    side, unit = match[1].lower(), match[2].lower()
    start = _start(now, unit)
    if call.args:
        shift = call.args[0].strip()
        if re.fullmatch(r"[+-]?\d+", shift, re.A):
            shift += _UNIT[unit]
        if not _PERIOD.fullmatch(shift):
            raise ValueError(shift)
        start = _shift(start, shift)
    if side == "start":
        return start
    return _shift(start, f"1{_UNIT[unit]}") - timedelta(milliseconds=1)


def _start(moment: datetime, unit: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())  # Monday. In Jira it depends on the locale.
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day
