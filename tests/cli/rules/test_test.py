"""`sluice rules test` as a person and as a build server types it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from cli import main

BOOK = """\
book: team
measures: {pain: {}}
rules:
  - {id: crash, when: 'text ~ "crash*"', points: {pain: 3}, because: b,
     examples: {fires: [It crashes], silent: [It is slow]}}
  - {id: old, when: age > 30, gate: defer, because: b}
"""
TESTS = """\
book: team.yaml
tests:
  - {name: a crash, issue: It crashes, expect: {verdict: accept, fires: [crash]}}
"""


def run(*arguments: str | Path) -> Result:
    """Run a command in this process; a traceback fails the test."""
    result = CliRunner().invoke(main, ["rules", "test", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "team.yaml").write_text(BOOK)
    (tmp_path / "team_test.yaml").write_text(TESTS)
    (tmp_path / "other.yaml").write_text("colour: blue\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_arguments_the_books_and_tests_of_the_folder_are_run(folder: Path) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout == ("3 of 3 examples passed\n1 of 2 rules fired\nnever fired: old\n")
    assert run(folder).stdout == result.stdout


def test_a_failure_is_told_with_its_place_and_the_clause_that_failed(folder: Path) -> None:
    (folder / "team.yaml").write_text(BOOK.replace("[It crashes]", "[It hangs]"))
    result = run("team.yaml")
    assert result.exit_code == 1 and result.stderr.startswith(
        'team.yaml:4: rule crash: fires on "It hangs": crash did not fire: text ~ "crash*" saw It'
    )
    assert "sluice: 1 failed" in result.stderr


def test_rules_without_an_example_can_be_made_a_failure(folder: Path) -> None:
    result = run("team.yaml", "--require-examples")
    assert result.exit_code == 1 and "team.yaml:6: rule old: no example" in result.stderr
    assert run("team.yaml").exit_code == 0


def test_a_build_server_gets_junit(folder: Path) -> None:
    (folder / "team.yaml").write_text(BOOK.replace("[It crashes]", "[It \\x07hangs, It crashes]"))
    run("--junit", "report.xml")
    root = ElementTree.parse(folder / "report.xml").getroot()
    suites = root.findall("testsuite")
    assert [(s.get("tests"), s.get("failures")) for s in suites] == [("3", "1"), ("1", "0")]
    (failure,) = root.iter("failure")
    assert "crash did not fire" in str(failure.get("message"))


def test_a_report_that_can_not_be_written_is_told_in_a_line(folder: Path) -> None:
    result = run("--junit", "no/such/report.xml")
    assert result.exit_code == 1 and "no/such/report.xml: can't be written" in result.stderr


def test_a_broken_file_is_told_and_the_others_are_run(folder: Path) -> None:
    (folder / "bad.yaml").write_text("book: bad\nrules: []\n")
    result = run()
    assert result.exit_code == 1 and "bad.yaml:2: " in result.stderr
    assert "3 of 3 examples passed" in result.stdout and "1 file can't be used" in result.stderr


def test_a_book_that_ships_can_be_named() -> None:
    assert run("quadrant").exit_code == 0


def test_an_empty_folder_and_a_missing_file_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no rule file here" in run().stderr
    assert "gone.yaml:1: can't be read" in run("gone.yaml").stderr
    assert "gone_test.yaml:1: can't be read" in run("gone_test.yaml").stderr
