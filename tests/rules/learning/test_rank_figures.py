"""The figures of an order, with ties, beside what was counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.learning.rank_figures import mean_figures, rank_figures

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=2, max_size=60)


@pytest.mark.parametrize(
    ("scores", "priorities", "spearman", "kendall"),
    [
        ([1, 2, 3, 4], [1, 2, 4, 3], 0.8, 2 / 3),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0, -1.0),
        ([1, 1, 2, 3], [0, 1, 1, 4], 5 / 6, 0.8),  # ties on both sides, by hand
        ([5, 5, 5], [1, 2, 3], None, None),
        ([1], [1], None, None),
    ],
)
def test_correlations_are_those_of_the_book(
    scores: list[int], priorities: list[int], spearman: float | None, kendall: float | None
) -> None:
    found = rank_figures(scores, priorities)
    assert found.spearman == (None if spearman is None else pytest.approx(spearman))
    assert found.kendall == (None if kendall is None else pytest.approx(kendall))


@given(PAIRS)
def test_pairs_are_those_counted_one_by_one(pairs: list[tuple[int, int]]) -> None:
    far = [(a, b) for n, a in enumerate(pairs) for b in pairs[n + 1 :] if abs(a[1] - b[1]) >= 2]
    right = [0.5 if a[0] == b[0] else float((a[0] > b[0]) == (a[1] > b[1])) for a, b in far]
    found = rank_figures(*zip(*pairs, strict=True))
    assert found.pairs == (pytest.approx(sum(right) / len(far)) if far else None)


@given(PAIRS)
def test_the_order_alone_counts(pairs: list[tuple[int, int]]) -> None:
    scores, priorities = zip(*pairs, strict=True)
    assert rank_figures([3 * s - 7 for s in scores], priorities) == rank_figures(scores, priorities)


@given(PAIRS)
def test_the_opposite_order_has_the_opposite_figures(pairs: list[tuple[int, int]]) -> None:
    scores, priorities = zip(*pairs, strict=True)
    one, other = rank_figures(scores, priorities), rank_figures([-s for s in scores], priorities)
    if one.spearman is not None and other.spearman is not None:
        assert other.spearman == pytest.approx(-one.spearman, abs=1e-9)
    if one.pairs is not None and other.pairs is not None:
        assert one.pairs + other.pairs == pytest.approx(1)


def test_spread_is_the_share_of_the_five_commonest_scores() -> None:
    scores = [1.0] * 4 + [2.0] * 2 + [3.0, 4.0, 5.0, 6.0]
    assert rank_figures(scores, range(10)).spread == 0.9


def test_a_mean_leaves_out_what_a_source_lacks() -> None:
    whole, one_level = rank_figures([1, 2, 3], [0, 2, 4]), rank_figures([1, 2], [3, 3])
    found = mean_figures([whole, one_level])
    assert (found.issues, found.spearman, found.pairs) == (5, 1.0, 1.0)
    assert found.spread == 1.0
