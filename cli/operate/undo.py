"""`sluice undo`: take back what Sluice wrote, where nobody touched it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

from cli.app import fail, plainly, settings, site_of
from cli.issues import SITE
from cli.operate.bulk_run import DRY_RUN, YES, ask, run
from cli.progress import progress
from rules.vocabulary.plural import many
from worker.jobs import undo as job
from worker.jobs.backfill import projects_of
from worker.jobs.bulk_work import Shown, Tally
from worker.jobs.pace import Pace
from worker.tasks import this_process

_AGO = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@click.command("undo")
@click.option("--since", required=True, help="A time such as 2026-11-30T14:00, or 90m, 2h, 3d ago.")
@click.option("--book", metavar="DIGEST", help="Only what this rulebook wrote last.")
@click.option("--project", help="Only this project.")
@DRY_RUN
@YES
@SITE
@plainly
def undo_command(
    since: str, book: str | None, project: str | None, dry_run: bool, yes: bool, site: str | None
) -> None:
    """Take back what Sluice wrote since a time, where nobody touched it.

    Class, score, gate, priority, labels and the like get the values from before, and a comment of
    this time is removed. What people changed stays. The same rulebook and model leave these issues
    alone until somebody changes them.
    """
    found = settings()
    if project is not None and project not in found.projects:
        fail(f"no project {project}: sluice.yaml has {', '.join(found.projects)}")
    name = found.projects[project].site if project else site_of(found, site)
    only = (project,) if project else ()
    gate = this_process().site_triage(name)
    plan = job.Undo(name, projects_of(gate, only), _time(since), _digest(book))
    click.echo(f"{name}: what was written since {plan.since.astimezone():%Y-%m-%d %H:%M %Z}")
    issues = _preview(plan) if dry_run or not yes else job.count(this_process(), plan)
    if dry_run or not issues:
        return
    pace = Pace(found.sites[name].writes_per_second)
    ask(issues, pace, yes)
    run(lambda shown: _undo(plan, pace, shown), issues)


def _undo(plan: job.Undo, pace: Pace, shown: Shown) -> Tally:
    tally, found = job.undo(this_process(), plan, pace, shown)
    _say(found)
    return tally


def _preview(plan: job.Undo) -> int:
    """Show what would be taken back. Return from how many issues."""
    with progress("read") as step:
        found = job.preview(this_process(), plan, Shown(step))
    click.echo(f"{many(found.issues, 'issue')} would get the values from before:")
    _say(found)
    for one in found.samples:
        values = ", ".join(f"{name} → {value}" for name, value in one.restored.items())
        click.echo(f"  {one.key:<12} {values}")
    return found.issues


def _say(found: job.Found) -> None:
    """Say how often each field is restored, and what stays."""
    for name, number in sorted(found.restored.items()):
        click.echo(f"  {name}: {number}")
    for name, number in sorted(found.left.items()):
        click.echo(f"  {name}: stays on {many(number, 'issue')}, since people changed it")
    if found.texts:
        click.echo(f"  comment: the earlier text of {found.texts} is not known, so it stays")


def _digest(text: str | None) -> str | None:
    """Return the digest of a rulebook, also of a name with it, as logs and `explain` show them."""
    digest = None if text is None else text.strip().rpartition("@")[2].lower()
    if digest is not None and not re.fullmatch("[0-9a-f]{4,64}", digest):
        fail(f"--book {text}: write the digest of a rulebook, as `sluice rules status` shows it")
    return digest


def _time(text: str) -> datetime:
    """Return a time in the past: a span ago, or a date and time of this machine's zone."""
    now = datetime.now(UTC)
    if ago := _AGO.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        fail(f"--since {text}: write a time such as 2026-11-30T14:00, or 90m, 2h or 3d")
    if found > now:
        fail(f"--since {text} is in the future")
    return found
