"""Define the `sluice` group and what its commands share: settings, error messages, the site."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from worker.settings.settings import Project, Settings


class LazyGroup(click.Group):
    """A group that imports a command's module when the command or a help text is asked for.

    Most commands need only a part of Sluice; all of it takes more than a second to import.
    """

    def __init__(self, *args: Any, places: Mapping[str, str], **more: Any) -> None:
        """Take the place of each command, such as `cli.issues:triage`, by its name."""
        super().__init__(*args, **more)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command. Return None if there is none of this name."""
        place = self.places.get(cmd_name) or self.places.get(_FORMER.get(cmd_name, ""), "")
        module, _, function = place.partition(":")
        if not module:
            return None
        command = getattr(import_module(module), function)
        assert isinstance(command, click.Command)
        return command


_PLACES = {
    "backfill": "cli.operate.backfill:backfill_command",
    "beat": "cli.operate.processes:beat",
    "dead": "cli.operate.dead_letters:dead",
    "demo": "cli.demo_run.command:demo",
    "doctor": "cli.operate.doctor.command:doctor",
    "explain": "cli.issues:explain",
    "model": "cli.model.group:model",
    "reconcile": "cli.issues:reconcile",
    "replay": "cli.replay:replay_command",
    "report": "cli.issues:report",
    "rules": "cli.rules.group:rules",
    "sandbox": "cli.sandbox:sandbox",
    "triage": "cli.issues:triage",
    "trust": "cli.trust.command:trust_command",
    "undo": "cli.operate.undo:undo_command",
    "web": "cli.operate.processes:web",
    "worker": "cli.operate.processes:worker",
}


_FORMER = {"check": "doctor"}
"""Earlier names of commands, which scripts may still use. No help text lists them."""


@click.group(
    cls=LazyGroup, places=_PLACES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="sluice")
def main() -> None:
    """Run an intake gate for Jira: classify, score and gate each issue by rules you can read."""


def fail(*lines: object) -> NoReturn:
    """Print the error messages, one a line, and exit with status 1."""
    for line in lines:
        click.echo(f"sluice: {line}", err=True)
    sys.exit(1)


def settings(strict: bool = False) -> Settings:
    """Return the settings, or print all their problems and exit with status 1.

    Unless it is `strict`, a rule file that can't be used is a warning if the book that judges
    meanwhile is known.
    """
    from worker.rulebooks.rollout import kept_book
    from worker.settings.load import load  # with Celery, which only some commands need
    from worker.settings.settings import SettingsError
    from worker.tasks import configure

    try:
        found = load(last_good=None if strict else kept_book)
    except SettingsError as error:
        fail(*error.problems)
    configure(found)
    for project in found.projects.values():
        _warn(project)
    return found


def _warn(project: Project) -> None:
    for problem in project.wrong:
        click.echo(f"sluice: {problem}", err=True)
    if project.wrong:
        book = f"{project.book.name}@{project.book.digest}"
        click.echo(f"sluice: {project.key}: until this is corrected, {book} judges", err=True)


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print an error that the user can correct in one line, without a traceback."""

    @wraps(command)
    def run(*args: Any, **more: Any) -> Any:
        try:
            return command(*args, **more)
        except Exception as error:
            if (lines := _lines_of(error)) is None:
                raise
            fail(*lines)

    return run


def _lines_of(error: Exception) -> Sequence[object] | None:
    """Return the messages of an error that the user can correct, or None for another one."""
    # Imported here: a command that ends well may need none of these.
    from connector.http.errors import JiraBusy, JiraRefused
    from connector.layout.field_mapping import LayoutError
    from rules.assess.engine import EngineFault
    from rules.facts.jsonl import RowError
    from rules.rulebook.rulebook import RulebookError
    from rules.text_model.model_file import ModelError
    from worker.store.redis import StoreDown

    if isinstance(error, RulebookError):
        return error.problems
    expected = (JiraBusy, JiraRefused, LayoutError, StoreDown, RowError, EngineFault, ModelError)
    return [error] if isinstance(error, expected) else None


def site_of(found: Settings, name: str | None) -> str:
    """Return the named site, or the only one."""
    if name is None and len(found.sites) == 1:
        return next(iter(found.sites))
    if name not in found.sites:
        fail(f"--site has to be one of: {', '.join(found.sites)}")
    return str(name)


def sites(found: Settings, name: str | None) -> Sequence[str]:
    """Return the named site, or all sites."""
    return list(found.sites) if name is None else [site_of(found, name)]
