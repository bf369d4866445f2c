"""The facts of one issue, as conditions see them: at the gate, answers in comments count too."""

from __future__ import annotations

from rules.facts.facts import Facts
from rules.facts.issue import Fact
from tests.rules.jql.random_conditions import NOW

ANSWERED: dict[str, Fact] = {
    "summary": "Export",
    "description": "Please hurry.",
    "answers": "40 customers need it. Acceptance criteria: a file",
}


def test_before_the_gate_answers_are_no_part_of_the_text() -> None:
    known = Facts(ANSWERED, NOW)
    assert known.get("text") == "Export\nPlease hurry."
    assert known.get("description.length") == 13
    assert known.get("has acceptance criteria") == "no"
    assert known.get("users") is None


def test_at_the_gate_answers_count_as_text_and_the_description_stays_as_it_is() -> None:
    before = Facts(ANSWERED, NOW)
    before.get("description.length")
    before.add({"score": 7.0})
    known = before.with_answers()
    assert str(known.get("text")).startswith("Export\nPlease hurry.\n40 customers")
    assert known.get("description.length") == 63
    assert known.get("has acceptance criteria") == "yes"
    assert (known.get("users"), known.get("score")) == (40, 7)
    assert known.get("description") == "Please hurry."


def test_without_answers_the_facts_are_the_same() -> None:
    known = Facts({"summary": "Export", "answers": None}, NOW)
    assert known.with_answers() is known


def test_a_length_that_a_row_gives_stays() -> None:
    known = Facts({**ANSWERED, "description.length": 5.0}, NOW).with_answers()
    assert known.get("description.length") == 5
