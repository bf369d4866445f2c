"""Compare the scores of challenger and model in use with the priorities that people set."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from rules.learning.compare.decisions import Floats
from rules.learning.compare.outcome import Outcome, RankComparison, RankFigures
from rules.learning.compare.paired_test import paired_test
from rules.vocabulary.plural import many

FEWEST = 20
"""The fewest issues for a comparison: an issue says little of an order."""


def compare_ranking(
    ranks: Floats, before: Floats, after: Floats, weights: Floats
) -> RankComparison:
    """Compare scores of the same issues, which neither model learned from.

    `ranks` are the priorities that people set, higher is more urgent. The challenger is taken if
    it puts more pairs of different priority in the right order, at LEVEL, and its Spearman is not
    lower. The test compares the parts of each issue in the pairs, as that of DeLong, DeLong and
    Clarke-Pearson (Biometrics, 1988) does for two priorities.
    """
    figures = tuple(
        RankFigures(_spearman(ranks, scores, weights), _pairs(ranks, scores, weights))
        for scores in (before, after)
    )
    pairs = _comparable(ranks, weights).sum(axis=1)
    used = pairs > 0
    gains = _parts(ranks, after, weights) - _parts(ranks, before, weights)
    found = paired_test(gains[used], (weights * pairs)[used], spread=2.0)
    old, new = figures
    right = f"pairs in the right order {old.pairs:.0%} → {new.pairs:.0%} of {len(ranks)} issues"
    if used.sum() < FEWEST:
        reason = (
            f"people set the priority of {many(len(ranks), 'issue')} that neither model learned "
            f"from: a comparison needs {FEWEST} of different priorities"
        )
        outcome = Outcome(False, reason, found.p, found.needed)
    elif found.mean <= 0 or new.spearman < old.spearman:
        outcome = Outcome(False, f"{right}: no better", found.p)
    elif not found.passed:
        needs = f"a gain of this size needs about {found.needed:,} issues to be told from chance"
        outcome = Outcome(False, f"{right}: {needs}", found.p, found.needed)
    else:
        outcome = Outcome(True, f"{right} ({found.chance})", found.p, found.needed)
    return RankComparison(outcome, len(ranks), old, new)


def _comparable(ranks: Floats, weights: Floats) -> Floats:
    return np.asarray((ranks[:, None] != ranks[None, :]) * weights[None, :])


def _parts(ranks: Floats, scores: Floats, weights: Floats) -> Floats:
    """Return for each issue the share of its pairs in the right order; 0 without pairs."""
    among = _comparable(ranks, weights)
    same = np.sign(ranks[:, None] - ranks[None, :]) * np.sign(scores[:, None] - scores[None, :])
    whole = among.sum(axis=1)
    right = (among * (1 + same) / 2).sum(axis=1)
    return np.asarray(np.divide(right, whole, out=np.zeros_like(right), where=whole > 0))


def _pairs(ranks: Floats, scores: Floats, weights: Floats) -> float:
    whole = weights * _comparable(ranks, weights).sum(axis=1)
    return float(whole @ _parts(ranks, scores, weights) / whole.sum()) if whole.any() else 0.0


def _spearman(ranks: Floats, scores: Floats, weights: Floats) -> float:
    """Return the rank correlation, each issue with its weight; 0 if one order has only ties."""
    if len(ranks) < 2:
        return 0.0
    x, y = (rankdata(one) for one in (ranks, scores))
    moments = np.cov(x, y, aweights=weights)
    spread = float(np.sqrt(moments[0, 0] * moments[1, 1]))
    return float(moments[0, 1]) / spread if spread else 0.0
