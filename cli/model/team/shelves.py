"""Open the model of a project for a command, and offer it a new one."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime

from cli.app import fail
from rules.text_model.team.model import TeamModel
from worker.settings.settings import Project, Settings
from worker.store.models.state import Shelf
from worker.store.models.values import ModelEntry
from worker.tasks import this_process
from worker.team_models import actions
from worker.team_models.active import InUse


def project_of(found: Settings, name: str) -> Project:
    """Return a project that has a model of its own. Exits if there is none of this name."""
    if name not in found.projects:
        fail(f"no project {name}: sluice.yaml has {', '.join(found.projects)}")
    project = found.projects[name]
    if not project.model_name:
        fail(
            f"{name} has no model file. Add one to sluice.yaml, such as "
            f"`model: models/{name.lower()}.npz`"
        )
    return project


def opened(project: Project, now: datetime) -> tuple[Shelf, InUse]:
    """Return the shelf of a project's model, and what is in use. Redis learns of the file."""
    shelf = this_process().shelf(project)
    assert shelf and project.model_file
    return shelf, this_process().models.look(shelf, project.model_file, now)


def model_in_use(project: Project, now: datetime) -> TeamModel | None:
    """Return the model that judges a project now; None is what ships."""
    return opened(project, now)[1].model


def offer(
    project: Project, entry: ModelEntry, raw: bytes, now: datetime, why: Sequence[str]
) -> str:
    """Put a new model on trial, or beside the one in use. Return the line that says so."""
    shelf, _ = opened(project, now)
    taken = actions.take(shelf, entry, raw, now, why)
    if taken == "on trial":
        this_process().judge_all_again(shelf.name)
    key = project.key
    if taken == "in use already":
        return f"{shelf.name}: the model {entry.digest} is in use already"
    if taken == "stopped already":
        return (
            f"{shelf.name}: the model {entry.digest} was stopped by the rewrite limit. "
            f"`sluice model backtest {key}` shows what it changes; `sluice model approve {key}` "
            "puts it into use"
        )
    if taken == "beside":
        return (
            f"{shelf.name}: model {entry.digest} judges beside the one in use and writes nothing "
            f"({'; '.join(why)}). `sluice model backtest {key}` shows what it changes; "
            f"`sluice model approve {key}` puts it into use"
        )
    return (
        f"{shelf.name}: model {entry.digest} is on trial for an hour: workers use it within "
        f"seconds, and it may rewrite {project.rewrite_cap} issues. `sluice model history {key}` "
        f"shows it, `sluice model rollback {key}` ends it"
    )


def who() -> str:
    """Return the name of the person at the command line, for the history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such account, as in some containers
        return "somebody at the command line"
