"""`sluice rules status`: which rulebook judges each project, and what is wrong with its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from worker.cli.group import plainly, settings, sites
from worker.cli.issues import SITE
from worker.cli.rules.group import rules
from worker.store import Store
from worker.tasks import runtime


@rules.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@SITE
@plainly
def status(as_json: bool, site: str | None) -> None:
    """Which rulebook judges each project by the workers' own word, and since when."""
    found = {name: _of_site(runtime().store(name)) for name in sites(settings(), site)}
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for name, books in found.items():
        if not books:
            click.echo(f"{name}: no worker has judged anything yet")
        for project, book in books.items():
            click.echo("\n".join(_lines(name, project, book)))


def _of_site(store: Store) -> dict[str, dict[str, Any]]:
    return {key: {**book, "shadows": store.shadows(key)} for key, book in store.books().items()}


def _lines(site: str, project: str, book: Mapping[str, Any]) -> list[str]:
    shadow = ", in shadow: nothing is written" if book["shadow"] else ""
    lines = [
        f"{site} {project}: {book['book']}@{book['digest']}, {book['rules']} rules, "
        f"from {book['file']}, since {book['since']}{shadow}"
    ]
    if book["wrong"]:
        lines.append("  the file on disk can't be used, the last good book goes on:")
        lines += [f"  {line}" for line in book["wrong"]]
    for name, count in book["shadows"].items():
        digest, live, other = name.split(" ", 2)
        lines.append(f"  shadow {digest}: {live} → {other}: {count}")
    return lines
