"""Read as much of the settings as can be read, for a command that says what is broken."""

from __future__ import annotations

import click

from cli.app import fail
from rules.rulebook.load import shipped
from rules.rulebook.rulebook import Rulebook
from worker.rulebooks.rollout import kept_book
from worker.settings.load import load
from worker.settings.settings import Settings, SettingsError
from worker.tasks import configure


def settings_for_doctor() -> tuple[Settings, list[str]]:
    """Return the settings and what is wrong with the rule files.

    In the place of a file that can't be used stands the book that judges meanwhile, or the default
    book where Redis knows none, so that all else is still checked. What hides all else, such as a
    site without a token, ends the command.
    """
    try:
        found = load(last_good=_judging)
    except SettingsError as error:
        fail(*error.problems)
    configure(found)
    wrong: list[str] = []
    for project in found.projects.values():
        wrong += [str(problem) for problem in project.wrong]
        if project.wrong:
            book = f"{project.book.name}@{project.book.digest}"
            click.echo(f"{project.key}: until its file is corrected, it is checked with {book}")
    return found, [*dict.fromkeys(wrong)]


def _judging(redis_url: str, site: str, project: str) -> Rulebook | None:
    """Return the book that judges a project; the default book if nobody knows it."""
    return kept_book(redis_url, site, project) or shipped("default")
