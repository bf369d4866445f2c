"""A score is a sum whose terms are all named; what nobody said anything about is unknown."""

from __future__ import annotations

import math
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Fact, Issue
from rules.rulebook.load import parse_book, shipped
from rules.rulebook.rulebook import Rulebook
from tests.rules.jql.random_conditions import NOW

BOOK = """\
book: b
measures:
  pain:
    name: {en: Pain, zh: 痛点}
    weight: 4
    min: -3
    max: 10
    uncertainty: 3
    from: [{field: votes, scale: {5: 2, 20: 6}, because: "{value} votes."}]
  effort: {weight: -2, max: 10, uncertainty: 4, from: [{field: points, times: 0.5}]}
  gain: {default: 1, weight: 3}
base: 40
quadrant: {value: {measure: [pain, gain], from: 3}, effort: {measure: effort, from: 3}}
bands: [{from: 0, priority: Low}]
rules:
  - {id: hurts, when: labels = hurts, because: It hurts., points: {pain: 6}}
  - {id: hurts-more, when: labels = worse, because: It hurts more., points: {pain: 6}}
  - {id: sweet, when: labels = sweet, because: It is sweet., points: {pain: -9}}
  - {id: unknown-effort, when: effort is empty, because: Nobody knows., gate: review}
  - {id: small, when: effort < 3, because: Small., gate: defer}
"""


def judged(book: Rulebook | None = None, **values: Fact) -> Assessment:
    with closing(Judge(book or parse_book(BOOK.encode(), "b.yaml"))) as judge:
        return judge.assess(Issue("1", "A-1", "A", values), NOW)


def rules_of(found: Assessment) -> set[str]:
    return {firing.rule for firing in found.firings}


@given(
    labels=st.sets(st.sampled_from(["hurts", "worse", "sweet"])),
    votes=st.none() | st.integers(-5, 500),
    points=st.none() | st.integers(-20, 200),
)
def test_the_terms_of_a_score_add_up_to_it(
    labels: set[str], votes: int | None, points: int | None
) -> None:
    found = judged(labels=tuple(labels), votes=votes, points=points).scored
    assert math.isclose(sum(term.points for term in found.terms), found.value, abs_tol=1e-6)
    assert 0 <= found.value <= 100


def test_each_issue_of_the_shipped_rulebook_has_a_score_that_its_terms_make() -> None:
    found = judged(
        shipped("default"),
        summary="Checkout crashes for all customers",
        description="It costs us 40 hours a month and $20,000 a year.",
        votes=40.0,
        type="Bug",
    ).scored
    assert found.value == round(sum(term.points for term in found.terms), 1)
    assert all(term.because for term in found.terms if term.measure), "each term has its reason"


def test_what_a_measure_gets_above_its_limit_shrinks_every_gain_alike() -> None:
    found = judged(labels=("hurts", "worse", "sweet"), votes=30).scored
    assert found.levels["pain"].value == 9
    full = judged(labels=("hurts", "worse"), votes=30).scored
    gains = {term.source: term.points for term in full.terms if term.measure == "pain"}
    assert full.levels["pain"].value == 10
    assert gains["hurts"] == gains["hurts-more"] and abs(sum(gains.values()) - 40) <= 0.2


@given(st.lists(st.integers(0, 400), min_size=2, max_size=2))
def test_a_score_never_falls_when_a_measure_that_counts_for_it_rises(votes: list[int]) -> None:
    less, more = (judged(votes=count).scored.value for count in sorted(votes))
    assert less <= more


def test_a_measure_that_nobody_said_anything_about_is_unknown_and_empty() -> None:
    found = judged(votes=2)
    assert not found.scored.levels["pain"].known, "two votes are below the first step"
    assert not found.scored.levels["effort"].known
    assert rules_of(found) == {"unknown-effort"}
    assert found.measures["effort"] == 0


def test_a_measure_with_a_default_is_never_empty() -> None:
    book = BOOK.replace("when: effort is empty", "when: gain is empty")
    assert rules_of(judged(parse_book(book.encode(), "b.yaml"), points=20)) == set()


def test_each_thing_that_is_known_narrows_the_uncertainty() -> None:
    nothing, some, more = (
        judged(labels=labels).scored for labels in ((), ("hurts",), ("hurts", "sweet"))
    )
    assert nothing.levels["pain"].uncertainty == 3
    assert nothing.uncertainty == round(math.hypot(4 * 3, 2 * 4), 1)
    assert nothing.uncertainty > some.uncertainty > more.uncertainty > 0


def test_an_issue_without_effort_or_value_that_somebody_gave_has_no_quadrant() -> None:
    assert judged(votes=50).quadrant is None
    assert judged(points=2).quadrant is None
    assert judged(points=2, votes=50).quadrant == "quick win"
    assert judged(points=20, votes=50).quadrant == "big bet"


def test_a_field_that_feeds_a_measure_says_so_in_the_words_of_the_rulebook() -> None:
    terms = {term.source: term for term in judged(votes=7.0, points=3.0).scored.terms}
    assert terms["votes"].because == "7 votes."
    assert terms["points"].because == "points: 3"
    assert terms["base"].points == 40


def test_a_score_by_a_formula_has_no_terms() -> None:
    found = judged(shipped("rice"), summary="Add an importer").scored
    assert found.terms == ()
