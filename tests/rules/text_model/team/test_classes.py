"""The shift of shares: a product of experts with doubt as a class that nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text_model.team.classes import FLOOR, shifted, with_floor

Shares = dict[str, float]
part = st.floats(0, 10)
move = st.floats(-30, 30)


def shares(a: float, b: float, c: float, doubt: float) -> Shares:
    whole = a + b + c + doubt
    return {k: v / whole if whole else 0.0 for k, v in zip("abc", (a, b, c), strict=True)}


@given(part, part, part, st.floats(0.2, 5))
def test_no_shift_keeps_every_share_that_has_votes(
    a: float, b: float, c: float, doubt: float
) -> None:
    before = shares(a, b, c, doubt)
    after = shifted(before, dict.fromkeys("abc", 0.0))
    for kind, share in before.items():
        assert after[kind] == pytest.approx(share, abs=1e-3) or share < FLOOR >= after[kind] - 1e-9


@given(part, part, part, part, move, move, move)
def test_shares_stay_between_zero_and_one_and_sum_up_to_one_at_most(
    a: float, b: float, c: float, doubt: float, x: float, y: float, z: float
) -> None:
    after = shifted(shares(a, b, c, doubt), {"a": x, "b": y, "c": z})
    assert all(0 <= share <= 1 for share in after.values())
    assert sum(after.values()) <= 1 + 1e-9


@given(part, part, part, part, move, st.floats(0.01, 5))
def test_a_class_that_is_moved_up_has_a_larger_share(
    a: float, b: float, c: float, doubt: float, x: float, more: float
) -> None:
    before = shares(a, b, c, doubt)
    low, high = (shifted(before, {"a": m, "b": 0.0, "c": 0.0}) for m in (x, x + more))
    assert high["a"] >= low["a"]


def test_a_class_without_a_vote_can_be_reached() -> None:
    assert shifted({"a": 0.95, "b": 0.0, "c": 0.0}, {"a": 0, "b": 6, "c": 0})["b"] > 0.6


def test_the_floor_is_taken_from_the_doubt() -> None:
    known, doubt = with_floor({"a": 0.9, "b": 0.0, "c": 0.0})
    assert known == {"a": 0.9, "b": FLOOR, "c": FLOOR}
    assert doubt == pytest.approx(0.1 - 2 * FLOOR)
