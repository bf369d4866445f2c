"""Split lessons for a cross-validation in time (forward chaining)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from rules.learning.lessons import Example

FIRST = 5
"""The first decisions only teach: before them, a challenger knows nothing."""

FOLDS = 16
"""How often a challenger is trained in a comparison. More folds take longer; with fewer, the last
decisions are judged by challengers that lack many of them.
"""

T = TypeVar("T")

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def in_order(examples: Sequence[Example]) -> list[Example]:
    """Sort by time, oldest first. Lessons without a time come first, in the given order."""
    return sorted(examples, key=lambda one: one.lesson.at or _EARLIEST)


def folds(start: int, count: int) -> Iterator[range]:
    """Yield the places of each fold between `start` and `count`, of about equal size."""
    size = max(-(-(count - start) // FOLDS), 1)
    for first in range(start, count, size):
        yield range(first, min(first + size, count))
