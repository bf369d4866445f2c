"""Signals of an issue in conditions, in assessments and in their digest."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.assess.signals import statements_of
from rules.facts.jsonl import issue_from_row
from rules.facts.statements.reader import read_statements
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.signals.model import shipped

NOW = datetime(2026, 1, 15, tzinfo=UTC)
GAPS = "\x1f" * len("Is it down?")
HOLE = "Attackers can run code on our servers."


def book(condition: str) -> Rulebook:
    """Return a rulebook with one rule that gives points."""
    rule = {"id": "asked", "when": condition, "points": {"pain": 5}, "because": "It is so."}
    found = {
        "book": "small",
        "measures": {"pain": {"weight": 4, "min": 0, "max": 10}},
        "base": 30,
        "bands": [{"from": 0, "priority": "Low"}],
        "rules": [rule],
    }
    return parse_book(json.dumps(found).encode(), "small.yaml")


def judged(condition: str, **row: object) -> Assessment:
    """Return the assessment of an issue by a book with this condition."""
    with closing(Judge(book(condition))) as judge:
        return judge.assess(issue_from_row({"summary": "Patch the library", **row}), NOW)


def fires(condition: str, **row: object) -> bool:
    """Return whether the rule fires."""
    return bool(judged(condition, **row).firings)


def test_a_condition_asks_for_what_the_text_states() -> None:
    assert fires("signal.security >= 0.7", description=HOLE)
    assert not fires("signal.security >= 0.7", description="The button is green.")


def test_a_signal_below_its_limit_is_empty() -> None:
    assert fires("signal.security is EMPTY", description="The button is green.")
    assert not fires("signal.security is EMPTY", description=HOLE)


def test_a_value_that_an_issue_gives_wins() -> None:
    given = {"signal.security": 0.1}
    assert not fires("signal.security >= 0.7", description=HOLE, **given)
    assert fires("signal.security >= 0.7", **{"signal.security": 0.9})


@pytest.mark.parametrize(
    "text",
    [
        f"{{code}}\n{HOLE}\n{{code}}",
        "If somebody stole the key, attackers could run code on our servers.",
        "Could attackers run code on our servers?",
    ],
)
def test_code_suppositions_and_questions_state_nothing(text: str) -> None:
    assert not fires("signal.security >= 0.7", description=text)


def test_a_book_that_asks_for_no_signal_reads_none() -> None:
    found = judged("votes > 3", description=HOLE)
    assert found.signals == {}
    assert found.model is None


def test_the_digest_of_an_assessment_changes_with_the_model_of_signals() -> None:
    condition = "signal.security >= 0.7"
    issue = issue_from_row({"summary": HOLE})
    changed = replace(shipped(), bias=shipped().bias + 1)
    digests = set()
    for model in (shipped(), changed):
        with closing(Judge(book(condition), signals=model)) as judge:
            digests.add(judge.assess(issue, NOW).digest())
    assert len(digests) == 2


def test_statements_have_the_marks_of_the_reader() -> None:
    assert statements_of(read_statements("Patch it", "It is down. Is it down?")) == [
        ("Patch it", "affirmed", None),
        ("It is down.", "affirmed", None),
        ("Is it down?", "question", GAPS),
    ]
