"""`sluice trust`: show how far people agree with Sluice, and what the book could say instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.app import fail, plainly
from cli.progress import progress
from cli.trust import patch as patches
from cli.trust.read import Source, judged, of_file, of_site
from cli.trust.text import lines
from rules.assess.assessment import Assessment
from rules.learning.evidence.lessons import Example
from rules.learning.trust.suggest import suggest
from rules.learning.trust.suggestion import Suggestions
from rules.learning.trust.table import Trust, trust

DAYS = 90


@click.command("trust")
@click.argument("project", required=False)
@click.option(
    "--days",
    default=DAYS,
    show_default=True,
    type=click.IntRange(1, 3650),
    help="Count the decisions of this many days.",
)
@click.option(
    "--issues",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read a JSON Lines file instead of Jira; people set `cls`, `gate` and `priority` in it.",
)
@click.option("--book", help="Compare with this rulebook. Default: the project's.")
@click.option("--json", "raw", is_flag=True, help="Print JSON, with all rules.")
@click.option(
    "--patch",
    "target",
    type=click.Path(path_type=Path),
    help="Write the suggested changes: a rule file (.yaml), a diff of the project's rule file "
    "(.patch), or a folder for one of them.",
)
@plainly
def trust_command(
    project: str | None,
    days: int,
    issues: Path | None,
    book: str | None,
    raw: bool,
    target: Path | None,
) -> None:
    """Show how often people agree with Sluice, where they decided themselves.

    By class, gate, priority and rule, with the changes of the rulebook that would have been right
    more often. Only --patch writes a file; nothing is written to Jira.
    """
    now = datetime.now(UTC)
    if issues is None and project is None:
        fail("name a project of sluice.yaml, or a file by --issues")
    source = of_file(issues, project, book) if issues else of_site(str(project), book, days, now)
    examples, read = judged(source, now)
    found = trust(source.book, examples, read)
    tried = _tried(source, found, examples, read, now)
    if raw:
        data = {"version": 1, "name": source.name, **found.as_json(), "suggested": tried.as_json()}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(source.name, found, tried, source.shown, source.retired)))
    if target is not None:
        _write(source, tried, target, now)


def _tried(
    source: Source,
    found: Trust,
    examples: Sequence[Example],
    read: Sequence[Assessment],
    now: datetime,
) -> Suggestions:
    with progress("trying changes of rules", len(found.rules)) as looked:
        return suggest(source.book, examples, found.rules, source.judge, now, looked, read)


def _write(source: Source, tried: Suggestions, target: Path, now: datetime) -> None:
    if not tried.found:
        click.echo("No change is suggested, so no patch is written.", err=True)
        return
    found = patches.patch(source, tried, target, now)
    patches.write(found)
    click.echo(f"\nWritten: {found.file}\n{found.next}", err=True)
