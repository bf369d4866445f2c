"""Convert plain JSON to values. Unexpected forms become empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def dict_of(value: object) -> Mapping[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Return the list, or an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """Return the text, or None if it is blank or not a text."""
    return value if isinstance(value, str) and value.strip() else None


def number_of(value: object) -> float | None:
    """Return a finite number, also of a number as text; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not is_number(value):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return None
    return number if abs(number) < 1e15 else None


def is_number(value: object) -> bool:
    """Return whether the JSON is a number: true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def written(value: object) -> str | None:
    """Return a text or a number as text, such as an id that comes in both forms."""
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None or not is_number(value):
        return None
    number = number_of(value)
    return None if number is None else str(value) if isinstance(value, int) else f"{number:g}"
