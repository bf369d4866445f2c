"""Read the numbers in clauses: plain ones, and spans of working time such as `1d 4h`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rules.facts.catalog import Field

HOURS_A_DAY = 8
DAYS_A_WEEK = 5
"""Jira's own defaults: a site can have others, which its REST API tells administrators only."""

_NUMBER = r"[-+]?\d{1,15}(\.\d{1,15})?"
_LONG = r"[-+]?\d+(\.\d+)?"
_SPAN = r"(\d{1,9}(\.\d{1,9})?[wdhm]\s*)+"
_MINUTES = {"m": 1, "h": 60, "d": 60 * HOURS_A_DAY, "w": 60 * HOURS_A_DAY * DAYS_A_WEEK}


def number_of(field: Field, text: str) -> float:
    """Return a number, or the minutes of a span; raise ValueError for another text."""
    if field.form == "duration" and re.fullmatch(_SPAN, text.lower(), re.ASCII):
        spans = re.findall(r"([\d.]+)([wdhm])", text.lower())
        return sum(float(count) * _MINUTES[unit] for count, unit in spans)
    if re.fullmatch(_NUMBER, text, re.ASCII):
        return float(text)
    if re.fullmatch(_LONG, text, re.ASCII):
        raise ValueError(f'"{text:.20}…" has too many digits: write at most 15')
    if field.form == "duration":
        raise ValueError(f'"{text:.40}" is no span of working time: write minutes, or "1d 4h"')
    hint = ': write "is empty"' if text == "" else ""
    raise ValueError(f'"{field.name}" is a number, "{text:.40}" is not{hint}')


def check_reach(field: Field, op: str, values: Iterable[float]) -> None:
    """Raise ValueError if a comparison is false for every number that the field can have."""
    least = float("-inf") if field.least is None else field.least
    most = float("inf") if field.most is None else field.most
    if any(_reaches(op, value, least, most) for value in values):
        return
    limits = [f"at least {field.least:g}"] if field.least is not None else []
    limits += [f"at most {field.most:g}"] if field.most is not None else []
    raise ValueError(f'this is never true: "{field.name}" is {" and ".join(limits)}')


def _reaches(op: str, value: float, least: float, most: float) -> bool:
    if op in ("=", "in"):
        return least <= value <= most
    reach = {"<": value > least, "<=": value >= least, ">": value < most, ">=": value <= most}
    return reach.get(op, True)
