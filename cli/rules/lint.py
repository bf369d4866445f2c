"""`sluice rules lint`: what in a book can't do what its author means."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import click

from cli.app import fail
from cli.rules.group import rule_files, rules
from rules.lint.book_checks import Place
from rules.lint.finding import Finding
from rules.lint.lint import lint
from rules.rulebook import yaml_source
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook, RulebookError


@rules.command("lint")
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "raw", is_flag=True, help="Print the findings as JSON.")
@click.option("--strict", is_flag=True, help="Hints count as well.")
@click.option("--warn-only", is_flag=True, help="Exit with status 0 whatever is found.")
def lint_files(files: tuple[str, ...], raw: bool, strict: bool, warn_only: bool) -> None:
    """Find rules that can't do what they are meant to: never true, shadowed, contradictory …

    A warning is certain, and makes the exit status 1; a hint may well be meant. Names of books that
    ship with Sluice, and folders, can stand in place of files.
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
    found = list(dict.fromkeys(found))  # books that include the same one
    if raw:
        click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
    elif found or not broken:
        _print(found)
    counted = [one for one in found if strict or one.severity == "warning"]
    if broken or (counted and not warn_only):
        fail(_told(found) if found else "a file can't be read: sluice rules check says more")


def _print(found: list[Finding]) -> None:
    for one in found:
        click.echo(str(one), err=one.severity == "warning")
    if not any(one.severity == "warning" for one in found):
        click.echo(_told(found) if found else "nothing to complain of")


def _told(found: list[Finding]) -> str:
    warnings = sum(one.severity == "warning" for one in found)
    return f"{_many(warnings, 'warning')}, {_many(len(found) - warnings, 'hint')}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def places(book: Rulebook, file: str) -> Place:
    """Where the parts of a book stand: in its file, or in one that it includes."""
    documents = [found for name in reversed(list(book.files)) if (found := _document(name))]

    def place(path: tuple[str | int, ...]) -> tuple[str, int]:
        for document in documents:
            if path in document.lines:
                return document.file, document.lines[path]
        return file, 1

    return place


def _document(name: str) -> yaml_source.Document | None:
    """A file of the book once more, for its lines; those that ship are found by their name."""
    shipped = resources.files("rules") / "books" / name
    try:
        raw = Path(name).read_bytes() if Path(name).is_file() else shipped.read_bytes()
        return yaml_source.load(raw, name)
    except (OSError, yaml_source.YamlError):
        return None
