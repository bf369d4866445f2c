"""Run alternating rounds (A B A B) and format their medians and ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Side = Callable[[int], float]
"""One round of one side: from the round's number to the measured value."""


@dataclass(frozen=True)
class Target:
    """The target of a ratio: at least `limit`, or at most if `most` is set."""

    limit: float
    most: bool = False

    def describe(self, ratio: float) -> str:
        """Return the target in words, with MISSED in capitals."""
        missed = ratio > self.limit if self.most else ratio < self.limit
        word = "at most" if self.most else "at least"
        return f"target {word} {self.limit:,g}{': MISSED' if missed else ''}"


def interleave(sides: Sequence[Side], rounds: int, warm_up: int = 1) -> list[list[float]]:
    """Return the results of each side by round. In each round, all sides run once, in turn.

    Warm-up rounds come first and are left out.
    """
    taken = [[side(number) for side in sides] for number in range(warm_up + rounds)]
    return [list(column) for column in zip(*taken[warm_up:], strict=True)]


def ratio_of(ours: Sequence[float], theirs: Sequence[float], target: Target | None = None) -> str:
    """Return the ratio of medians, the middle half of the rounds' ratios, and the target."""
    ratio = median(ours) / median(theirs)
    each = quantiles([a / b for a, b in zip(ours, theirs, strict=True)], method="inclusive")
    spread = f"half of the rounds {each[0]:.2f} to {each[2]:.2f}"
    return f"ratio {ratio:.2f} ({f'{target.describe(ratio)}; ' if target else ''}{spread})"
