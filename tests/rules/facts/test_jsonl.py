"""Issues from JSON Lines: what is read, and which line is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.issue import Issue
from rules.facts.jsonl import RowError, each_issue, issue_from_row, read_rows
from rules.facts.times import moment
from rules.rulebook.validate import custom_fields

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "rows.jsonl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_are_read_one_a_line_and_blank_lines_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, '{"summary": "a"}\r\n\n{"summary": "技术债"}')
    assert [row["summary"] for row in read_rows(path)] == ["a", "技术债"]
    assert len(list(read_rows(path, limit=1))) == 1
    assert list(read_rows(path, limit=0)) == []


@pytest.mark.parametrize(
    "bad",
    [b"{", b"5", b"[]", b"{}", b'{"summary": 5}', b"[" * 100_000, b"\xff", b"9" * 9999],
    ids=lambda bad: str(bad[:20]),
)
def test_a_bad_line_is_named(tmp_path: Path, bad: bytes) -> None:
    path = written(tmp_path, b'{"summary": "a"}\n' + bad + b"\n")
    rows = read_rows(path)
    next(rows)
    with pytest.raises(RowError, match=r"rows\.jsonl:2: "):
        next(rows)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"{a", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        (
            b"{",
            "the JSON goes on in the next line: write one issue a line, as "
            "`jq -c '.issues[]' page.json` does for a page of Jira's search",
        ),
        (b'{"summary": 5}', '"summary" has to be text'),
        (b"{}", 'an issue must be an object with at least a "summary"'),
        (b"[]", 'a line must be an object such as {"summary": "It crashes"}'),
        (b'"caf\xe9"', "not UTF-8: save the file as UTF-8"),
        (b"[" * 100_000, "a number is too long, or lists are nested too deeply"),
        (b"9" * 9999, "a number is too long, or lists are nested too deeply"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_a_bad_line_is_told_in_words_of_its_author(tmp_path: Path, bad: bytes, why: str) -> None:
    path = written(tmp_path, bad + b"\n")
    with pytest.raises(RowError) as wrong:
        next(read_rows(path))
    assert str(wrong.value) == f"{path}:1: {why}"


def test_a_row_becomes_an_issue_with_the_facts_that_rules_ask_for() -> None:
    found = issue_from_row(
        {
            "key": "SHOP-7", "summary": "s", "type": "Bug", "labels": ["a", 5], "components": "web",
            "votes": 3, "points": True, "created": "2026-11-01", "resolved": "x", "other": 1,
        }
    )  # fmt: skip
    assert (found.key, found.project, found.summary) == ("SHOP-7", "SHOP", "s")
    assert found.fields["labels"] == ("a", "5")
    assert found.fields["component"] == ("web",)
    assert found.fields["votes"] == 3.0
    assert found.fields["created"] == datetime(2026, 11, 1, tzinfo=UTC)
    assert found.fields["resolved"] is None
    assert "points" not in found.fields
    assert "other" in found.fields  # a custom field, perhaps


def test_a_row_without_a_key_is_numbered() -> None:
    found = issue_from_row({"summary": "s"}, 4)
    assert (found.id, found.key, found.project) == ("4", "ROW-4", "ROW")


ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just(10**400),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=2), st.none()),
)  # fmt: skip
COLUMNS = ("id", "key", "project", "summary", "description", "type", "status", "resolution",
           "priority", "reporter", "labels", "components", "created", "updated", "resolved",
           "votes", "watchers", "comments", "links", "points", "attachments")  # fmt: skip


@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, ODD)))
@settings(max_examples=150)
def test_a_row_of_any_values_is_an_issue(row: dict[str, Any]) -> None:
    assert issue_from_row(row).fields


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"descripton": "d"}, 'unknown field "descripton": did you mean "description"?'),
        ({"Lables": ["a"]}, 'unknown field "Lables": did you mean "labels"?'),
        ({"reech": 3}, 'unknown field "reech": did you mean "reach"?'),
        ({"votes": "many"}, '"votes" has to be a number, not "many"'),
        ({"points": True}, '"points" has to be a number, not true'),
        ({"Reach": "wide"}, '"Reach" has to be a number, not "wide"'),
        ({"labels": {"a": 1}}, '"labels" has to be a list of texts, not {"a": 1}'),
        ({"type": ["Bug"]}, '"type" has to be text, not ["Bug"]'),
        ({"created": "yesterday"}, '"created" has to be a day or time such as 2026-11-23'),
        ({"due": 5}, '"due" has to be a day or time such as 2026-11-23'),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_misspelt_field_or_a_value_of_the_wrong_type_is_refused_with_its_line(
    fields: dict[str, Any], why: str
) -> None:
    lines = [b"\n", json.dumps({"summary": "s", **fields}).encode(), b'{"summary": "t"}']
    wrong, right = each_issue(lines, "rows.jsonl", NOW, custom_fields({"Reach": "number"}))
    assert str(wrong).startswith(f"rows.jsonl:2: {why}")
    assert isinstance(right, Issue) and right.summary == "t"


@pytest.mark.parametrize(
    "fields",
    [
        {"cls": "tech_debt", "source": "kde", "basis": 1, "priority_rank": 2},  # for somebody else
        {"votes": None, "labels": [], "created": "", "type": None},
        {"labels": "a", "components": [5], "status": 7, "issuetype": "Bug", "Due": "2026-11-23"},
        {"id": 7, "key": "A-1", "project": "A", "Has Fallback": False, "class": "tech_debt"},
    ],
    ids=str,
)
def test_a_row_with_columns_of_others_or_values_that_can_be_read_is_an_issue(
    fields: dict[str, Any],
) -> None:
    (found,) = each_issue([json.dumps({"summary": "s", **fields}).encode()], "rows.jsonl", NOW)
    assert isinstance(found, Issue), found


def test_a_date_can_be_a_number_of_days_ago() -> None:
    row = {"summary": "s", "created": "-52d", "due": "-0d", "updated": "2026-11-20"}
    (found,) = each_issue([json.dumps(row).encode()], "rows.jsonl", NOW)
    assert isinstance(found, Issue)
    days = {name: (NOW - found.fields[name]).days for name in ("created", "due", "updated")}  # type: ignore[operator]
    assert days == {"created": 52, "due": 0, "updated": 3}


@pytest.mark.parametrize("date", ["52d", "-d", "-52", "-12345d", "-5w", -5])
def test_what_only_looks_like_days_ago_is_refused(date: object) -> None:
    line = json.dumps({"summary": "s", "created": date}).encode()
    (wrong,) = each_issue([line], "rows.jsonl", NOW)
    assert isinstance(wrong, RowError)
    assert "-7d (7 days ago)" in str(wrong)


EAST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23T10:00:00.000+0800", datetime(2026, 11, 23, 10, tzinfo=EAST)),
        ("2026-11-23T10:00:00.000+08:00", datetime(2026, 11, 23, 10, tzinfo=EAST)),
        ("2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00+0800", datetime(2026, 11, 23, 10, tzinfo=EAST)),
        ("2026-11-23T10:00:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-13-23", None),
        ("20261123", None),
        ("23.11.2026", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_a_time_is_jira_s_or_iso_s(text: object, time: datetime | None) -> None:
    assert moment(text) == time


def test_yes_and_no_are_taken_as_json_writes_them_too() -> None:
    row = {"summary": "s", "Has Fallback": False, "experiment": "yes", "votes": True}
    fields = issue_from_row(row).fields
    assert (fields["has fallback"], fields["experiment"]) == ("no", "yes")
    assert "votes" not in fields


CUSTOM = custom_fields(
    {"Tier": "name", "Teams": "names", "Deadline": "date", "Reach": "number", "Notes": "text"}
)


@pytest.mark.parametrize(
    ("field", "value", "fact"),
    [
        ("Tier", 1, "1"),
        ("Tier", 1.5, "1.5"),
        ("Tier", True, "true"),
        ("Tier", ["a"], None),
        ("Teams", 1, ("1",)),
        ("Teams", [1, 2.0, True, "a", None], ("1", "2", "true", "a")),
        ("Deadline", "2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("Deadline", "soon", None),
        ("Reach", 2, 2.0),
        ("Reach", True, None),
        ("Reach", "many", None),
        ("Notes", 5, "5"),
        ("Nobody Declared", 1, 1.0),
    ],
)
def test_a_custom_field_holds_what_the_book_declares(field: str, value: Any, fact: Any) -> None:
    found = issue_from_row({"summary": "s", field: value}, 1, CUSTOM)
    assert found.fields.get(field.lower()) == fact
