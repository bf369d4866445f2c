"""The documents: what they show works, and what they list exists."""

import re
from pathlib import Path

import click
import pytest

from rules.facts import fields_table
from rules.rulebook import parse_book
from worker.cli import main
from worker.settings import load

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path) -> list[str]:
    """The YAML blocks of a document, without their indentation."""
    found = re.findall(r"^( *)```yaml\n(.*?)^ *```", document.read_text("utf-8"), re.M | re.S)
    return [re.sub(f"^{indent}", "", text, flags=re.M) for indent, text in found]


def test_the_rulebook_in_the_guide_is_well_formed() -> None:
    (book,) = blocks(ROOT / "docs" / "rules.md")
    assert len(parse_book(book.encode(), "docs/rules.md").rules) == 3


def test_the_settings_in_the_readme_can_be_used(tmp_path: Path) -> None:
    (text,) = blocks(ROOT / "README.md")
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
