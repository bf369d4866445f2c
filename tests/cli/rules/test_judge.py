"""`sluice rules judge` as a person types it: a table, JSON for machines, files with bad lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main

ROOT = Path(__file__).resolve().parents[3]
DAY = "2026-11-23"

BOOK = """\
book: mine
fields: {Tribe: name}
measures: {pain: {weight: 4}}
bands: [{from: 20, priority: High}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: {en: It is broken., zh: 它坏了。}}
  - {id: weak, when: type = Task, class: {business_need: 0.1}, because: It may be a wish.}
  - {id: hurts, when: summary ~ 'crash*', points: {pain: 6}, because: It crashes.}
  - {id: theirs, when: Tribe = Core, gate: defer, because: The other team does it.}
  - {id: old, when: created < -30d, gate: reject, because: It is old.}
  - {id: tried, when: type = Bug, shadow: true, gate: review, because: A person looks at it.}
"""

ROWS: list[dict[str, Any]] = [
    {"key": "A-1", "summary": "App crashes", "type": "Bug", "created": "2026-11-20"},
    {"key": "A-2", "summary": "Add a dark theme, " * 9, "type": "Task", "Tribe": "Core"},
    {"summary": "No key and \x1b[31m control characters"},
]


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(BOOK, encoding="utf-8")
    return str(path)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "issues.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    return path


def judge(*arguments: object, given: str | None = None) -> Result:
    """Run the command in this process; a traceback fails the test."""
    result = CliRunner().invoke(main, ["rules", "judge", *map(str, arguments)], input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def decisions(*arguments: object, given: str | None = None) -> list[dict[str, Any]]:
    result = judge(*arguments, "--json", "--now", DAY, given=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_machine_gets_an_object_a_line(book: str, rows: Path) -> None:
    first, second, third = decisions(book, rows)
    assert "*Accepted* — tech debt, priority High\n" in first.pop("comment")
    assert first == {
        "key": "A-1",
        "class": "tech_debt",
        "guess": "tech_debt",
        "confidence": 0.75,
        "score": 24.0,
        "verdict": "accept",
        "priority": "High",
        "quadrant": None,
        "rules": ["debt", "hurts"],
    }
    assert (second["class"], second["guess"]) == ("undecided", "business_need")
    assert (second["verdict"], second["rules"]) == ("defer", ["weak", "theirs"])
    assert (third["key"], third["guess"], third["rules"]) == ("ROW-3", None, [])


def test_a_person_gets_a_table(book: str, rows: Path) -> None:
    result = judge(book, rows)
    head, first, second, third = result.stdout.splitlines()
    assert head.split() == ["KEY", "CLASS", "SCORE", "VERDICT", "PRIORITY", "SUMMARY"]
    assert first.split() == ["A-1", "tech_debt", "24", "accept", "High", "App", "crashes"]
    assert second.split()[:5] == ["A-2", "(business_need)", "0", "defer", "none"]
    assert second.endswith("…") and len(second) == 100
    assert "\x1b" not in third
    columns = [
        head.index("SUMMARY"),
        first.index("App"),
        second.index("Add"),
        third.index("No key"),
    ]
    assert len({*columns}) == 1


def test_a_bad_line_is_reported_with_file_and_line_and_the_rest_is_judged(
    book: str, rows: Path
) -> None:
    rows.write_text("not json\n" + rows.read_text() + '{"key": "A-9"}\n')
    result = judge(book, rows, "--json")
    assert result.exit_code == 0 and len(result.stdout.splitlines()) == 3
    assert f"{rows}:1: not JSON" in result.stderr and f"{rows}:5: an issue must be" in result.stderr


def test_the_day_is_the_one_that_is_named(book: str, rows: Path) -> None:
    early, late = (
        json.loads(judge(book, rows, "--json", "--limit", "1", "--now", day).stdout)
        for day in (DAY, "2027-02-01")
    )
    assert (early["verdict"], late["verdict"]) == ("accept", "reject")


def test_options_choose_language_number_and_shadow(book: str, rows: Path) -> None:
    (chinese,) = decisions(book, rows, "--language", "zh", "--limit", "1")
    assert "它坏了。" in chinese["comment"]
    assert decisions(book, rows, "--with-shadow")[0]["verdict"] == "review"


def test_standard_input_is_read(rows: Path) -> None:
    row = json.dumps({"key": "A-1", "summary": "Half of a character: \ud800", "type": "Bug"})
    (found,) = decisions("minimal", "-", given=f"{row}\n")
    assert (found["key"], found["class"]) == ("A-1", "tech_debt")
    assert "<stdin>:1: not JSON" in judge("minimal", "-", given="no\n").stderr


def test_issues_are_judged_as_jira_gives_them(tmp_path: Path) -> None:
    document = {"content": [{"type": "text", "text": "Technical debt"}], "type": "paragraph"}
    fields = {
        "summary": "Refactor the payment module",
        "description": {"type": "doc", "version": 1, "content": [document]},
        "issuetype": {"id": "10002", "name": "Bug"},
        "components": [{"id": "1", "name": "Cart"}],
    }
    book = tmp_path / "mine.yaml"
    book.write_text(
        """\
