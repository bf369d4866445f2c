"""`sluice model rollback` and `approve`: change which model judges, at once for all processes."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from cli.app import fail, plainly, settings
from cli.model.team.shelves import opened, project_of, who
from rules.text_model.model_file import ModelFileError
from worker.settings.settings import Project
from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS
from worker.tasks import this_process
from worker.team_models import actions, disk
from worker.team_models.actions import CannotChange, Check

AGAIN = "Workers use it within seconds, and a pass over all issues begins"


@click.command()
@click.argument("project")
@click.argument("digest", required=False)
@plainly
def rollback(project: str, digest: str | None) -> None:
    """Go back to the model before, or to DIGEST.

    `sluice model history` shows the digests; `ships` goes back to what ships. Issues that the model
    rewrote are judged again. The weekly training then waits for `sluice model approve`.
    """
    chosen, now = project_of(settings(), project), datetime.now(UTC)
    shelf, _ = opened(chosen, now)
    try:
        target = actions.roll_back(shelf, digest, who(), now, _opens(chosen, shelf))
    except (CannotChange, ModelFileError) as error:
        fail(f"{project}: {error}")
    _write_copy(chosen, shelf, target)
    this_process().judge_all_again(shelf.name)
    name = "what ships" if target == SHIPS else f"the model {target}"
    click.echo(f"{project}: back to {name}{_others(shelf, project)}. {AGAIN}")


@click.command()
@click.argument("project")
@plainly
def approve(project: str) -> None:
    """Let a new model judge that is on trial, was stopped, or waits beside the one in use.

    `sluice model history` shows it, and `sluice model backtest` shows what it changes.
    """
    chosen, now = project_of(settings(), project), datetime.now(UTC)
    shelf, _ = opened(chosen, now)
    try:
        digest = actions.approve(shelf, who(), now, _opens(chosen, shelf))
    except (CannotChange, ModelFileError) as error:
        fail(f"{project}: {error}")
    _write_copy(chosen, shelf, digest)
    this_process().judge_all_again(shelf.name)
    click.echo(f"{project}: the model {digest} is approved{_others(shelf, project)}. {AGAIN}")


def _opens(project: Project, shelf: Shelf) -> Check:
    """Return what opens a model with the key of this process, as workers do before they judge."""
    file = project.model_file
    assert file
    return lambda digest: this_process().models.load(shelf, digest, file)


def _write_copy(project: Project, shelf: Shelf, digest: str) -> None:
    """Write the copy on this host at once; workers write theirs."""
    assert project.model_file
    try:
        disk.write_model(project.model_file, digest, shelf.bytes_of(digest))
        disk.write_memory(project.model_file, shelf.memory())
    except OSError as error:
        click.echo(f"sluice: {project.model_file}: can't be written: {error.strerror}", err=True)


def _others(shelf: Shelf, project: str) -> str:
    others = [one for one in shelf.projects if one != project]
    return f", for {', '.join(others)} too, which share {shelf.name}" if others else ""
