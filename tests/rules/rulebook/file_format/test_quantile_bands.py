"""Bands by quantiles: where the edges lie, and that they keep still."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.rulebook.file_format.quantile_bands import (
    FEWEST,
    SHARES,
    STILL,
    edges_of,
    settled,
    spelled_out,
)
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError

FIVE = tuple(SHARES.values())
SCORES = st.lists(st.integers(0, 1000).map(lambda n: n / 10), min_size=FEWEST, max_size=300)
RULES = "measures: {pain: {}}\nrules: [{id: a, when: text ~ b, points: {pain: 1}, because: c}]\n"


def book(bands: str) -> Rulebook:
    return parse_book(f"book: q\nbands: {bands}\n{RULES}".encode(), "q.yaml")


def test_a_hundred_different_scores_are_parted_by_the_shares() -> None:
    found = book("quantiles").with_edges(edges_of([float(n) for n in range(100)], FIVE))
    given_to = [found.priority(float(n)) for n in range(100)]
    assert {name: given_to.count(name) for name in SHARES} == SHARES


def test_equal_scores_stay_together_on_the_side_that_is_nearer() -> None:
    scores = [50.0] * 90 + [60.0] * 10
    assert edges_of(scores, (20, 80)) == (60.0, 0.0)
    assert edges_of(scores, (80, 20)) == (50.0, 0.0)


@given(SCORES)
def test_edges_fall_and_every_score_has_a_priority(scores: list[float]) -> None:
    edges = edges_of(scores, FIVE)
    assert list(edges) == sorted(edges, reverse=True) and edges[-1] == 0
    found = book("quantiles").with_edges(edges)
    assert all(found.priority(score) in SHARES for score in scores)


@given(SCORES)
def test_a_higher_score_never_has_a_lower_priority(scores: list[float]) -> None:
    found, names = book("quantiles").with_edges(edges_of(scores, FIVE)), [*SHARES]
    places = [names.index(str(found.priority(score))) for score in sorted(scores)]
    assert places == sorted(places, reverse=True)


def test_with_few_issues_the_scores_set_the_bands() -> None:
    few = book("quantiles").with_edges(edges_of([1.0] * (FEWEST - 1), FIVE))
    assert (
        few == book("quantiles") and few.priority(85) == "Highest" and few.priority(5) == "Lowest"
    )


@given(SCORES, st.floats(-0.99, 0.99))
def test_an_edge_keeps_still_for_less_than_a_point(scores: list[float], shift: float) -> None:
    before = edges_of(scores, FIVE)
    assert settled(before, [edge + shift for edge in before]) == before
    assert settled(before, [edge + 2 * STILL for edge in before]) != before


def test_edges_of_another_number_of_bands_are_left_aside() -> None:
    three = book("{quantiles: {High: 20, Medium: 50, Low: 30}}")
    assert three.with_edges((80.0, 60.0, 40.0, 20.0, 0.0)) == three
    assert three.with_edges((40.0, 30.0, 0.0)).priority(45) == "High"
    plain = book("[{from: 50, priority: High}, {from: 0, priority: Low}]")
    assert plain.shares == () and plain.with_edges((10.0, 0.0)) == plain


def test_shares_may_stand_beside_the_scores_that_count_until_issues_are_known() -> None:
    own = book("[{from: 70, priority: High, share: 10}, {from: 0, priority: Low, share: 90}]")
    assert own.shares == (10, 90) and own.priority(69) == "Low"


def test_the_edges_do_not_change_the_digest_of_the_rulebook() -> None:
    """Else every issue would count as rewritten by a new rulebook."""
    own = book("quantiles")
    assert own.with_edges((9.0, 8.0, 7.0, 6.0, 0.0)).digest == own.digest


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ("quantile", '"bands" has to be a list'),
        ("{quantiles: {High: 20, Low: 20}}", "the shares are 40 percent together: make them 100"),
        ("{quantiles: {High: 0, Low: 100}}", '"bands": has to be greater than 0'),
        ("[{from: 5, priority: a, share: 9}, {from: 0, priority: b}]", "only some bands have a"),
    ],
)
def test_wrong_shares_are_told_in_a_line(bands: str, said: str) -> None:
    with pytest.raises(RulebookError, match=said):
        book(bands)


def test_other_bands_are_left_as_they_are() -> None:
    for bands in (None, 5, [], {}, {"quantiles": {}}, {"quantiles": 3}, {"other": {}}):
        assert spelled_out(bands) == bands
