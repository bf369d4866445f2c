"""`sluice rules status` and `approve`: which rulebook judges each project, and what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from cli.app import fail, plainly, settings, sites
from cli.issues import SITE
from cli.rules.group import rules
from worker.rulebooks.status import ProjectStatus, as_json, of_site
from worker.store.rulebook_values import Rollout
from worker.tasks import runtime

MOVED = 10


@rules.command()
@click.option("--json", "raw", is_flag=True, help="For machines.")
@SITE
@plainly
def status(raw: bool, site: str | None) -> None:
    """Show the active rulebook of each project, as reported by the workers."""
    found = {name: of_site(runtime().store(name).ledger) for name in sites(settings(), site)}
    if raw:
        told = {name: as_json(projects) for name, projects in found.items()}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for name, projects in found.items():
        if not projects:
            click.echo(f"{name}: no worker has judged anything yet")
        for key, project in projects.items():
            click.echo("\n".join(_lines(name, key, project)))


@rules.command()
@click.argument("project")
@plainly
def approve(project: str) -> None:
    """Let a new book rewrite as many issues as it decides otherwise, at once.

    A book that would rewrite more than the project's `rewrite_cap` in its first hour is stopped;
    `sluice rules status` shows it, `sluice rules backtest` what it would change.
    """
    found = settings().projects
    if project not in found:
        fail(f"no project {project}: sluice.yaml has {', '.join(found)}")
    ledger = runtime().store(found[project].site).ledger
    standing, text = ledger.standing(project), ledger.text(project, "trial")
    if standing.trial is None or text is None:
        fail(f"{project}: no new book waits: `sluice rules status` shows which one judges")
    ledger.settle(project, standing.trial.digest, text)
    click.echo(
        f"{project}: rulebook @{standing.trial.digest} is approved. Workers take it within "
        "seconds; the next reconciling, or `sluice reconcile`, queues what it decides otherwise"
    )


def _lines(site: str, key: str, project: ProjectStatus) -> Iterator[str]:
    book = project.book
    shadow = ", in shadow: nothing is written" if book.shadow else ""
    yield (
        f"{site} {key}: {book.book}@{book.digest}, {book.rules} rules, "
        f"from {book.file}, since {book.since.isoformat()}{shadow}"
    )
    if book.model:
        yield f"  text model {book.model} votes beside it"
    if book.wrong:
        yield "  a file on disk can't be used, the last good one goes on:"
        yield from (f"  {problem}" for problem in book.wrong)
    if project.trial:
        yield _trial(key, project.trial)
    if book.candidate:
        yield f"  in shadow beside it: {book.candidate}"
    for one in project.shadows:
        yield f"  shadow {one.digest}: {one.verdict} → {one.shadow}: {one.count}"
    for moved in project.moved[:MOVED]:
        yield f"  shadow {moved.digest}: {moved.key}: {moved.verdict} → {moved.shadow}"


def _trial(key: str, trial: Rollout) -> str:
    name, done = f"new book @{trial.digest}", trial.rewritten
    if trial.stopped is None:
        since = trial.since.isoformat()
        return f"  {name} is in its first hour since {since}: {done} issues rewritten"
    return (
        f"  {name} is stopped: it would rewrite {trial.stopped} issues or more, and rewrote "
        f"{done}; look at it with `sluice rules backtest`, then mend the file, or let it go on: "
        f"`sluice rules approve {key}`"
    )
