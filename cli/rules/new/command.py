"""`sluice rules new`: write a first rule file."""

from __future__ import annotations

import re
import shlex
from importlib import resources
from pathlib import Path

import click

from cli.app import fail
from cli.rules.schema import schema_text

SCHEMA = "sluice-rules.schema.json"
_NAME = "team"


@click.command("new")
@click.argument("file", default=f"{_NAME}.yaml", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a first rule file with comments, and a schema for editors beside it."""
    if file.suffix not in (".yaml", ".yml"):
        fail(f"{file}: choose a name that ends in .yaml")
    if not _write(file, starter(file.name)):
        fail(f"{file} exists already: choose another name")
    click.echo(f"{file}: first rules, each with examples")
    if _write(file.parent / SCHEMA, schema_text()):
        click.echo(f"{file.parent / SCHEMA}: the schema, for completion and checks in editors")
    click.echo(f"Try it:  sluice rules check {shlex.quote(str(file))}")


def starter(name: str) -> str:
    """Return the text of a first rule file of this name."""
    text = (resources.files("cli.rules.new") / "starter.yaml").read_text("utf-8")
    book = re.sub("[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")[:64] or _NAME
    text = text.replace(f"book: {_NAME}\n", f"book: {book}\n")
    return text.replace(f"{_NAME}.yaml", name) if name.isprintable() else text


def _write(file: Path, text: str) -> bool:
    """Write a new file. Return False if it exists already."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new_file:
            new_file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        fail(f"{file}: can't be written: {error.strerror}")
    return True
