"""`sluice rules status` and `approve`: which rulebook judges each project, and what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from cli.app import fail, plainly, settings, sites
from cli.issues import SITE
from cli.rules.group import rules
from worker.rulebooks.status import of_site
from worker.tasks import runtime

MOVED = 10


@rules.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@SITE
@plainly
def status(as_json: bool, site: str | None) -> None:
    """Which rulebook judges each project by the workers' own word, and since when."""
    found = {name: of_site(runtime().store(name).ledger) for name in sites(settings(), site)}
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for name, books in found.items():
        if not books:
            click.echo(f"{name}: no worker has judged anything yet")
        for project, book in books.items():
            click.echo("\n".join(_lines(name, project, book)))


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
    ledger.settle(project, standing.trial, text)
    click.echo(
        f"{project}: rulebook @{standing.trial} is approved. Workers take it within seconds; the "
        "next reconciling, or `sluice reconcile`, queues what it decides otherwise"
    )


def _lines(site: str, project: str, book: Mapping[str, Any]) -> Iterator[str]:
    shadow = ", in shadow: nothing is written" if book["shadow"] else ""
    yield (
        f"{site} {project}: {book['book']}@{book['digest']}, {book['rules']} rules, "
        f"from {book['file']}, since {book['since']}{shadow}"
    )
    if book.get("model"):
        yield f"  text model {book['model']} votes beside it"
    if book["wrong"]:
        yield "  a file on disk can't be used, the last good book goes on:"
        yield from (f"  {line}" for line in book["wrong"])
    if book["trial"]:
        yield _trial(project, book["trial"])
    if book["candidate"]:
        yield f"  in shadow beside it: {book['candidate']}"
    for name, count in book["shadows"].items():
        digest, live, other = name.split(" ", 2)
        yield f"  shadow {digest}: {live} → {other}: {count}"
    for moved in book["moved"][:MOVED]:
        key, digest, live, other = moved.split(" ", 3)
        yield f"  shadow {digest}: {key}: {live} → {other}"


def _trial(project: str, trial: Mapping[str, Any]) -> str:
    name, done = f"new book @{trial['digest']}", trial["rewritten"]
    if trial["stopped"] is None:
        return f"  {name} is in its first hour since {trial['since']}: {done} issues rewritten"
    return (
        f"  {name} is stopped: it would rewrite {trial['stopped']} issues or more, and rewrote "
        f"{done}; look at it with `sluice rules backtest`, then mend the file, or let it go on: "
        f"`sluice rules approve {project}`"
    )
