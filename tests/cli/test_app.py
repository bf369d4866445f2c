"""A command imports only what it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli import main
from cli.app import LazyGroup

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"jira", "celery", "redis", "flask", "numpy"}


def loaded_by(*arguments: str) -> set[str]:
    """Return the heavy libraries that a command has loaded when it ends well."""
    code = (
        "import sys\nfrom cli import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        f"print(*({HEAVY} & sys.modules.keys()), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("command", ["--version", "rules fmt --help", "rules fields"])
def test_a_command_that_needs_no_site_loads_no_library_of_sites(command: str) -> None:
    assert not loaded_by(*command.split())


def test_a_command_for_a_site_loads_what_it_needs() -> None:
    assert {"jira", "celery"} <= loaded_by("reconcile", "--help")


def names(words: str, group: LazyGroup) -> Iterator[tuple[str, str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, f"{words} {name}"
        yield words, name, command
        if isinstance(command, LazyGroup):
            yield from names(f"{words} {name}", command)


def test_every_command_of_the_tables_is_there_and_has_the_name_of_its_line() -> None:
    assert isinstance(main, LazyGroup)
    found = list(names("sluice", main))
    assert len(found) > 25
    for words, name, command in found:
        assert command.name == name, f"{words} {name}"
        assert command.get_short_help_str(), f"{words} {name}"


def test_a_former_name_of_a_command_works_and_no_help_lists_it() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    assert "doctor" in said and "\n  check" not in said
    assert "Check the settings" in CliRunner().invoke(main, ["check", "--help"]).output
