"""`sluice rules check|fields`: check rule files, without a site and without Redis."""

from __future__ import annotations

from pathlib import Path

import click

from cli.app import fail
from cli.rules.group import rule_files
from rules.facts.catalog import fields_table
from rules.problem import Problem
from rules.rulebook import load
from rules.rulebook.rulebook import RulebookError
from rules.vocabulary.plural import many
from worker.settings.locate_rulebook import is_test


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_files(files: tuple[Path, ...]) -> None:
    """Check rule files, or all in a folder. Report all problems, as file:line: message."""
    problems = []
    for file in rule_files(files):
        if is_test(file):
            wrong = f"this file has tests of a rulebook: run `sluice rules test {file}`"
            problems.append(Problem(str(file), 1, wrong))
            continue
        try:
            book = load.load(file)
        except RulebookError as error:
            problems += error.problems
        else:
            rules = many(len(book.rules), "rule")
            click.echo(f"{file}: {rules}, digest {book.digest}: well-formed")
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        fail(many(len(problems), "problem"))


@click.command()
def fields() -> None:
    """Show the fields that conditions can use, as a table."""
    click.echo(fields_table())
