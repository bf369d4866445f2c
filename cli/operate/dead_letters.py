"""`sluice dead list|replay|drop`: handle the dead letters."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cli.app import fail, plainly, settings, sites
from cli.issues import SITE
from rules.vocabulary.plural import many
from worker.store.work_queue import DeadLetter, Store
from worker.tasks import resubmit, this_process


@click.group()
def dead() -> None:
    """Handle dead letters: issues that could not be triaged."""


@dead.command("list")
@click.option("--detail", is_flag=True, help="Show tracebacks too.")
@SITE
@plainly
def list_(detail: bool, site: str | None) -> None:
    """List the dead letters, each with time and reason."""
    letters = list(_letters(site, ()))
    for name, _, letter in letters:
        click.echo(f"{name} {letter.issue_id}  {letter.at}  {letter.reason}")
        if next_step := letter.next_step:
            click.echo(f"  {next_step}")
        if detail and letter.detail:
            click.echo(letter.detail)
    click.echo(many(len(letters), "dead letter") if letters else "no dead letters")


@dead.command()
@click.argument("issue_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All dead letters.")
@SITE
@plainly
def replay(issue_ids: tuple[str, ...], every: bool, site: str | None) -> None:
    """Queue issues again. A successful triage removes the dead letter."""
    _named(issue_ids, every)
    for name, store, letter in _letters(site, issue_ids):
        resubmit(store, name, letter.issue_id)
        click.echo(f"{name} {letter.issue_id}: queued")


@dead.command()
@click.argument("issue_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All dead letters.")
@SITE
@plainly
def drop(issue_ids: tuple[str, ...], every: bool, site: str | None) -> None:
    """Remove dead letters. The issues stay as they are."""
    _named(issue_ids, every)
    for name, store, letter in _letters(site, issue_ids):
        store.drop(letter.issue_id)
        click.echo(f"{name} {letter.issue_id}: dropped")


def _named(issue_ids: tuple[str, ...], every: bool) -> None:
    if bool(issue_ids) is every:
        fail("give issue ids from `sluice dead list`, or --all")


def _letters(
    site: str | None, issue_ids: tuple[str, ...]
) -> Iterator[tuple[str, Store, DeadLetter]]:
    """Yield the dead letters of the site, or of all; only of the named issues if any are named."""
    found: set[str] = set()
    for name in sites(settings(), site):
        store = this_process().store(name)
        for letter in store.dead():
            if not issue_ids or letter.issue_id in issue_ids:
                found.add(letter.issue_id)
                yield name, store, letter
    if missing := [issue for issue in issue_ids if issue not in found]:
        fail(f"no dead letter for {', '.join(missing)}")
