"""Define the `sluice` group and what its commands share: settings, error messages, the site."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NoReturn

import click

from connector.client import JiraBusy, JiraRefused
from connector.field_mapping import LayoutError
from rules.assess.engine import EngineFault
from rules.facts.jsonl import RowError
from rules.rulebook.rulebook import RulebookError
from rules.text_model.model import ModelError
from worker.settings.load import load
from worker.settings.settings import Settings, SettingsError
from worker.store.redis import StoreDown
from worker.tasks import configure

_EXPECTED = (JiraBusy, JiraRefused, LayoutError, StoreDown, RowError, EngineFault, ModelError)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sluice")
def main() -> None:
    """Run an intake gate for Jira: classify, score and gate each issue by rules you can read."""


def fail(*lines: object) -> NoReturn:
    """Print the error messages, one a line, and exit with status 1."""
    for line in lines:
        click.echo(f"sluice: {line}", err=True)
    sys.exit(1)


def settings() -> Settings:
    """Return the settings, or print all their problems and exit with status 1."""
    try:
        found = load()
    except SettingsError as error:
        fail(*error.problems)
    configure(found)
    return found


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print an error that the user can correct in one line, without a traceback."""

    @wraps(command)
    def run(*args: Any, **more: Any) -> Any:
        try:
            return command(*args, **more)
        except RulebookError as error:
            fail(*error.problems)
        except _EXPECTED as error:
            fail(error)

    return run


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
