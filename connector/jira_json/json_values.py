"""Convert Jira's forms of values to plain ones. Unexpected values become empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.facts.issue import Fact
from rules.facts.times import moment


def name_of(value: object) -> str | None:
    """Return the name in any of Jira's forms: text, `{name}`, `{value, child}`, a number."""
    if isinstance(value, Mapping):
        name = text_of(value.get("value")) or text_of(value.get("name")) or account_of(value)
        child = name_of(value.get("child"))
        return f"{name} - {child}" if name and child else name
    if isinstance(value, bool) or value is None:
        return None
    return text_of(value) if isinstance(value, str) else f"{value:g}" if _is_number(value) else None


_SPRINT = re.compile(r"\[(?:.*,)?name=([^,\]]*)")


def names_of(value: object) -> tuple[str, ...]:
    """Return the names in a list; of a sprint in Java's notation, its `name=`."""
    found = []
    for item in list_of(value):
        sprint = _SPRINT.search(item) if isinstance(item, str) and "@" in item else None
        name = sprint.group(1) if sprint else name_of(item)
        if name:
            found.append(name)
    return tuple(found)


def custom_of(value: object) -> Fact:
    """Return a custom field's value in any form. Only Jira's times become times."""
    if isinstance(value, list):
        return names_of(value) or None
    if _is_number(value):
        return number_of(value)
    return moment(value) or name_of(value)


def account_of(value: object) -> str | None:
    """Return `accountId` (Cloud), or `name` or `key` (Data Center)."""
    data = dict_of(value)
    names = (text_of(data.get(key)) for key in ("accountId", "name", "key"))
    return next((name for name in names if name), None)


def number_of(value: object) -> float | None:
    """Return a finite number, also of a number as text; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not _is_number(value):
        return None
    number = float(value)  # type: ignore[arg-type]
    return number if abs(number) < 1e15 else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def time_of(value: object) -> datetime | None:
    """Return an ISO time with its zone, as in Sluice's property; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def dict_of(value: object) -> Mapping[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def list_of(value: object) -> list[Any]:
    """Return the list, or an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """Return the text, or None if it is blank or not a text."""
    return value if isinstance(value, str) and value.strip() else None
