"""The comparison of scores, on orders that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from rules.learning.compare.ranking import compare_ranking

DICE = np.random.default_rng(3)


def ranks(count: int) -> np.ndarray:
    return DICE.integers(0, 5, count) / 4


def ones(count: int) -> np.ndarray:
    return np.ones(count)


def test_scores_that_follow_the_priorities_are_taken() -> None:
    them = ranks(100)
    before = DICE.normal(size=100)
    found = compare_ranking(them, before, before + 3 * them, ones(100))
    assert found.outcome.taken and found.after.pairs > found.before.pairs
    assert "pairs in the right order" in found.line and "100 issues" in found.line


def test_other_noise_is_no_better() -> None:
    taken = 0
    for _ in range(200):
        them = ranks(60)
        first, second = (them + DICE.normal(size=60) for _ in range(2))
        taken += compare_ranking(them, first, second, ones(60)).outcome.taken
    assert taken <= 200 * 0.05 + 2 * np.sqrt(200 * 0.05 * 0.95)


def test_the_figures_are_those_of_the_books() -> None:
    them, scores = np.array([0, 0.5, 1, 0.5, 0, 1]), np.array([10.0, 20, 30, 5, 10, 7])
    found = compare_ranking(them, scores, scores, ones(6))
    assert found.before.spearman == pytest.approx(spearmanr(them, scores).statistic)
    pairs = [
        (1 + np.sign(them[a] - them[b]) * np.sign(scores[a] - scores[b])) / 2
        for a in range(6)
        for b in range(a)
        if them[a] != them[b]
    ]
    assert found.before.pairs == pytest.approx(np.mean(pairs))
    assert kendalltau(them, scores).statistic * (found.before.pairs - 0.5) > 0


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_are_told(count: int) -> None:
    them = ranks(count)
    found = compare_ranking(them, ones(count), them, ones(count)).outcome
    assert not found.taken and "a comparison needs 20 of different priorities" in found.reason


def test_priorities_that_are_all_the_same_tell_nothing() -> None:
    found = compare_ranking(ones(40), ones(40), ranks(40), ones(40)).outcome
    assert not found.taken and "of different priorities" in found.reason


def test_a_worse_order_is_no_better() -> None:
    them = ranks(60)
    found = compare_ranking(them, them, -them, ones(60)).outcome
    assert not found.taken and "no better" in found.reason
