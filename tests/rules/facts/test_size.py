"""How much an issue grew since it was accepted, and what that is measured from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.issue import Scope
from rules.facts.size import base, growth, scope_of

SMALL, LARGE = Scope(2.0, 100.0), Scope(5.0, 300.0)


@pytest.mark.parametrize(
    ("before", "now", "percent"),
    [
        (None, LARGE, 0),
        (SMALL, LARGE, 150),
        (LARGE, SMALL, 0),
        (Scope(None, 100.0), Scope(None, 150.0), 50),
        (Scope(2.0, 100.0), Scope(None, 150.0), 50),
        (Scope(None, 100.0), Scope(8.0, 150.0), 50),
        (Scope(0.0, 100.0), Scope(8.0, 100.0), 0),
        (Scope(3.0, 100.0), Scope(3.0, 900.0), 0),
        (Scope(None, 0.0), Scope(None, 900.0), 0),
        (Scope(-1.0, 10.0), Scope(3.0, 10.0), 0),
    ],
)
def test_growth_goes_by_points_and_else_by_the_description(
    before: Scope | None, now: Scope, percent: float
) -> None:
    assert growth(before, now) == percent


def test_the_first_acceptance_is_what_growth_is_measured_from() -> None:
    assert base(None, SMALL, accepted=False, by_hand=False) is None
    assert base(None, SMALL, accepted=True, by_hand=False) == SMALL


@pytest.mark.parametrize("accepted", [True, False])
def test_it_stays_while_rules_send_back_and_accept_again(accepted: bool) -> None:
    assert base(SMALL, LARGE, accepted, by_hand=False) == SMALL


def test_a_person_who_accepts_does_so_at_the_size_of_that_day() -> None:
    first = base(SMALL, LARGE, accepted=True, by_hand=True)
    assert first == Scope(5.0, 300.0, by_hand=True)
    assert base(first, Scope(9.0, 900.0), accepted=True, by_hand=True) == first
    cleared = base(first, LARGE, accepted=True, by_hand=False)
    again = base(cleared, Scope(9.0, 900.0), accepted=True, by_hand=True)
    assert again == Scope(9.0, 900.0, by_hand=True)


def _by_hand(scope: Scope) -> Scope:
    return replace(scope, by_hand=True)


scopes = st.builds(Scope, st.none() | st.floats(-9, 99), st.integers(0, 999).map(float))


@given(st.none() | scopes | scopes.map(_by_hand), scopes, st.booleans(), st.booleans())
def test_measuring_again_changes_nothing(
    before: Scope | None, now: Scope, accepted: bool, by_hand: bool
) -> None:
    first = base(before, now, accepted, by_hand)
    assert base(first, now, accepted, by_hand) == first
    assert growth(base(before, now, False, by_hand), now) == growth(first, now)
    assert growth(first, now) >= 0


def test_the_size_of_an_issue_is_its_points_and_its_description() -> None:
    assert scope_of({"points": 3.0, "description": " four "}) == Scope(3.0, 4.0)
    assert scope_of({"points": None, "description": None}) == Scope(None, 0.0)
