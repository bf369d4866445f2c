"""`sluice rules new` as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rules.rulebook import yaml_source
from tests.cli.rules.command import run


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


def test_new_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("book: x\n")
    result = run("new", file)
    assert result.exit_code == 1 and "exists already" in result.stderr
    assert file.read_text() == "book: x\n"


def test_the_command_to_try_next_can_be_pasted_for_a_path_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "our rules"
    folder.mkdir()
    line = run("new", folder / "team.yaml").stdout.splitlines()[-1]
    program, *arguments = shlex.split(line.removeprefix("Try it:"))
    assert program == "sluice" and arguments == ["rules", "check", str(folder / "team.yaml")]


@pytest.mark.parametrize("name", ["rules.txt", "rules", "no/such/folder/rules.yaml"])
def test_new_says_what_is_wrong_with_a_name(name: str, tmp_path: Path) -> None:
    result = run("new", tmp_path / name)
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
