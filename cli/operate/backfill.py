"""`sluice backfill`: write the decisions on the issues that were there before Sluice."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from cli.app import plainly, settings, site_of
from cli.issues import SITE
from cli.operate.bulk_run import DRY_RUN, YES, ask, run
from cli.progress import progress
from connector.layout.field_mapping import Layout
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.plural import many
from rules.vocabulary.verdicts import VERDICTS
from worker.jobs.backfill import Plan, Preview, backfill, count, preview, projects_of
from worker.jobs.bulk_work import Shown
from worker.jobs.pace import Pace
from worker.tasks import this_process
from worker.triage.site_triage import Outcome, SiteTriage

PREVIEW = 1_000
"""The most issues that are judged to show what would be written. A dry run judges all."""

TITLE = 60
"""The characters of a title that a sample shows."""


@click.command("backfill")
@click.option("--jql", help="Only the issues that this query finds.")
@click.option("--limit", type=click.IntRange(1), help="Write at most N issues.")
@DRY_RUN
@YES
@SITE
@plainly
def backfill_command(
    jql: str | None, limit: int | None, dry_run: bool, yes: bool, site: str | None
) -> None:
    """Triage the open issues that were there before Sluice.

    It counts them, shows what it would write, asks, and writes at the pace of
    `writes_per_second`; events go first. After it was killed, the same command goes on.
    """
    found = settings()
    name = site_of(found, site)
    gate = this_process().site_triage(name)
    plan = Plan(name, projects_of(gate), jql, limit)
    issues, pace = count(gate, plan), Pace(found.sites[name].writes_per_second)
    click.echo(f"{name}: {', '.join(plan.projects)}: about {many(issues, 'issue')} to look at")
    if dry_run or not yes:
        issues = _show(gate, plan, issues, issues if dry_run else PREVIEW)
    if dry_run:
        return
    ask(issues, pace, yes)
    run(lambda shown: backfill(this_process(), plan, pace, shown), issues)


def _show(gate: SiteTriage, plan: Plan, issues: int, most: int) -> int:
    """Show what would be written. Return about how many issues that is."""
    with progress("judged", min(issues, most)) as step:
        found = preview(gate, plan, max(most, 1), Shown(step))
    would = found.cells.total()
    console = Console(width=120, highlight=False)
    click.echo(f"Of {many(found.read, 'issue')} read, {would} would be written:")
    if would:
        console.print(_table(found, gate.site.layout))
    for why, left in sorted(found.left.items()):
        click.echo(f"  {left} not: {why}")
    for outcome in found.samples:
        click.echo(_sample(outcome, gate.site.layout))
    return would if found.read >= issues else issues * would // max(found.read, 1)


def _table(found: Preview, layout: Layout) -> Table:
    """Return the table of classes and verdicts, without empty rows and columns."""
    kinds = [kind for kind in ALL_KINDS if any(cell[0] == kind for cell in found.cells)]
    verdicts = [one for one in VERDICTS if any(cell[1] == one for cell in found.cells)]
    table = Table("", *map(layout.shown, verdicts), "all", box=None, padding=(0, 2))
    for kind in kinds:
        numbers = [found.cells[kind, verdict] for verdict in verdicts]
        table.add_row(layout.shown(kind), *map(str, numbers), str(sum(numbers)))
    return table


def _sample(outcome: Outcome, layout: Layout) -> str:
    """Return the line of an issue: key, class, verdict, priority and title."""
    assert outcome.assessment is not None
    new, title = outcome.assessment.proposed, " ".join(outcome.issue.summary.split())
    words = [layout.shown(str(value)) for value in (new.kind, new.verdict, new.priority) if value]
    return f"  {outcome.issue.key:<12} {' · '.join(words):<40} {title[:TITLE]}"
