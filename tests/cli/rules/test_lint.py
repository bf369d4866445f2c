"""`sluice rules lint` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

BASE = """\
book: base
measures:
  idle-one: {}
  pain: {}
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: b}
  - {id: need, when: type = Story, class: {business_need: 3}, because: b}
  - {id: try, when: type = Spike, class: {exploration: 3}, because: b}
  - {id: hurts, when: votes > 3, points: {pain: 3}, because: b}
"""
GOOD = BASE.replace("  idle-one: {}\n", "")
TEAM = """\
book: team
include: base.yaml
bands: [{from: 0, priority: Low}, {from: 99.5, priority: High}]
base: 10
measures:
  pain: {max: 20}
rules:
  - {id: odd, when: votes > 5 and votes < 3, gate: review, because: b}
"""


def run(*arguments: str | Path) -> Result:
    """Run a command in this process; a traceback fails the test."""
    result = CliRunner().invoke(main, ["rules", "lint", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "team.yaml").write_text(TEAM)
    (tmp_path / "good.yaml").write_text(GOOD)
    return tmp_path


def test_warnings_are_told_with_file_and_line_also_of_included_files(folder: Path) -> None:
    result = run(folder / "team.yaml")
    assert result.exit_code == 1
    said = result.stderr.replace(f"{folder}/", "")
    assert "team.yaml:8: rule odd: can never fire: " in said and "[never-true]" in said
    assert "base.yaml:3: the measure idle-one gets no value" in said
    assert "team.yaml:3: no score reaches 99.5" in said
    assert said.endswith("sluice: 3 warnings, 2 hints\n")


def test_hints_alone_are_no_failure_unless_they_are_to_count(folder: Path) -> None:
    result = run(folder / "good.yaml")
    assert result.exit_code == 0 and result.stdout.endswith("0 warnings, 2 hints\n")
    assert "good.yaml:4: 4 of 4 rules have no example" in result.stdout
    assert run(folder / "good.yaml", "--strict").exit_code == 1


def test_warnings_can_be_told_without_failing(folder: Path) -> None:
    result = run(folder / "team.yaml", "--warn-only")
    assert result.exit_code == 0 and "[never-true]" in result.stderr


def test_machines_get_json(folder: Path) -> None:
    result = run(folder / "team.yaml", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1 and result.stderr == "sluice: 3 warnings, 2 hints\n"
    assert {
        "file": str(folder / "team.yaml"),
        "line": 8,
        "rule": "odd",
        "severity": "warning",
        "code": "never-true",
        "message": 'can never fire: "votes > 5" and "votes < 3" exclude each other; '
        "change the condition",
    } in found


def test_a_file_that_is_no_book_is_told_as_check_does_beside_the_others(folder: Path) -> None:
    (folder / "bad.yaml").write_text("book: bad\nrules: []\n")
    result = run(folder / "bad.yaml", folder / "missing.yaml", folder / "good.yaml")
    assert result.exit_code == 1 and "bad.yaml:2: " in result.stderr
    assert "missing.yaml:1: can't be read" in result.stderr and "4 of 4 rules" in result.stdout


def test_what_two_books_include_is_told_once(folder: Path) -> None:
    (folder / "other.yaml").write_text(TEAM.replace("book: team", "book: other"))
    said = run(folder / "team.yaml", folder / "other.yaml").stderr
    assert said.count("measure idle-one") == 1 and said.count("[never-true]") == 2


def test_books_that_ship_can_be_named() -> None:
    assert run("minimal").exit_code == 0
