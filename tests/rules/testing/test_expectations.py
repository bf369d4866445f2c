"""A decision is as expected, or it is not: the meaning of each word, and what follows from it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import parse_book
from rules.testing.expectations import (
    ALONE,
    COMPARED,
    Decided,
    Expect,
    Expectation,
    grouped,
    holds,
    judge_expectations,
    tally,
)
from rules.testing.run_examples import issue_of
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import VERDICTS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BOOK = b"""\
book: mine
measures: {pain: {weight: 4}}
bands: [{from: 20, priority: High}, {from: 0, priority: Low}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: It is broken.}
  - {id: hurts, when: summary ~ crash, points: {pain: 6}, because: It crashes.}
"""
ONE = Decided("Orders", "tech_debt", False, 50, "accept", "High", "*Accepted*: a quick win.")

DECISIONS = st.builds(
    Decided,
    summary=st.just("Orders"),
    kind=st.sampled_from(KINDS),
    undecided=st.booleans(),
    score=st.integers(0, 200).map(lambda half: half / 2),
    gate=st.sampled_from(VERDICTS),
    priority=st.sampled_from(["Highest", "High", "Medium", "Low", "Lowest", None]),
    comment=st.sampled_from(["", "a quick win"]),
)


def expected(word: str, found: Decided, against: Decided | None = None) -> bool:
    name, _, value = word.partition(":")
    return holds(Expect(name, value), found, against)


@pytest.mark.parametrize(
    ("word", "score", "right"),
    [
        ("higher", 52, False),
        ("higher", 52.5, True),
        ("lower", 48, False),
        ("lower", 47.5, True),
        ("not_higher", 50, True),
        ("not_higher", 50.5, False),
        ("same", 53, True),
        ("same", 53.5, False),
        ("twin", 42, True),
        ("twin", 41.5, False),
        ("alike", 0, True),
    ],
)
def test_a_score_is_compared_with_the_other_score(word: str, score: float, right: bool) -> None:
    assert expected(word, replace(ONE, score=score), ONE) is right


@pytest.mark.parametrize(
    ("word", "other", "right"),
    [
        ("same", replace(ONE, kind="exploration"), False),
        ("same", replace(ONE, gate="review"), False),
        ("same", replace(ONE, priority="Low"), False),
        ("alike", replace(ONE, priority="Low"), False),
        ("twin", replace(ONE, priority="Low"), True),
        ("twin", replace(ONE, gate="review"), False),
        ("same", replace(ONE, undecided=True), True),
    ],
)
def test_the_same_decision_has_the_same_class_gate_and_priority(
    word: str, other: Decided, right: bool
) -> None:
    assert expected(word, ONE, other) is right


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("urgent", True),
        ("class:exploration|tech_debt", True),
        ("class:exploration", False),
        ("gate:accept", True),
        ("gate:review|needs_info", False),
        ("priority:High|Highest", True),
        ("priority:Low", False),
        ("silent:big bet", True),
        ("silent:quick win", False),
    ],
)
def test_a_decision_alone_is_as_expected_or_not(word: str, right: bool) -> None:
    assert expected(word, ONE) is right


def test_what_is_put_off_is_not_urgent() -> None:
    assert expected("urgent", replace(ONE, gate="review"))
    assert not expected("urgent", replace(ONE, gate="needs_info"))
    assert not expected("urgent", replace(ONE, priority="Medium"))


def test_no_priority_is_expected_as_none() -> None:
    assert expected("priority:none", replace(ONE, priority=None))


@given(one=DECISIONS, other=DECISIONS)
@pytest.mark.parametrize("word", ["same", "twin", "alike"])
def test_what_is_the_same_is_so_from_both_sides(word: str, one: Decided, other: Decided) -> None:
    assert expected(word, one, other) == expected(word, other, one)


@given(one=DECISIONS)
@pytest.mark.parametrize("word", ["same", "twin", "alike", "not_higher"])
def test_each_decision_is_the_same_as_itself(word: str, one: Decided) -> None:
    assert expected(word, one, one)


@given(one=DECISIONS, other=DECISIONS)
def test_one_is_higher_where_the_other_is_lower_and_never_both(
    one: Decided, other: Decided
) -> None:
    assert expected("higher", one, other) == expected("lower", other, one)
    assert not (expected("higher", one, other) and expected("not_higher", one, other))


@given(one=DECISIONS, other=DECISIONS)
def test_the_same_decision_is_a_twin_and_alike(one: Decided, other: Decided) -> None:
    if expected("same", one, other):
        assert expected("twin", one, other) and expected("alike", one, other)


@pytest.mark.parametrize("word", COMPARED)
def test_a_comparison_with_nothing_does_not_hold(word: str) -> None:
    assert not holds(Expect(word), ONE, None)


def test_each_word_either_compares_or_stands_alone() -> None:
    assert not set(COMPARED) & set(ALONE)


def expectation(word: str, summary: str, against: str | None, group: str = "pain") -> Expectation:
    rows = [{"summary": text, "type": "Bug"} if text else None for text in (summary, against)]
    issue, other = (issue_from_row(row) if row else None for row in rows)
    assert issue
    name, _, value = word.partition(":")
    return Expectation("f", "f:1", group, "en", (Expect(name, value),), issue, other)


def test_issues_are_judged_and_counted_by_group() -> None:
    wanted = [
        expectation("higher", "A crash", "A wish"),
        expectation("higher", "A wish", "A crash"),
        expectation("class:tech_debt", "A wish", None, "class"),
        expectation("silent:crash", "A crash", None, "words"),
    ]
    with closing(Judge(parse_book(BOOK, "mine.yaml"))) as judge:
        outcomes = list(judge_expectations(wanted, judge, NOW, lambda found: found.issue.summary))
    assert [[str(one) for one in outcome.broken] for outcome in outcomes] == [
        [],
        ["higher"],
        [],
        ["silent:crash"],
    ]
    parts = grouped(outcomes, lambda one: one.group)
    assert [(name, tally(part).held, tally(part).of) for name, part in parts.items()] == [
        ("pain", 1, 2),
        ("class", 1, 1),
        ("words", 0, 1),
    ]
    assert (tally(outcomes).share, tally([]).share) == (0.5, 1.0)


def test_an_undecided_issue_counts_by_its_likeliest_class() -> None:
    weak = BOOK.replace(b"tech_debt: 3", b"tech_debt: 0.1")
    with closing(Judge(parse_book(weak, "mine.yaml"))) as judge:
        (outcome,) = judge_expectations(
            [expectation("class:tech_debt", "A wish", None)], judge, NOW, lambda _: ""
        )
    assert outcome.found.undecided and not outcome.broken


def test_a_class_that_a_person_set_counts_before_the_votes() -> None:
    given = {"summary": "A crash", "type": "Bug", "class": "exploration"}
    book = parse_book(BOOK, "mine.yaml")
    issue, problems = issue_of(given, book)
    wanted = Expectation("f", "f:1", "class", None, (Expect("class", "exploration"),), issue)
    with closing(Judge(book)) as judge:
        (outcome,) = judge_expectations([wanted], judge, NOW, lambda _: "")
    assert not problems and not outcome.broken
