"""Rows become expectations; a malformed row is named by its line, with what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rules.facts.jsonl import RowError
from rules.rulebook.load import shipped
from rules.testing.expectation_file import read_expectations
from rules.testing.expectations import Expectation

Row = Mapping[str, Any]
ISSUE = {"summary": "Import orders"}
RELATION: Row = {"kind": "deadline", "expect": "higher", "issue": ISSUE, "against": ISSUE}
ALONE: Row = {"kind": "outage", "expect": "urgent", "issue": ISSUE}
SCENARIO: Row = {**ISSUE, "cls": "tech_debt|exploration", "gates": "accept review", "band": "HM"}


def read(tmp_path: Path, *rows: Row | str) -> list[Expectation | RowError]:
    file = tmp_path / "rows.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return list(read_expectations(file, shipped("default")))


def expectations(tmp_path: Path, *rows: Row) -> list[Expectation]:
    found = read(tmp_path, *rows)
    assert not [row for row in found if isinstance(row, RowError)], found
    return [row for row in found if isinstance(row, Expectation)]


def complaint(tmp_path: Path, *rows: Row | str) -> str:
    (found,) = (row for row in read(tmp_path, *rows) if isinstance(row, RowError))
    return str(found).removeprefix(str(tmp_path / "rows.jsonl"))


def test_a_relation_holds_two_issues_against_each_other(tmp_path: Path) -> None:
    (found,) = expectations(tmp_path, {**RELATION, "lang": "en"})
    assert (found.group, found.language) == ("deadline", "en")
    assert [str(one) for one in found.expects] == ["higher"] and found.against
    assert found.place == f"{tmp_path / 'rows.jsonl'}:1"


def test_a_chapter_is_a_group_too_and_goes_before_the_kind(tmp_path: Path) -> None:
    (found,) = expectations(tmp_path, {**RELATION, "chapter": "debt"})
    assert found.group == "debt"


def test_an_issue_is_a_task_unless_it_says_another_type(tmp_path: Path) -> None:
    bug = {"expect": "urgent", "kind": "outage", "issue": {**ISSUE, "type": "Bug"}}
    task, bug_ = expectations(tmp_path, ALONE, bug)
    assert (task.issue.fields["type"], bug_.issue.fields["type"]) == ("Task", "Bug")


def test_an_issue_may_have_any_field_of_a_condition(tmp_path: Path) -> None:
    (found,) = expectations(tmp_path, {**ALONE, "issue": {**ISSUE, "votes": 12}})
    assert found.issue.fields["votes"] == 12


def test_a_scenario_lists_classes_verdicts_and_priorities(tmp_path: Path) -> None:
    (found,) = expectations(tmp_path, SCENARIO)
    assert [str(one) for one in found.expects] == [
        "class:tech_debt|exploration",
        "gate:accept|review",
        "priority:High|Highest|Medium",
    ]
    assert found.group == "scenarios"


def test_a_scenario_may_leave_the_class_open(tmp_path: Path) -> None:
    (found,) = expectations(tmp_path, {**SCENARIO, "cls": ""})
    assert [one.word for one in found.expects] == ["gate", "priority"]


def test_paraphrases_are_compared_with_the_first_of_their_group(tmp_path: Path) -> None:
    keys = ("g01.1", "g02.1", "g01.2", "g02.2", "g01.3")
    found = expectations(tmp_path, *({"key": key, "summary": key} for key in keys))
    assert [(one.issue.key, one.against and one.against.key) for one in found] == [
        ("g01.2", "g01.1"),
        ("g02.2", "g02.1"),
        ("g01.3", "g01.1"),
    ]


def test_a_file_may_mix_the_forms(tmp_path: Path) -> None:
    paraphrases = [{"key": f"a.{n}", **ISSUE} for n in (1, 2)]
    found = expectations(tmp_path, RELATION, SCENARIO, *paraphrases)
    assert [one.group for one in found] == ["deadline", "scenarios", "paraphrases"]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("no", "not JSON"),
        ("[]", "a line must be an object"),
        ({**RELATION, "expect": "highr"}, '"expect" can\'t be "highr": did you mean "higher"?'),
        ({**RELATION, "expect": "xyz"}, "write one of higher, lower, not_higher, same"),
        ({**RELATION, "expect": "higher:5"}, '"higher" takes no value: remove ":5"'),
        ({**ALONE, "expect": "gate"}, '"gate" needs a value, such as "gate:accept|review"'),
        ({**ALONE, "expect": "gate:accpt"}, 'unknown gate "accpt": did you mean "accept"?'),
        ({**ALONE, "expect": "class:debt|x"}, 'unknown class "debt"'),
        ({**ALONE, "expect": "higher"}, 'write the other under "against"'),
        ({**ALONE, "against": ISSUE}, '"urgent" is about one issue: remove "against"'),
        ({**ALONE, "kind": ""}, '"kind" has to be text'),
        ({"expect": "urgent", "issue": ISSUE}, 'no group: write "kind"'),
        ({**ALONE, "issue": "text"}, "issue: an issue must be an object"),
        ({**RELATION, "against": {"summary": 5}}, 'against: "summary" has to be text'),
        ({**ALONE, "issue": {**ISSUE, "descripton": "x"}}, 'did you mean "description"?'),
        ({**SCENARIO, "band": "HX"}, '"band" has X: write letters of H, M and L'),
        ({**SCENARIO, "gates": "accept maybe"}, 'unknown gate "maybe"'),
        ({**ISSUE, "cls": "", "gates": "", "band": ""}, "nothing is expected: fill"),
        (ISSUE, 'nothing is expected: write "expect", such as "higher"'),
        ({**ISSUE, "key": "g01.1"}, '"g01" has one row: add another with the key "g01.2"'),
    ],
)
def test_a_malformed_row_is_named_by_its_line_with_what_to_do(
    tmp_path: Path, row: Row | str, wrong: str
) -> None:
    found = complaint(tmp_path, RELATION, row)
    assert found.startswith(":2: ") and wrong in found


def test_the_other_rows_are_read_beside_malformed_ones(tmp_path: Path) -> None:
    found = read(tmp_path, "no", RELATION, "{}", ALONE)
    assert [isinstance(one, Expectation) for one in found] == [False, True, False, True]
