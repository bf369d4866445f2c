"""`sluice rules expect` as an admin and a build server type it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.rules.command import run

BOOK = """\
book: team
measures: {pain: {weight: 4}}
bands: [{from: 20, priority: High}, {from: 0, priority: Low}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: It is broken.}
  - {id: outage, when: summary ~ down, points: {pain: 6}, because: It is down.}
  - {id: weak, when: type = Task, class: {exploration: 0.1}, because: It may be a question.}
"""
DOWN = {"summary": "Shop is down", "type": "Bug"}
WISH = {"summary": "A wish"}


def expected(kind: str, expect: str, issue: object, against: object = None) -> dict[str, Any]:
    row = {"kind": kind, "expect": expect, "issue": issue}
    return row | ({"against": against} if against else {})


ROWS = [
    expected("outage", "higher", DOWN, WISH),
    expected("outage", "urgent", DOWN) | {"lang": "en"},
    expected("class", "class:tech_debt", WISH) | {"lang": "zh"},
    expected("ranking", "higher", WISH, DOWN),
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "team.yaml"
    path.write_text(BOOK)
    return path


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return written(tmp_path / "ours.jsonl", *ROWS)


def test_a_person_sees_what_holds_of_each_kind(book: Path, rows: Path) -> None:
    result = run("expect", book, rows, "--bar", "0.5")
    assert result.exit_code == 0, result.output
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["outage", "2", "of", "2", "en", "1", "of", "1"],
        ["class", "0", "of", "1", "zh", "0", "of", "1"],
        ["ranking", "0", "of", "1"],
        ["all", "2", "of", "4", "en", "1", "of", "1", "zh", "0", "of", "1"],
    ]


def test_mistakes_show_both_decisions(book: Path, rows: Path) -> None:
    lines = run("expect", book, rows, "--mistakes").stdout.splitlines()
    assert lines[lines.index(f"{rows}:4: ranking: expected higher") :] == [
        f"{rows}:4: ranking: expected higher",
        '  "A wish": undecided (exploration), score 0, accept, priority Low',
        '  against "Shop is down": tech_debt, score 24, accept, priority High',
    ]
    assert f"{rows}:3: class: expected class:tech_debt" in lines
    assert not any(line.startswith((f"{rows}:1:", f"{rows}:2:")) for line in lines)


def test_a_machine_gets_counts_and_mistakes(book: Path, rows: Path) -> None:
    found = json.loads(run("expect", book, rows, "--json").stdout)
    assert found["all"] == {
        "held": 2,
        "of": 4,
        "languages": {"en": {"held": 1, "of": 1}, "zh": {"held": 0, "of": 1}},
    }
    assert found["parts"]["outage"]["held"] == 2
    assert [one["place"] for one in found["mistakes"]] == [f"{rows}:3", f"{rows}:4"]
    assert found["mistakes"][1] == {
        "place": f"{rows}:4",
        "kind": "ranking",
        "language": None,
        "expected": ["higher"],
        "issue": {
            "summary": "A wish",
            "class": "exploration",
            "undecided": True,
            "score": 0.0,
            "gate": "accept",
            "priority": "Low",
        },
        "against": {
            "summary": "Shop is down",
            "class": "tech_debt",
            "undecided": False,
            "score": 24.0,
            "gate": "accept",
            "priority": "High",
        },
    }


@pytest.mark.parametrize(
    ("bars", "complaints"),
    [
        ([], ["2 of 4 hold, --bar 1 is more"]),
        (["--bar", "0.5"], []),
        (["--bar", "0.6"], ["2 of 4 hold, --bar 0.6 is more"]),
        (
            ["--bar", "0", "--bar-each", "0.5"],
            [f"{kind}: 0 of 1 hold, --bar-each 0.5 is more" for kind in ("class", "ranking")],
        ),
    ],
)
def test_too_few_that_hold_fail_a_build(
    book: Path, rows: Path, bars: list[str], complaints: list[str]
) -> None:
    result = run("expect", book, rows, *bars)
    assert result.stderr.splitlines() == [f"sluice: {complaint}" for complaint in complaints]
    assert result.exit_code == bool(complaints)


def test_several_files_have_a_line_each(book: Path, rows: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "others.jsonl", ROWS[0])
    result = run("expect", book, rows, other, "--by", "file", "--bar", "0")
    lines = [line.split()[:4] for line in result.stdout.splitlines()]
    assert lines[:2] == [[str(rows), "2", "of", "4"], [str(other), "1", "of", "1"]]
    assert lines[2] == ["all", "3", "of", "5"]


def test_every_malformed_row_is_named_and_nothing_is_judged(book: Path, tmp_path: Path) -> None:
    bad = written(tmp_path / "bad.jsonl", ROWS[0], {**ROWS[0], "expect": "hihger"}, {})
    result = run("expect", book, bad)
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f'sluice: {bad}:2: "expect" can\'t be "hihger": did you mean "higher"?')
    assert second.startswith(f"sluice: {bad}:3: issue: an issue must be")


def test_the_comment_is_that_of_the_chosen_language(book: Path, tmp_path: Path) -> None:
    silent = written(tmp_path / "s.jsonl", expected("words", "silent:It is down", DOWN))
    assert run("expect", book, silent).exit_code == 1
    silent = written(tmp_path / "s.jsonl", expected("words", "silent:Accepted", DOWN))
    assert run("expect", book, silent).exit_code == 1
    assert run("expect", book, silent, "--language", "zh").exit_code == 0


def test_the_day_is_the_one_that_is_named(book: Path, tmp_path: Path) -> None:
    book.write_text(BOOK + "  - {id: old, when: created < -30d, gate: reject, because: Old.}\n")
    issue = {**DOWN, "created": "2026-11-20"}
    row = written(tmp_path / "d.jsonl", expected("age", "gate:accept", issue))
    assert run("expect", book, row, "--now", "2026-11-23").exit_code == 0
    assert run("expect", book, row, "--now", "2027-02-01").exit_code == 1


def test_an_empty_file_is_a_mistake(book: Path, tmp_path: Path) -> None:
    result = run("expect", book, written(tmp_path / "empty.jsonl"))
    assert result.exit_code == 1 and "no expectation to check" in result.stderr
