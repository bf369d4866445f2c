"""`sluice rules fmt` as a person types it, and a folder in place of its files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from tests.cli.rules.command import run

UNTIDY = """\
book: x
# what counts
measures: {pain: {weight: 1}}
rules:
- when: 'type = Bug'
  id: a   # the first
  because: It is.
  points: {pain: 1}
"""
TIDY = """\
book: x
# what counts
measures: {pain: {weight: 1}}
rules:
  - id: a  # the first
    when: type = Bug
    points: {pain: 1}
    because: It is.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(UNTIDY)
    return path


def test_fmt_puts_a_file_into_shape_and_once_is_enough(file: Path) -> None:
    file.chmod(0o640)
    assert ": formatted" in run("fmt", file).output
    assert file.read_text() == TIDY and stat.S_IMODE(file.stat().st_mode) == 0o640
    before = file.stat().st_mtime_ns
    assert "formatted already" in run("fmt", file).output
    assert file.stat().st_mtime_ns == before


def test_fmt_check_names_the_files_and_changes_none(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "y.yaml"
    other.write_text(TIDY)
    result = run("fmt", "--check", file, other)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{file}: would change",
        "sluice: not formatted: 1 of 2 files",
    ]
    assert file.read_text() == UNTIDY


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("book: [\n", ":2: a bracket is not closed"),
        ("- a\n", ": not changed: it is not a rule file"),
        (
            "book: x\nrules:\n  - id: a\n    when: |1\n     x = 1\n",
            ": not changed: remove the digit",
        ),
    ],
)
def test_fmt_leaves_alone_what_it_can_t_keep_the_same(
    text: str, complaint: str, file: Path
) -> None:
    file.write_text(text)
    result = run("fmt", file)
    assert result.exit_code == 1 and f"{file}{complaint}" in result.stderr
    assert file.read_text() == text


def test_fmt_says_what_can_t_be_read_and_goes_on(file: Path, tmp_path: Path) -> None:
    result = run("fmt", tmp_path / "missing.yaml", file)
    assert result.exit_code == 1 and file.read_text() == TIDY
    assert "missing.yaml:1: can't be read: No such file" in result.stderr


def test_a_folder_stands_for_the_rule_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(TIDY, "utf-8")
    (tmp_path / "good_test.yaml").write_text("book: good.yaml\ntests: []\n", "utf-8")
    (tmp_path / "odd.yml").write_text("rules: []\n", "utf-8")
    (tmp_path / "notes.txt").write_text("no rules", "utf-8")
    for verb in ("check", "lint"):
        said = CliRunner().invoke(main, ["rules", verb, str(tmp_path)])
        assert said.exit_code == 1 and "odd.yml:1:" in said.output and "_test" not in said.output
    said = CliRunner().invoke(main, ["rules", "fmt", "--check", str(tmp_path)]).output
    assert "good.yaml" in said and "good_test.yaml" in said
    (tmp_path / "empty").mkdir()
    said = CliRunner().invoke(main, ["rules", "check", str(tmp_path / "empty")])
    assert said.exit_code == 1 and "no rule file in this folder" in said.output
