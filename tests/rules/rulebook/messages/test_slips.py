"""Slips of typing in rule files are named, at their own line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.rulebook.load import parse_book
from rules.rulebook.messages.slips import slip
from rules.rulebook.rulebook import RulebookError

BOOK = """book: one
measures: {value: {weight: 1}}
rules:
  - id: it
    when: votes > 1
    points: {value: 1}
    because: It holds.
"""
SLIPS = [
    ("when: votes", "when： votes", 5, 'the colon after "when" is full-width'),
    ("rules:", "rules：", 3, 'the colon after "rules" is full-width'),
    ("    when", "\u00a0\u00a0\u00a0\u00a0when", 5, "a special space (U+00A0)"),
    ("when: votes", "when votes", 5, 'a colon is missing after "when"'),
    ("book: one", "book one", 1, 'a colon is missing after "book"'),
    ("because: It", "because It", 7, 'a colon is missing after "because"'),
    ("{value: 1}", "{value: 3,5}", 6, "3,5 has a comma: write 3.5"),
    ("{value: 1}", "{value： 1}", 6, 'the colon after "value" is full-width'),
    ("{value: 1}", "{\u3000value: 1}", 6, "a special space (U+3000)"),
]


@pytest.mark.parametrize(("right", "typed", "line", "says"), SLIPS)
def test_a_slip_is_named_at_its_line(right: str, typed: str, line: int, says: str) -> None:
    with pytest.raises(RulebookError) as caught:
        parse_book(BOOK.replace(right, typed, 1).encode(), "one.yaml")
    first = caught.value.problems[0]
    assert first.line == line and says in first.message


@given(st.lists(st.text(max_size=40), max_size=6), st.integers(0, 8))
def test_no_text_makes_the_look_for_slips_fail(lines: list[str], line: int) -> None:
    slip(lines, line)


def test_a_change_of_a_rule_that_does_not_exist_names_the_nearest() -> None:
    text = "book: mine\ninclude: default\nrules:\n  - {id: pain-outag, points: {pain: 9}}\n"
    with pytest.raises(RulebookError) as caught:
        parse_book(text.encode(), "mine.yaml")
    (one,) = caught.value.problems
    assert 'no included rulebook has the rule "pain-outag": did you mean "pain-outage"' in str(one)


def test_a_long_formula_is_refused_in_a_line() -> None:
    formula = "score: " + "+".join(["value"] * 390)
    with pytest.raises(RulebookError) as caught:
        parse_book(BOOK.replace("rules:", f"{formula}\nrules:").encode(), "one.yaml")
    assert any("more than 200 terms" in str(one) for one in caught.value.problems)