book: mine
measures: {pain: {weight: 1}}
rules:
  - id: cart
    when: component = Cart and type = Bug and description ~ debt
    because: It is the cart.
    points: {pain: 5}
"""
    )
    page = {"issues": [{"id": "7", "key": "SHOP-7", "fields": fields}], "isLast": True}
    for line in (page, page["issues"]):
        (found,) = decisions(str(book), "-", given=f"{json.dumps(line)}\n")
        assert (found["key"], found["rules"]) == ("SHOP-7", ["cart"])
    wrong = judge(str(book), "-", given=json.dumps(page, indent=1)).stderr
    assert wrong.startswith("sluice: <stdin>:1: the JSON goes on in the next line")
    assert wrong.count("<stdin>") == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nothing", "{rows}"], "no shipped rulebook has this name"),
        (["minimal", "{rows}", "--now", "soon"], "--now soon is not a day or time"),
        (["minimal", "{rows}", "--model", "{rows}"], "issues.jsonl"),
        (["minimal", "{empty}"], "no issue to judge"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    arguments: list[str], complaint: str, rows: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    result = judge(*(argument.format(rows=rows, empty=empty) for argument in arguments))
    assert result.exit_code == 1 and complaint in result.stderr
    assert result.stdout == ""


def test_each_decision_is_printed_before_the_next_issue_is_read() -> None:
    command = [sys.executable, "-m", "cli", "rules", "judge", "minimal", "-", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        for row in ROWS[:2]:
            process.stdin.write(json.dumps(row) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["key"] == row["key"]
        process.stdin.close()
        assert process.wait() == 0


QUANTILES = """\
book: q
bands: {quantiles: {High: 10, Medium: 60, Low: 30}}
measures: {size: {from: [{field: votes, times: 1}]}}
rules: [{id: a, when: text ~ never, points: {size: 1}, because: b}]
"""


def test_bands_by_quantiles_are_set_by_the_issues_of_the_file(tmp_path: Path) -> None:
    own, file = tmp_path / "q.yaml", tmp_path / "many.jsonl"
    own.write_text(QUANTILES, "utf-8")
    rows = [
        {"summary": "a", "description": "b", "votes": n, "resolution": "Done"} for n in range(1, 61)
    ]
    lines = [f"{json.dumps(row)}\n" for row in rows]
    file.write_text("".join(lines), "utf-8")
    found = [one["priority"] for one in decisions(own, file)]
    assert found == ["Low"] * 18 + ["Medium"] * 36 + ["High"] * 6
    assert [one["priority"] for one in decisions(own, "-", given="".join(lines))] == found
    file.write_text("".join(lines[:40]), "utf-8")
    assert {one["priority"] for one in decisions(own, file)} == {"Low", "Medium"}, "too few"
    file.write_text("".join(lines), "utf-8")
    options = ["--new", str(own), "--old", str(own), "--issues", str(file), "--json", "-"]
    told = CliRunner().invoke(main, ["rules", "backtest", *options])
    assert told.exit_code == 0, told.output
    matrix = json.loads(told.stdout)["matrix"]["priority"]
    assert {cell["new"]: cell["issues"] for cell in matrix} == {"Low": 18, "Medium": 36, "High": 6}
