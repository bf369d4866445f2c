"""What people decided is read from rows, and is kept from the judge."""

from __future__ import annotations

import pytest

from rules.facts.jsonl import RowError
from rules.learning.trust.rows import lessons_of_rows
from tests.rules.learning.trust.decisions import BOOK, NOW


def test_a_row_gives_a_lesson_for_each_value_and_the_issue_has_none_of_them() -> None:
    rows = [
        {
            "summary": "Upgrade it",
            "cls": "exploration",
            "gate": "Needs info",
            "priority": "High",
            "updated": NOW.isoformat(),
        }
    ]
    ((issue, lessons),) = lessons_of_rows(rows, "file", BOOK)
    assert {one.field: one.value for one in lessons} == {
        "kind": "exploration",
        "verdict": "needs_info",
        "priority": "High",
    }
    assert all(one.at == NOW and one.by == "correction" for one in lessons)
    assert not {"priority", "gate", "cls"} & {name for name, v in issue.fields.items() if v}


def test_a_row_that_nobody_decided_is_an_issue_without_lessons() -> None:
    ((issue, lessons),) = lessons_of_rows([{"summary": "a", "gate": ""}], "file", BOOK)
    assert issue.summary == "a" and lessons == []


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("cls", "bug", 'file: row 1: "cls" has to be one of tech_debt, business_need'),
        ("cls", "undecided", '"cls" has to be one of'),
        ("gate", ["x"], 'file: row 1: "gate" has to be one of accept, defer'),
    ],
)
def test_a_value_that_is_none_of_ours_is_told(column: str, value: object, said: str) -> None:
    with pytest.raises(RowError, match=said):
        list(lessons_of_rows([{"summary": "a", column: value}], "file", BOOK))
