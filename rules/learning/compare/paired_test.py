"""Test whether paired differences have a mean above zero, and how many would show it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

LEVEL = 0.04
"""The level of the test. With 50 issues, the tails of the statistics are a bit heavier than their
tables say, so that 0.04 keeps what is promised: a challenger that is no better passes in 5 % of
cases at most (`tests/rules/learning/compare/test_power.py`).
"""

POWER = 0.8
"""How often the number that we name would show a difference of the size found."""


@dataclass(frozen=True)
class PairedTest:
    """The mean of the differences, the one-sided p-value, and how many differences it needs.

    `needed` would show this mean at LEVEL with probability POWER; None if the mean is not positive.
    """

    mean: float
    p: float
    needed: int | None

    @property
    def passed(self) -> bool:
        """Return whether the mean is above zero, at LEVEL."""
        return self.p <= LEVEL

    @property
    def chance(self) -> str:
        """Return the p-value as text. Few issues can't tell how far below a thousandth it is."""
        return "p < 0.001" if self.p < 0.001 else f"p = {self.p:.2g}"


def paired_test(
    differences: NDArray[np.float64], weights: NDArray[np.float64], spread: float = 1.0
) -> PairedTest:
    """Test the weighted mean of differences, at least two of them.

    Two statistics have to agree. Student's t lets too many through where differences lean to the
    left, as those of an overconfident model do: many small gains, few large losses. Hall's
    transformation (J. R. Statist. Soc. B, 1992) corrects for that, but lets too many through where
    few issues differ at all. `spread` multiplies the standard error: 2 for the parts of a mean over
    pairs (Hoeffding, 1948).
    """
    whole = float(weights.sum())
    if len(differences) < 2 or not whole:
        return PairedTest(0.0, 1.0, None)
    count = whole**2 / float(weights @ weights)  # as many issues of equal weight tell as much
    mean = float(weights @ differences) / whole
    apart = differences - mean
    variance = float(weights @ apart**2) / whole * count / max(count - 1, 1e-9)
    if variance <= 1e-18:
        return PairedTest(mean, float(mean <= 0), len(differences) if mean > 0 else None)
    lean = float(weights @ apart**3) / whole / variance**1.5
    far = mean / math.sqrt(variance)
    straight = far + lean * far**2 / 3 + lean**2 * far**3 / 27 + lean / (6 * count)
    statistics = [one * math.sqrt(count) / spread for one in (far, straight)]
    p = max(float(t.sf(one, max(count - 1, 1.0))) for one in statistics)
    least = min(statistics) if min(statistics) > 0 else statistics[0]
    return PairedTest(mean, p, _needed(len(differences), least))


def _needed(count: int, statistic: float) -> int | None:
    """Return how many differences like these make the test pass with probability POWER."""
    if statistic <= 0:
        return None
    return math.ceil(count * (float(norm.isf(LEVEL) + norm.ppf(POWER)) / statistic) ** 2)
