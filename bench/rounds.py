"""Rounds A B A B, their medians, and the lines that say what came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Side = Callable[[int], float]
"""One round of one side: takes the round's number, returns what it measured."""


@dataclass(frozen=True)
class Bar:
    """What a ratio has to reach: at least `limit`, or at most where `most` is set."""

    limit: float
    most: bool = False

    def says(self, ratio: float) -> str:
        """The bar in words, loud where it is missed."""
        missed = ratio > self.limit if self.most else ratio < self.limit
        word = "at most" if self.most else "at least"
        return f"bar {word} {self.limit:,g}{': MISSED' if missed else ''}"


def interleave(sides: Sequence[Side], rounds: int, warm_up: int = 1) -> list[list[float]]:
    """What each side measured, round by round; every side once a round, in turn.

    The rounds that warm up come first and are not in the answer.
    """
    taken = [[side(number) for side in sides] for number in range(warm_up + rounds)]
    return [list(column) for column in zip(*taken[warm_up:], strict=True)]


def ratio_of(ours: Sequence[float], theirs: Sequence[float], bar: Bar | None = None) -> str:
    """Median by median, the middle half of the rounds' own ratios, and the bar if there is one."""
    ratio = median(ours) / median(theirs)
    each = quantiles([a / b for a, b in zip(ours, theirs, strict=True)], method="inclusive")
    spread = f"half of the rounds {each[0]:.2f} to {each[2]:.2f}"
    return f"ratio {ratio:.2f} ({f'{bar.says(ratio)}; ' if bar else ''}{spread})"
