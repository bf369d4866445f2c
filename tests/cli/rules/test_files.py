"""`sluice rules new`, `schema` and `fmt` as a person types them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from cli import main
from rules.rulebook import yaml_source
from worker.atomic_write import write_whole

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


def run(*arguments: str | Path) -> Result:
    """Run a command in this process; a traceback fails the test."""
    result = CliRunner().invoke(main, ["rules", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(UNTIDY)
    return path


def test_a_new_rule_file_passes_the_checks(tmp_path: Path) -> None:
    path = tmp_path / "Shop Rules.yaml"
    assert run("new", path).exit_code == 0
    text = path.read_text("utf-8")
    assert "book: shop-rules\n" in text and "sluice rules test Shop Rules.yaml" in text
    for verb in (("check",), ("lint",), ("test", "--require-examples"), ("fmt", "--check")):
        result = run(*verb, path)
        assert result.exit_code == 0, result.output


def test_a_new_rule_file_points_editors_to_its_schema(tmp_path: Path) -> None:
    run("new", tmp_path / "team.yaml")
    first = (tmp_path / "team.yaml").read_text("utf-8").splitlines()[0]
    schema = tmp_path / first.partition("$schema=")[2]
    book = yaml_source.load((tmp_path / "team.yaml").read_bytes(), "team.yaml").data
    assert Draft202012Validator(json.loads(schema.read_text("utf-8"))).is_valid(book)


def test_new_never_overwrites(file: Path) -> None:
    result = run("new", file)
    assert result.exit_code == 1 and "exists already" in result.stderr
    assert file.read_text() == UNTIDY


@pytest.mark.parametrize("name", ["rules.txt", "rules", "no/such/folder/rules.yaml"])
def test_new_says_what_is_wrong_with_a_name(name: str, tmp_path: Path) -> None:
    result = run("new", tmp_path / name)
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_schema_is_printed_or_written(tmp_path: Path) -> None:
    printed = run("schema").stdout
    run("schema", "--output", tmp_path / "s.json")
    assert (tmp_path / "s.json").read_text("utf-8") == printed
    assert json.loads(printed)["title"] == "A rule file of Sluice"
    result = run("schema", "--output", tmp_path / "no" / "s.json")
    assert result.exit_code == 1 and "can't be written" in result.stderr


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
        "sluice: 1 of 2 files are not formatted",
    ]
    assert file.read_text() == UNTIDY


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("book: [\n", ":2: a bracket is not closed"),
        ("- a\n", ": not changed: it is no rule file"),
        (
            "book: x\nrules:\n  - id: a\n    when: |1\n     x = 1\n",
            ": not changed: take the digit",
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
    assert "missing.yaml: No such file" in result.stderr


def test_a_file_is_replaced_whole_through_a_link_and_keeps_its_mode(tmp_path: Path) -> None:
    target, link = tmp_path / "a", tmp_path / "b"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink() and target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_where_writing_fails_the_old_file_stays_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_text() == "old" and [f.name for f in tmp_path.iterdir()] == ["a"]


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
