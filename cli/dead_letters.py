"""`sluice dead list|replay|drop`: the issues that could not be triaged."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cli.app import fail, main, plainly, settings, sites
from cli.issues import SITE
from worker.store.work_queue import DeadLetter, Store
from worker.tasks import resubmit, runtime


@main.group()
def dead() -> None:
    """Dead letters: issues that could not be triaged."""


@dead.command("list")
@click.option("--detail", is_flag=True, help="With tracebacks.")
@SITE
@plainly
def list_(detail: bool, site: str | None) -> None:
    """Which issues, since when and why."""
    letters = list(_letters(site, ()))
    for name, _, letter in letters:
        click.echo(f"{name} {letter.issue_id}  {letter.at}  {letter.reason}")
        if detail and letter.detail:
            click.echo(letter.detail)
    click.echo(f"{len(letters)} dead letters" if letters else "no dead letters")


@dead.command()
@click.argument("issue_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of them.")
@SITE
@plainly
def replay(issue_ids: tuple[str, ...], every: bool, site: str | None) -> None:
    """Queue issues again; a letter goes when its triage works."""
    _named(issue_ids, every)
    for name, store, letter in _letters(site, issue_ids):
        resubmit(store, name, letter.issue_id)
        click.echo(f"{name} {letter.issue_id}: queued")


@dead.command()
@click.argument("issue_ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of them.")
@SITE
@plainly
def drop(issue_ids: tuple[str, ...], every: bool, site: str | None) -> None:
    """Forget dead letters; the issues stay as they are."""
    _named(issue_ids, every)
    for name, store, letter in _letters(site, issue_ids):
        store.drop(letter.issue_id)
        click.echo(f"{name} {letter.issue_id}: dropped")


def _named(issue_ids: tuple[str, ...], every: bool) -> None:
    if bool(issue_ids) is every:
        fail("name the issue ids that `sluice dead list` shows, or say --all")


def _letters(
    site: str | None, issue_ids: tuple[str, ...]
) -> Iterator[tuple[str, Store, DeadLetter]]:
    """The letters of the site or of all sites; of the named issues where any are named."""
    found: set[str] = set()
    for name in sites(settings(), site):
        store = runtime().store(name)
        for letter in store.dead():
            if not issue_ids or letter.issue_id in issue_ids:
                found.add(letter.issue_id)
                yield name, store, letter
    if missing := [issue for issue in issue_ids if issue not in found]:
        fail(f"no dead letter of {', '.join(missing)}")
