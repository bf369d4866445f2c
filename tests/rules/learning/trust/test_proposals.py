"""What a decision of a person says about each rule that fired."""

from __future__ import annotations

import pytest

from rules.assess.classify import MODEL
from rules.learning.trust.proposals import proposal, stances
from rules.rulebook.load import shipped
from tests.rules.learning.trust.decisions import BOOK, examples, row


@pytest.mark.parametrize(
    ("summary", "labels", "decided", "expected"),
    [
        ("Upgrade it", [], {"cls": "tech_debt"}, {"upgrade": "agreed"}),
        ("Upgrade it", [], {"cls": "business_need"}, {"upgrade": "contradicted"}),
        # A rule that votes against a class is contradicted by that class only.
        ("A plain one", [], {"cls": "business_need"}, {"no-spike": "agreed"}),
        ("A plain one", [], {"cls": "exploration"}, {"no-spike": "contradicted"}),
        ("Any", ["later"], {"gate": "defer"}, {"later": "agreed"}),
        ("Any", ["later"], {"gate": "accept"}, {"later": "contradicted"}),
        # The strictest rule wins, so each says "at least this".
        ("Any", ["later"], {"gate": "reject"}, {}),
        ("Any", ["later", "odd"], {"gate": "reject"}, {"odd": "asked"}),
        ("A wish", ["odd", "paid"], {"gate": "reject"}, {"need-first": "agreed"}),
        ("Any", ["later", "odd"], {"gate": "defer"}, {"later": "agreed", "odd": "asked"}),
        ("Any", ["odd"], {"gate": "review"}, {"odd": "agreed"}),
        ("Crash at login", [], {"priority": "High"}, {"crash": "agreed"}),
        ("Crash at login", [], {"priority": "Low"}, {"crash": "contradicted"}),
        ("Crash at login", [], {"priority": "Blocker"}, {}),
        ("Upgrade it", ["later"], {"priority": "High"}, {}),
    ],
)
def test_a_decision_agrees_with_a_rule_or_contradicts_it(
    summary: str, labels: list[str], decided: dict[str, str], expected: dict[str, str]
) -> None:
    (one,) = examples([row(1, summary, *labels, **decided)])
    assert dict(stances(BOOK, one.assessment, one.lesson)) == expected


def test_what_sluice_leaves_to_people_is_named() -> None:
    kind, gate, priority = examples(
        [row(1, "Any", "odd", cls="tech_debt", gate="accept", priority="High")]
    )
    assert proposal(kind.assessment, "kind") == "undecided"
    assert proposal(gate.assessment, "verdict") == "review"
    assert proposal(priority.assessment, "priority") == "Medium"


def test_the_text_model_speaks_for_its_likeliest_class() -> None:
    from rules.assess.judge import Judge
    from rules.learning.trust.rows import lessons_of_rows
    from rules.text_model.model import shipped as model
    from tests.rules.learning.trust.decisions import NOW

    book = shipped("default")
    rows = [row(1, "Refactor the retry loop, it is copied four times", cls="exploration")]
    ((issue, [lesson]),) = lessons_of_rows(rows, "rows", book)
    assessment = Judge(book, "en", model()).assess(issue, NOW)
    assert dict(stances(book, assessment, lesson))[MODEL] == "contradicted"
