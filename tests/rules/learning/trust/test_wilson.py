"""The interval of a share: within 0 and 1, around the share, and narrower with more cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.learning.trust.wilson import interval


@pytest.mark.parametrize(
    ("cases", "of", "low", "high"),
    [(0, 10, 0.0, 0.278), (1, 12, 0.015, 0.354), (81, 263, 0.255, 0.366), (10, 10, 0.722, 1.0)],
)
def test_it_is_wilsons(cases: int, of: int, low: float, high: float) -> None:
    found = interval(cases, of)
    assert found == pytest.approx((low, high), abs=0.001)


def test_without_cases_every_share_is_possible() -> None:
    assert interval(0, 0) == (0.0, 1.0)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_it_holds_the_share_and_narrows(counts: tuple[int, int]) -> None:
    cases, of = counts
    low, high = interval(cases, of)
    assert 0 <= low <= cases / of <= high <= 1
    more_low, more_high = interval(10 * cases, 10 * of)
    assert more_high - more_low < high - low
