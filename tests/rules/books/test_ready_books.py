"""The books of a few lines: their formulas give what their sources say, their examples hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import shipped
from rules.rulebook.rulebook import Rulebook

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
READY = ("rice", "wsjf", "ice", "quadrant", "pain")


def assess(book: Rulebook, row: Any) -> Assessment:
    row = {"summary": row} if isinstance(row, str) else row
    judge = Judge(book)
    try:
        return judge.assess(issue_from_row(row), NOW)
    finally:
        judge.close()


@pytest.mark.parametrize(
    ("name", "row", "score"),
    [
        # 2,000 people × massive 3 × 80 % ÷ 4 person-months = 1,200, a hundredth of it
        ("rice", {"Reach": 2000, "Impact": 3, "RICE Confidence": 80, "Effort": 4}, 12.0),
        ("rice", {"Reach": 1000, "Effort": 1}, 5.0),
        (
            "wsjf",
            {"Business Value": 8, "Time Criticality": 5, "Risk Reduction": 3, "points": 4},
            20,
        ),
        ("ice", {"Impact": 8, "ICE Confidence": 5, "Ease": 10}, 40.0),
        ("ice", {}, 12.5),
        ("pain", {"Times a Month": 10, "People Affected": 100, "Effort": 1}, 100.0),
        ("pain", {"Times a Month": 30, "votes": 4, "Effort": 2}, 6.0),
    ],
)
def test_a_score_is_what_its_formula_says(name: str, row: dict[str, Any], score: float) -> None:
    found = assess(shipped(name), {"summary": "Add it", "description": "For all.", **row})
    assert found.score == score


@pytest.mark.parametrize("name", READY)
def test_each_book_asks_for_what_is_missing_and_speaks_both_languages(name: str) -> None:
    book = shipped(name)
    assert assess(book, "Add an importer").decision.verdict in ("needs_info", "defer")
    assert all(isinstance(r.because, dict) and set(r.because) == {"en", "zh"} for r in book.rules)


@pytest.mark.parametrize("name", READY)
def test_the_examples_of_a_ready_book_hold(name: str) -> None:
    book, seen = shipped(name), 0
    for rule in book.rules:
        for wanted, rows in ((True, rule.examples.fires), (False, rule.examples.silent)):
            for row in rows:
                fired = {firing.rule for firing in assess(book, row).firings}
                assert (rule.id in fired) is wanted, f"{rule.id}: {row}"
                seen += 1
    assert seen >= 8


def test_a_quick_win_comes_in_and_a_money_pit_does_not() -> None:
    """A quadrant needs a known value, so somebody voted for the logo."""
    wanted = {"summary": "Add invoices", "description": "Three customers wait for it."}
    logo = {"summary": "Add a logo", "description": "It looks nice.", "votes": 1}
    verdicts = {
        assess(shipped("quadrant"), {**row, "points": points}).quadrant: assess(
            shipped("quadrant"), {**row, "points": points}
        ).decision.verdict
        for row in (wanted, logo)
        for points in (2, 13)
    }
    assert verdicts == {
        "quick win": "accept",
        "big bet": "review",
        "fill-in": "defer",
        "money pit": "reject",
    }
