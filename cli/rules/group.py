"""Define the `sluice rules` group and what its commands share: rule files and --now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.app import LazyGroup, fail
from rules.facts.jira_json.export_time import export_time
from rules.facts.times import moment
from rules.rulebook.file_format.overlay import book_of
from rules.vocabulary.languages import LANGUAGES
from worker.settings.locate_rulebook import ENDINGS, is_test

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACES = {
    "approve": "cli.rules.status:approve",
    "backtest": "cli.rules.backtest.command:backtest_command",
    "check": "cli.rules.check:check_files",
    "expect": "cli.rules.expect:expect_command",
    "explain": "cli.rules.explain:explain_command",
    "fields": "cli.rules.check:fields",
    "fmt": "cli.rules.fmt:fmt",
    "judge": "cli.rules.judge:judge_command",
    "lint": "cli.rules.lint:lint_files",
    "new": "cli.rules.new.command:new",
    "schema": "cli.rules.schema:show_schema",
    "status": "cli.rules.status:status",
    "take": "cli.rules.status:take",
    "test": "cli.rules.test:test_files",
}

NOW = click.option(
    "--now",
    help="Judge as on this day, such as 2026-11-23. Default: today; for a file of Jira's JSON the "
    "day of its newest change.",
)
MODEL = click.option(
    "--model", "trained", type=FILE, help="A text model. Default: the shipped one."
)


def language_option(what: str) -> Callable[[F], F]:
    """Return the option --language; `what` is in that language."""
    return click.option(
        "--language", default="en", show_default=True, type=click.Choice(LANGUAGES), help=what
    )


@click.group(cls=LazyGroup, places=_PLACES)
def rules() -> None:
    """Work on rule files: check, try out, compare, put into use."""


def rule_files(paths: Sequence[Path], tests: bool = False) -> Iterator[Path]:
    """Yield the files, and for each folder its YAML files; test files only with `tests`.

    For an overlay, yield its rulebook: both are checked together.
    """
    for path in paths:
        if not path.is_dir():
            book = book_of(path)
            yield book if book and book.is_file() else path
            continue
        found = [f for f in sorted(path.iterdir()) if f.suffix in ENDINGS and not book_of(f)]
        books = [file for file in found if tests or not is_test(file)]
        if not books:
            fail(f"{path}: no rule file in this folder")
        yield from books


def time_of(now: str | None) -> datetime:
    """Return the time given by --now, or the present."""
    found = moment(now) if now is not None else datetime.now(UTC)
    if found is None:
        fail(f"--now {now} is not a day or time: write one such as 2026-11-23")
    return found


def time_of_file(now: str | None, file: str) -> datetime:
    """Return the time given by --now, else that of an export in Jira's JSON, or the present."""
    if now is not None or not Path(file).is_file():
        return time_of(now)
    with Path(file).open("rb") as lines:
        exported = export_time(lines)
    return min(exported, time_of(None)) if exported else time_of(None)
