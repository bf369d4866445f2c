"""`sluice rules fmt`: format rule files."""

from __future__ import annotations

from pathlib import Path

import click

from cli.app import fail
from cli.rules.group import rule_files
from rules.rulebook.formatter.tidy import Untidy, tidy
from rules.rulebook.yaml_source import YamlError
from rules.vocabulary.plural import many
from worker.atomic_write import write_whole


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="List the files that would change, and change nothing.")
def fmt(files: tuple[Path, ...], check: bool) -> None:
    """Format rule files, or all in a folder. Their meaning stays the same."""
    bad, files = 0, tuple(rule_files(files, tests=True))
    for file in files:
        try:
            bad += _one(file, check)
        except YamlError as error:
            click.echo("\n".join(map(str, error.problems)), err=True)
            bad += 1
        except Untidy as reason:
            click.echo(f"{file}: not changed: {reason}", err=True)
            bad += 1
        except OSError as error:
            click.echo(f"{file}:1: can't be read: {error.strerror}", err=True)
            bad += 1
    if bad:
        fail(f"not formatted: {bad} of {many(len(files), 'file')}")


def _one(file: Path, check: bool) -> bool:
    """Format a file, or with `check` only report it. Return whether it is still unformatted."""
    raw = file.read_bytes()
    shaped = tidy(raw, str(file)).encode()
    if shaped == raw:
        click.echo(f"{file}: formatted already")
    elif check:
        click.echo(f"{file}: would change", err=True)
        return True
    else:
        write_whole(file, shaped)
        click.echo(f"{file}: formatted")
    return False
