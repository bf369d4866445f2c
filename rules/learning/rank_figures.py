"""Measure how well scores put issues into the order of their priorities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FAR = 2
"""Pairs of issues whose priorities are this many levels apart are compared."""

COMMONEST = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RankFigures:
    """The figures of an order; None where all issues have one priority, or no pair is far apart.

    `spearman` and `kendall` (tau-b) are rank correlations, -1 to 1. `pairs` is the share of pairs
    two levels apart in the right order; a tie counts half. `spread` is the share of issues with one
    of the five commonest scores: the less, the finer is the order.
    """

    issues: int
    spearman: float | None
    kendall: float | None
    pairs: float | None
    spread: float


def rank_figures(scores: Sequence[float], priorities: Sequence[float]) -> RankFigures:
    """Compare scores with priorities, in the same order; at least one issue."""
    x, y = np.asarray(scores, float), np.asarray(priorities, float)
    order = kendall_and_pairs(x, y)
    common = sum(count for _, count in Counter(x.tolist()).most_common(COMMONEST))
    return RankFigures(len(x), spearman(x, y), *order, round(common / len(x), 3))


def spearman(x: Floats, y: Floats) -> float | None:
    """Return the correlation of ranks; ties share a rank. None if one side is constant."""
    if len(x) < 2 or not np.ptp(x) or not np.ptp(y):
        return None
    from scipy import stats  # the extra `train`; it takes a while to import

    return float(stats.spearmanr(x, y).statistic)


def ranks(values: Floats) -> Floats:
    """Return the rank of each value, from 1; equal values share the middle of their ranks."""
    from scipy import stats  # as above

    found: Floats = stats.rankdata(values)
    return found


def kendall_and_pairs(x: Floats, y: Floats) -> tuple[float | None, float | None]:
    """Return Kendall's tau-b, and the share of pairs two levels apart in the right order."""
    far = right = 0.0
    for n in range(len(x) - 1):  # a row at a time: all pairs of 10,000 issues need gigabytes
        apart = y[n + 1 :] - y[n]
        wide = np.abs(apart) >= FAR
        far += float(wide.sum())
        right += float((np.sign(x[n + 1 :] - x[n])[wide] * np.sign(apart[wide]) + 1).sum()) / 2
    from scipy import stats  # as above

    constant = len(x) < 2 or not np.ptp(x) or not np.ptp(y)
    tau = None if constant else float(stats.kendalltau(x, y).statistic)
    return tau, right / far if far else None


def mean_figures(parts: Sequence[RankFigures]) -> RankFigures:
    """Return the mean of each figure over sources, leaving out those that lack it."""

    def mean(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known else None

    return RankFigures(
        sum(one.issues for one in parts),
        mean([one.spearman for one in parts]),
        mean([one.kendall for one in parts]),
        mean([one.pairs for one in parts]),
        mean([one.spread for one in parts]) or 0.0,
    )
