"""CONTRIBUTING, "How to add a fact": done with an invented one, how many questions a text asks."""

from __future__ import annotations

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

pytestmark = pytest.mark.slow

BOOK = """\
book: ours
rules:
  - {id: debt, when: type = Task, class: {tech_debt: 3}, because: A task.}
  - {id: asks, when: questions >= 2, gate: needs_info, because: It asks., ask: 'What is known?'}
"""
ODD = """\
  - {id: odd, when: questions < 0, gate: reject, because: It can't be., ask: 'Look again.'}
"""


def add_fact(copy: CopyOfSluice) -> None:
    """Add the fact as the how-to says."""
    field = 'Field("questions", "number", "how many questions the description asks", least=0),'
    copy.insert("rules/facts/catalog.py", 'Field("has acceptance criteria"', f"        {field}")
    rule = 'lambda values, now: float(str(values.get("description") or "").count("?"))'
    copy.insert("rules/facts/derived.py", '"age": _days', f'    "questions": {rule},')


def test_a_fact_takes_two_files_and_conditions_ask_for_it(copy: CopyOfSluice) -> None:
    add_fact(copy)
    assert len(copy.touched) <= 2
    assert "| `questions` | number | how many questions the description asks |" in copy.sluice(
        "rules", "fields"
    )
    book = copy.write_book(BOOK)
    assert "2 rules" in copy.sluice("rules", "check", str(book))
    # Its minimum stands with it: a book may not ask for fewer than none.
    book = copy.write_book(f"{BOOK}{ODD}")
    said = copy.sluice("rules", "check", str(book), status=1)
    assert "never true" in said and '"questions" is at least 0' in said
    book = copy.write_book(BOOK)
    asked = {"summary": "Search", "description": "Which index? Which language?"}
    found = copy.triage(book=str(book), languages=["en"], issue=asked)["en"]
    assert found["gate"] == "Needs info" and "* What is known?" in found["comment"]


def test_a_book_that_has_a_field_of_that_name_keeps_its_own(copy: CopyOfSluice) -> None:
    add_fact(copy)
    own = BOOK.replace("rules:", "fields: {Questions: name}\nrules:", 1).replace(
        "questions >= 2", "questions = open"
    )
    book = copy.write_book(own)
    assert "2 rules" in copy.sluice("rules", "check", str(book))
    linted = copy.sluice("rules", "lint", str(book), "--warn-only")
    assert '"Questions" is also a built-in field' in linted
