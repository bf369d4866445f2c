"""Why a rule did not fire: the clauses that failed, and what they saw."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from rules.assess.explain import show, why_not
from rules.assess.judge import Judge
from rules.facts.issue import Issue, Managed
from rules.rulebook.load import parse_book
from tests.rules.jql.random_conditions import NOW


def silent(when: str, kept: Managed = Managed(), gate: str = "gate: reject",  # noqa: B008
           **values: Any) -> list[tuple[str, str]]:  # fmt: skip
    text = f"""\
book: b
measures: {{pain: {{}}}}
rules:
  - {{id: votes, when: votes > 0, because: b, points: {{pain: 7}}}}
  - {{id: asked, when: '{when}', because: b, {gate}}}
"""
    book = parse_book(text.encode(), "b.yaml")
    with closing(Judge(book)) as judge:
        found = judge.assess(Issue("1", "A-1", "A", {"votes": 3, **values}, kept=kept), NOW)
    silences = [s for s in why_not(book, found, NOW) if s.rule == "asked"]
    return list(silences[0].failed) if silences else []


FAILS: list[tuple[str, list[tuple[str, str]]]] = [
    ("votes > 5", [("votes > 5", "3")]),
    ("votes > 1 and type = Bug", [("type = Bug", "Story")]),
    ("votes > 5 or type = Bug", [("votes > 5", "3"), ("type = Bug", "Story")]),
    ("(votes > 1 or type = Bug) and labels = x", [("labels = x", "a, b")]),
    ("votes > 5 and labels = x", [("votes > 5", "3"), ("labels = x", "a, b")]),
    ("not votes > 1", [("votes <= 1", "3")]),
    ("not (type = Story or votes > 9)", [("type != Story", "Story")]),
    ("not (points > 9)", [("points <= 9", "empty")]),
    (
        "not (votes > 1 and points is empty)",
        [("votes <= 1", "3"), ("points is not empty", "empty")],
    ),
    ("points is not empty", [("points is not empty", "empty")]),
    ("issuetype = Bug", [("issuetype = Bug", "Story")]),
    ("text ~ crash", [("text ~ crash", "All is well")]),
    ("created < -30d", [("created < -30d", "2026-11-23 12:00")]),
    ("pain > 9", [("pain > 9", "7")]),
    ("class = tech_debt", [("class = tech_debt", "undecided")]),
    ("score > 50", [("score > 50", "7")]),
    ("confidence > 0.5", [("confidence > 0.5", "0")]),
    ("votes = 3", []),
]


@pytest.mark.parametrize(("when", "failed"), FAILS, ids=[when for when, _ in FAILS])
def test_the_clauses_that_failed_are_shown_with_what_they_saw(
    when: str, failed: list[tuple[str, str]]
) -> None:
    issue = {"type": "Story", "labels": ("a", "b"), "summary": "All is well", "created": NOW}
    assert silent(when, **issue) == failed


def test_what_a_person_keeps_is_what_was_seen() -> None:
    assert silent("score > 50", Managed(score=5.0)) == [("score > 50", "5")]
    assert silent("class = tech_debt", Managed(kind="Chore")) == [("class = tech_debt", "Chore")]


def test_rules_that_fired_are_left_out() -> None:
    assert silent("votes = 3") == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "empty"),
        ("", "empty"),
        ((), "empty"),
        (3.0, "3"),
        (0.25, "0.25"),
        (1234567.0, "1234567"),
        (("a", "b"), "a, b"),
        (NOW, "2026-11-23 12:00"),
        ("a\n  b", "a b"),
        ("x" * 61, "x" * 59 + "…"),
        ((1, None), "1,"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_a_value_is_shown_in_a_line(value: Any, shown: str) -> None:
    assert show(value) == shown


def test_the_text_of_a_comment_is_not_shown_since_it_can_be_restricted() -> None:
    assert silent("answers ~ crash", answers="All is well") == [
        ("answers ~ crash", "11 characters")
    ]
    assert silent("answers ~ crash") == [("answers ~ crash", "empty")]
    assert silent("text ~ crash", summary="a", answers="a crash") == []
