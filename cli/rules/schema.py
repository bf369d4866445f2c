"""`sluice rules schema`: print the JSON Schema of rule files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.app import fail
from rules.rulebook.json_schema import schema
from rules.testing.test_file import tests_schema
from worker.atomic_write import write_whole


@click.command("schema")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the schema to a file."
)
@click.option("--tests", is_flag=True, help="The schema of test files, *_test.yaml.")
def show_schema(output: Path | None, tests: bool) -> None:
    """Print the JSON Schema of rule files, for completion and checks in editors."""
    text = schema_text(tests)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_whole(output, text.encode())
    except OSError as error:
        fail(f"{output}: can't be written: {error.strerror}")
    what = "test file" if tests else "rule file"
    click.echo(f"{output}: begin each {what} with  # yaml-language-server: $schema={output.name}")


def schema_text(tests: bool = False) -> str:
    """Return the schema of rule files, or of test files, as text."""
    return json.dumps(tests_schema() if tests else schema(), ensure_ascii=False, indent=2) + "\n"
