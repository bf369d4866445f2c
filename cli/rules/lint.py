"""`sluice rules lint`: find rules that can't work as their author intends."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import click

from cli.app import fail
from cli.rules.group import rule_files
from rules.lint.book_checks import Place
from rules.lint.finding import Finding
from rules.lint.lint import lint
from rules.rulebook import yaml_source
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.vocabulary.plural import many


@click.command("lint")
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "raw", is_flag=True, help="Print the findings as JSON.")
@click.option("--strict", is_flag=True, help="Fail on hints, too.")
@click.option("--warn-only", is_flag=True, help="Exit with status 0 in spite of findings.")
def lint_files(files: tuple[str, ...], raw: bool, strict: bool, warn_only: bool) -> None:
    """Find rules that can't work as intended: never true, without effect, contradictory.

    A warning is certain and sets the exit status to 1. A hint may be intended. FILES are rule
    files, folders or names of shipped rulebooks.
    """
    found: list[Finding] = []
    broken = False
    for file in map(str, rule_files([Path(name) for name in files])):
        try:
            book = find(file)
        except RulebookError as error:
            click.echo("\n".join(map(str, error.problems)), err=True)
            broken = True
        else:
            found += lint(book, places(book, file))
    found = list(dict.fromkeys(found))  # two rulebooks may include the same one
    if raw:
        click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
    elif found or not broken:
        _print(found)
    counted = [one for one in found if strict or one.severity == "warning"]
    if broken or (counted and not warn_only):
        fail(_counts(found) if found else "correct the problems above, then lint again")


def _print(found: list[Finding]) -> None:
    for one in found:
        click.echo(str(one), err=one.severity == "warning")
    if not any(one.severity == "warning" for one in found):
        click.echo(_counts(found) if found else "no findings")


def _counts(found: list[Finding]) -> str:
    warnings = sum(one.severity == "warning" for one in found)
    return f"{many(warnings, 'warning')}, {many(len(found) - warnings, 'hint')}"


def places(book: Rulebook, file: str) -> Place:
    """Return a function that finds file and line of a part of a rulebook."""
    documents = [found for name in reversed(list(book.files)) if (found := _document(name))]

    def place(path: tuple[str | int, ...]) -> tuple[str, int]:
        for document in documents:
            if path in document.lines:
                return document.file, document.lines[path]
        return file, 1

    return place


def _document(name: str) -> yaml_source.Document | None:
    """Read a file of the rulebook again for its lines; a shipped one is found by its name."""
    shipped = resources.files("rules") / "books" / name
    try:
        raw = Path(name).read_bytes() if Path(name).is_file() else shipped.read_bytes()
        return yaml_source.load(raw, name)
    except (OSError, yaml_source.YamlError):
        return None
