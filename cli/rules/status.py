"""`sluice rules status`, `approve` and `take`: show the active rulebooks, let a new one judge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from cli.app import fail, plainly, settings, sites
from cli.issues import SITE
from rules.vocabulary.plural import many
from worker.rulebooks.status import ProjectStatus, as_json, of_site
from worker.store.rulebook_values import Rollout
from worker.tasks import this_process
from worker.team_models.status import Models, ModelStatus

MOVED = 10


@click.command()
@click.option("--json", "raw", is_flag=True, help="Print JSON.")
@SITE
@plainly
def status(raw: bool, site: str | None) -> None:
    """Show the active rulebook of each project, as reported by the workers."""
    config = settings()
    models = Models(config)
    found = {
        name: of_site(this_process().store(name).ledger, config.of_site(name), models)
        for name in sites(config, site)
    }
    if raw:
        shown = {name: as_json(projects) for name, projects in found.items()}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for name, projects in found.items():
        if not projects:
            click.echo(f"{name}: no worker has judged an issue yet")
        for key, project in projects.items():
            click.echo("\n".join(_lines(name, key, project)))


@click.command()
@click.argument("project")
@plainly
def approve(project: str) -> None:
    """Approve a new rulebook that was rolled back by the rewrite limit.

    Sluice rolls back a rulebook that would rewrite more than `rewrite_cap` issues in its first
    hour. `sluice rules status` shows it, and `sluice rules backtest` shows the changes.
    """
    found = settings().projects
    if project not in found:
        fail(f"no project {project}: sluice.yaml has {', '.join(found)}")
    ledger = this_process().store(found[project].site).ledger
    standing, text = ledger.standing(project), ledger.text(project, "trial")
    if standing.trial is None or text is None:
        fail(f"{project}: no new rulebook to approve: see `sluice rules status`")
    ledger.settle(project, standing.trial.digest, text)
    click.echo(
        f"{project}: rulebook @{standing.trial.digest} is approved. Workers use it within seconds. "
        "To judge all issues again now, run `sluice reconcile`"
    )


@click.command()
@click.argument("project")
@plainly
def take(project: str) -> None:
    """Let the rule file of this host judge a project on all hosts, on trial for an hour.

    Hosts with other files go on, and judge by it too. `sluice rules status` shows how they differ.
    """
    found = settings().projects
    if project not in found:
        fail(f"no project {project}: sluice.yaml has {', '.join(found)}")
    mine, ledger = found[project], this_process().store(found[project].site).ledger
    if mine.wrong:
        fail(f"{mine.wrong[0]}: correct the file first")
    standing, book = ledger.standing(project), mine.book
    if book.digest == standing.judging:
        click.echo(f"{project}: rulebook {book.name}@{book.digest} judges already")
        return
    if book.digest == standing.active:
        ledger.withdraw(project)
    else:
        ledger.begin(project, book.digest, book.text(), datetime.now(UTC))
    click.echo(f"{project}: rulebook {book.name}@{book.digest} judges now, on all hosts")


def _lines(site: str, key: str, project: ProjectStatus) -> Iterator[str]:
    book = project.book
    shadow = ", in shadow: nothing is written" if book.shadow else ""
    yield (
        f"{site} {key}: {book.book}@{book.digest}, {many(book.rules, 'rule')}, "
        f"from {book.file}, since {book.since.isoformat()}{shadow}"
    )
    if book.model:
        yield f"  with the team's model {book.model}"
    if project.team_model:
        yield from _team_model(key, project.team_model)
    if project.wrong:
        yield "  a file can't be used, so the last good version is active:"
        yield from (f"  {problem}" for problem in project.wrong)
    for line in project.differ:
        yield f"  {line}. To let the files of this host judge: `sluice rules take {key}`"
    if project.trial:
        yield _trial(key, project.trial)
    if book.candidate:
        yield f"  in shadow: {book.candidate}"
    for one in project.shadows:
        yield f"  shadow {one.digest}: {one.verdict} → {one.shadow}: {one.count}"
    for moved in project.moved[:MOVED]:
        yield f"  shadow {moved.digest}: {moved.key}: {moved.verdict} → {moved.shadow}"


def _team_model(key: str, model: ModelStatus) -> Iterator[str]:
    more = f"see `sluice model history {key}`"
    if model.trial and model.trial.stopped is not None:
        would = many(model.trial.stopped, "issue")
        yield f"  new model {model.trial.digest} is stopped: it would rewrite {would}: {more}"
    elif model.trial:
        done = many(model.trial.rewritten, "issue")
        yield f"  new model {model.trial.digest} is in its first hour: {done} rewritten: {more}"
    if model.beside:
        yield f"  model {model.beside.digest} waits and judges beside: {more}"


def _trial(key: str, trial: Rollout) -> str:
    name, done = f"new rulebook @{trial.digest}", trial.rewritten
    if trial.stopped is None:
        since = trial.since.isoformat()
        return f"  {name} is in its first hour since {since}: {many(done, 'issue')} rewritten"
    return (
        f"  {name} is rolled back: it would rewrite at least {many(trial.stopped, 'issue')} "
        f"({done} done). Check it with `sluice rules backtest`, then correct the file "
        f"or approve it: `sluice rules approve {key}`"
    )
