"""Conditions and books in plain words."""

from __future__ import annotations

import pytest

from rules.facts.catalog import Field
from rules.jql.compiler import vocabulary
from rules.jql.describe import in_words
from rules.jql.parser import parse
from rules.rulebook.describe import book_in_words
from rules.rulebook.load import parse_book, shipped, shipped_names

KNOWN = vocabulary((Field("customer tier", "name", "a custom field"),))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("type = Bug", "type is Bug"),
        ("type != Bug", "type is something other than Bug"),
        ("type in (A, B, C)", "type is one of A, B or C"),
        ("labels = x", "labels has x"),
        ("labels not in (x, y)", "labels has something, but none of x or y"),
        ("votes >= 5", "votes is 5 or more"),
        ("votes < 5", "votes is less than 5"),
        ("not votes < 5", "votes is 5 or more"),
        ("priority > Low", "priority is above Low"),
        ("created < -4w", "created is before 4 weeks ago"),
        ('due <= "1d 2h"', "due is at or before 1 day 2 hours from now"),
        ('created >= "2026-01-31"', "created is at or after 2026-01-31"),
        ("updated > startOfWeek(-1)", "updated is after startOfWeek(-1)"),
        ("text ~ 'crash* OR \"data loss\"'", 'title or description mentions crash* or "data loss"'),
        ("summary !~ crash", "title does not mention crash"),
        ("description is empty", "description is empty"),
        ("parent is not empty", "parent is filled in"),
        ('"Customer Tier" = Gold', "Customer Tier is Gold"),
        (
            "type = Bug and (votes > 1 or labels = x or labels = y)",
            "type is Bug and (votes is more than 1, or labels has x, or labels has y)",
        ),
        ("type = A or (type = B or type = C)", "type is A, or type is B, or type is C"),
    ],
)
def test_a_condition_reads_as_a_sentence(when: str, said: str) -> None:
    assert in_words(parse(when), KNOWN) == said


def test_of_a_long_list_the_first_names_are_said_and_the_rest_counted() -> None:
    names = ", ".join(f"n{n}" for n in range(30))
    assert in_words(parse(f"type in ({names})"), KNOWN) == (
        "type is one of n0, n1, n2, n3, n4, n5 or 24 more"
    )


BOOK = """\
book: ours
about: {en: Our rules, zh: 我们的规则}
measures:
  pain: {about: {en: Hurts, zh: 痛}, min: 0, max: 2000000, weight: -2, default: 3}
  tier: {from: [{field: type, table: {Gold: 5, Silver: 2}}, {field: votes, scale: {5: 2, 1: 1}}]}
base: 20
bands: [{from: 0, priority: Low}, {from: 60, priority: High}]
quadrant: {value: {measure: tier, from: 3}, effort: {measure: pain, from: 4}}
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 1, exploration: -2}, because: A defect.}
  - {id: hurts, when: votes > 3, points: {pain: 2, tier: -1}, because: {en: It hurts., zh: 很痛。}}
  - {id: ask, when: description is empty, gate: needs_info, ask: "Who?", because: c, shadow: true}
"""


def test_a_book_is_told_stage_by_stage() -> None:
    said = [line.strip() for line in book_in_words(parse_book(BOOK.encode(), "ours.yaml"))]
    for line in (
        "3 rules, from ours.yaml",
        "technical debt gets 1 vote and an exploration loses 2 votes.",
        "pain  0 to 2,000,000: Hurts",
        "3 at the start",
        "from type: Gold 5, Silver 2",
        "from votes: 1 or more gives 1, 5 or more gives 2",
        "Score, kept within 0 and 100: 20 - 2 × pain + 1 × tier",
        "Priority: High from 60, Low from 0",
        "If votes is more than 3,",
        "pain gets +2 and tier gets -1.",
        "Reason: It hurts.",
        "ask  (shadow rule: it does not count)",
        "it goes back to its author for more information (needs_info).",
        "Asks: Who?",
    ):
        assert line in said
    chinese = "\n".join(book_in_words(parse_book(BOOK.encode(), "ours.yaml"), "zh"))
    assert "我们的规则" in chinese and "Reason: 很痛。" in chinese


@pytest.mark.parametrize("name", shipped_names())
def test_every_rule_of_the_books_that_ship_is_told(name: str) -> None:
    book = shipped(name)
    said = "\n".join(book_in_words(book))
    assert all(f"\n   {rule.id}\n" in said for rule in book.rules)
