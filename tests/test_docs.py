"""The documents: what they show works, and what they list exists."""

import re
from pathlib import Path
from typing import Any

import click
import pytest

from cli import main
from rules.facts.catalog import fields_table
from rules.rulebook import yaml_source
from rules.rulebook.load import parse_book
from tests import console
from tests.console import Block
from worker.settings.load import load

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


GUIDE = ROOT / "docs" / "rules.md"
PIECES = [block for block in console.blocks(GUIDE) if block.language == "yaml" and not block.file]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: f"line {piece.line}")
def test_every_piece_of_a_book_in_the_guide_is_well_formed(piece: Block, tmp_path: Path) -> None:
    text = piece.text
    if "book:" not in text:
        text = "book: piece\n" + ("" if "include:" in text else "include: [minimal]\n") + text
    if "rules:" not in text:
        text += "rules: []\n"
    assert parse_book(text.encode(), str(tmp_path / "piece.yaml")).rules


def test_the_session_in_the_guide_goes_as_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for block in console.blocks(GUIDE):
        if block.file and not block.file.startswith("."):
            text = block.text if block.file.endswith(".yaml") else block.text.partition("\n")[2]
            Path(block.file).write_text(text, "utf-8")
        for command, shown in block.commands() if block.language == "console" else ():
            printed = console.run(command)
            assert console.alike(shown, printed), f"$ {command}\n{printed}"
            ran += 1
    assert ran == 7


CI = [
    block
    for block in console.blocks(GUIDE)
    if (block.file or "").startswith((".github", ".gitlab"))
]


@pytest.fixture
def rule_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `books` with the guide's rule file and its tests, below the current one."""
    monkeypatch.chdir(tmp_path)
    books = tmp_path / "books"
    books.mkdir()
    for block in console.blocks(GUIDE):
        if block.file in ("team.yaml", "team_test.yaml"):
            (books / block.file).write_text(block.text, "utf-8")
    return books


@pytest.mark.parametrize("block", CI, ids=lambda block: block.file)
def test_the_pipelines_in_the_guide_check_lint_and_test(block: Block, rule_folder: Path) -> None:
    commands = re.findall(r"- (?:run: )?(sluice .*)", block.text)
    verbs = [command.split()[2] for command in commands]
    assert verbs == ["check", "lint", "test"] and load_yaml(block.text)
    for command in commands:
        printed = console.run(command)
        assert "(status" not in printed, f"$ {command}\n{printed}"
    assert (rule_folder.parent / "rules.xml").read_text("utf-8").count("<testcase") == 3


def test_the_hooks_for_pre_commit_run_and_look_at_rule_files_only(rule_folder: Path) -> None:
    hooks = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    files = sorted(str(file.relative_to(rule_folder.parent)) for file in rule_folder.iterdir())
    assert {hook["entry"].split()[2] for hook in hooks} == {"check", "lint", "test", "fmt"}
    for hook in hooks:
        chosen = [f for f in files if re.search(hook["files"], f)]
        chosen = [f for f in chosen if not re.search(hook.get("exclude", "^$"), f)]
        assert chosen and not re.search(hook["files"], "src/settings.yaml")
        printed = console.run(f"{hook['entry']} {' '.join(chosen)}")
        assert "(status" not in printed, f"{hook['id']}\n{printed}"


def load_yaml(text: str) -> Any:
    return yaml_source.load(text.encode(), "a file").data


def test_the_hooks_that_the_guide_names_exist() -> None:
    (named,) = (b for b in console.blocks(GUIDE) if b.file == ".pre-commit-config.yaml")
    hooks = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    ids = {hook["id"] for hook in load_yaml(named.text)["repos"][0]["hooks"]}
    assert ids == {hook["id"] for hook in hooks}


def test_the_settings_in_the_readme_can_be_used(tmp_path: Path) -> None:
    (text,) = (b.text for b in console.blocks(ROOT / "README.md") if b.language == "yaml")
    path = tmp_path / "sluice.yaml"
    path.write_text(text, "utf-8")
    secrets = {"SLUICE_ACME_TOKEN": "t", "SLUICE_ACME_SECRET": "s"}
    settings = load({"SLUICE_CONFIG": str(path), **secrets})
    assert settings.projects["SHOP"].report is not None


def test_the_guide_lists_every_field_as_the_code_knows_it() -> None:
    assert fields_table() in (ROOT / "docs" / "rules.md").read_text("utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    for words in re.findall(r"`(?:\.venv/bin/)?sluice ([a-z]+(?: [a-z]+)?)", document.read_text()):
        first, *rest = words.split()
        command = main.commands.get(first)
        assert command is not None, f"sluice {first}"
        if rest and isinstance(command, click.Group):
            assert rest[0] in command.commands, f"sluice {words}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_document_holds_a_place_that_was_to_be_filled(document: Path) -> None:
    lines = document.read_text("utf-8").splitlines()
    assert not [line for line in lines if re.fullmatch(r"[A-Z]{4,}|.*\b(TODO|FIXME)\b.*", line)]
