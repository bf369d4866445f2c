"""`sluice model history`: the models of a project, their origin and their state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from cli.app import plainly, settings
from cli.model.team.shelves import opened, project_of
from rules.problem import Problem
from rules.vocabulary.plural import many
from worker.store.models.state import Shelved
from worker.store.models.values import SHIPS, Forget, Memory, ModelEntry


@click.command()
@click.argument("project")
@click.option("--json", "raw", is_flag=True, help="Print JSON.")
@plainly
def history(project: str, raw: bool) -> None:
    """Show the models of a project, the latest first: when, from what, by whom, figures, state.

    Below are the decisions that the next training leaves out (`sluice model forget`), and problems
    with the model's file.
    """
    chosen = project_of(settings(), project)
    shelf, found = opened(chosen, datetime.now(UTC))
    shelved, memory = shelf.look(), shelf.memory()
    if raw:
        shown = _as_json(shelf.name, shelved, memory, found.wrong)
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    click.echo("\n".join(_lines(shelf.name, shelved, memory, found.wrong)))


def state_of(entry: ModelEntry, shelved: Shelved) -> str:
    """Return what a model does now, or what ended it."""
    standing, beside = shelved.standing, shelved.beside
    trial = standing.trial
    if trial and trial.digest == entry.digest:
        if trial.stopped is None:
            return (
                f"on trial since {_time(trial.since)}: {many(trial.rewritten, 'issue')} rewritten"
            )
        return f"stopped: it would rewrite at least {many(trial.stopped, 'issue')}"
    if beside and beside.digest == entry.digest:
        return f"waits and judges beside: {'; '.join(beside.why)}"
    if entry.digest == standing.active:
        return "in use"
    ended = f" {_time(entry.ended)}" if entry.ended else ""
    by = f" by {entry.ended_by}" if entry.ended_by and entry.fate == "rolled back" else ""
    return f"{entry.fate or 'not in use'}{ended}{by}"


def _lines(
    name: str, shelved: Shelved, memory: Memory, wrong: tuple[Problem, ...]
) -> Iterator[str]:
    judging = shelved.standing.judging or SHIPS
    yield f"{name}: {'what ships' if judging == SHIPS else f'model {judging}'} judges"
    for entry in memory.history:
        yield f"  {_time(entry.at)}  {entry.digest}  {state_of(entry, shelved)}"
        yield f"    {_origin(entry)}"
        if entry.before and entry.after:
            pairs = (
                f"{figure} {entry.before[figure]:.0%} → {entry.after[figure]:.0%}"
                for figure in entry.after
                if figure in entry.before
            )
            yield f"    {', '.join(pairs)}"
    for one in memory.forgotten:
        yield f"  forgotten: {_forgotten(one)}, since {_time(one.at)} by {one.who or 'somebody'}"
    yield from (f"  {problem}" for problem in wrong)


def _origin(entry: ModelEntry) -> str:
    lessons = ", ".join(_lessons(what, count) for what, count in sorted(entry.lessons.items()))
    approved = f", approved by {entry.approved}" if entry.approved else ""
    return f"by {entry.by}{approved}{f', from {lessons}' if lessons else ''}"


def _lessons(what: str, count: int) -> str:
    """Return `28 corrections of class` for `kind (correction)`, as the entry has it."""
    field, _, by = what.rstrip(")").partition(" (")
    field = "class" if field == "kind" else field
    if by == "book":
        return f"{count:,} of {field} by the rulebook"
    return f"{many(count, by)} of {field}" if by else f"{count:,} {what}"


def _forgotten(one: Forget) -> str:
    what = {"by": "decisions of the account", "issue": "decisions on", "since": "decisions since"}
    return f"{what[one.scope]} {one.value}"


def _as_json(
    name: str, shelved: Shelved, memory: Memory, wrong: tuple[Problem, ...]
) -> dict[str, Any]:
    standing = shelved.standing
    return {
        "file": name,
        "judging": standing.judging or SHIPS,
        "in_use": standing.active or SHIPS,
        "trial": standing.trial and standing.trial.to_json(),
        "beside": shelved.beside and shelved.beside.to_json(),
        "history": [{**e.to_json(), "state": state_of(e, shelved)} for e in memory.history],
        "forgotten": [one.to_json() for one in memory.forgotten],
        "rolled_back": memory.rolled_back or None,
        "wrong": [problem.to_json() for problem in wrong],
    }


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M") if at else "?"
