"""Give a share of counted cases its interval."""

from __future__ import annotations

from math import sqrt

Z = 1.96
"""The normal deviate of an interval of 95 %."""

FEW = 8
"""Fewer cases than this are few: their interval is wider than 50 points where half agreed."""


def interval(cases: int, of: int) -> tuple[float, float]:
    """Return the interval of a share, 0 to 1; all of it without cases.

    The score interval of E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22 (1927), 209-212. It stays within
    0 and 1, and it is usable for few cases.
    """
    if not of:
        return 0.0, 1.0
    share, spread = cases / of, Z * Z / of
    middle = share + spread / 2
    reach = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = ((middle + sign * reach) / (1 + spread) for sign in (-1, 1))
    return max(min(low, share), 0.0), min(max(high, share), 1.0)  # against rounding
