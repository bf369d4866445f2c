"""`sluice rules schema`: what editors need to complete and check rule files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.app import fail
from cli.rules.group import rules
from rules.rulebook.json_schema import schema
from rules.testing.test_file import tests_schema
from worker.atomic_write import write_whole


@rules.command("schema")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file."
)
@click.option("--tests", is_flag=True, help="Of files of tests, *_test.yaml.")
def show_schema(output: Path | None, tests: bool) -> None:
    """The JSON Schema of a rule file. Editors complete and check with it."""
    text = schema_text(tests)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_whole(output, text.encode())
    except OSError as error:
        fail(f"{output}: can't be written: {error.strerror}")
    what = "file of tests" if tests else "rule file"
    click.echo(f"{output}: begin a {what} with  # yaml-language-server: $schema={output.name}")


def schema_text(tests: bool = False) -> str:
    """The schema of rule files, or of tests, as a file holds it."""
    return json.dumps(tests_schema() if tests else schema(), ensure_ascii=False, indent=2) + "\n"
