"""`sluice rules check` as a person types it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from cli import main


def test_rules_check_of_good_files_needs_no_site(tmp_path: Path) -> None:
    book = Path(__file__).resolve().parents[3] / "rules" / "books" / "default.yaml"
    result = CliRunner().invoke(main, ["rules", "check", str(book)])
    assert result.exit_code == 0 and "well-formed" in result.stdout


def test_rules_check_names_every_problem_with_file_and_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("book: bad\nrules:\n  - id: A B\n    when: labels =\n    poinst: 1\n", "utf-8")
    result = CliRunner().invoke(main, ["rules", "check", str(bad), str(tmp_path / "none.yaml")])
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert all(line.startswith((f"{bad}:", f"{tmp_path}/none.yaml:1:")) for line in lines[:-1])
    assert len(lines) >= 4 and lines[-1] == f"sluice: {len(lines) - 1} problems"


def test_a_file_of_tests_is_told_for_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "team_test.yaml"
    file.write_text("book: team.yaml\n", "utf-8")
    result = CliRunner().invoke(main, ["rules", "check", str(file)])
    assert result.exit_code == 1
    assert f"this file has tests of a rulebook: run `sluice rules test {file}`" in result.output
