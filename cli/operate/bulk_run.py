"""Run a job over many issues on the terminal: with progress, and again after it was killed."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from cli.app import fail
from cli.progress import timed_progress
from rules.vocabulary.plural import many
from worker.jobs.bulk_work import Leased, Shown, Stopped, Tally
from worker.jobs.pace import Pace
from worker.store.leases import LEASE_S

YES = click.option("--yes", is_flag=True, help="Write without a question.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be written, write nothing.")


def ask(issues: int, pace: Pace, yes: bool) -> None:
    """Ask whether to write so many issues; end the command if the answer is no."""
    seconds = issues / pace.per_second
    takes = f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"
    question = f"Write {many(issues, 'issue')}, at most {pace.per_second:g} a second ({takes})?"
    if not yes and not click.confirm(question):
        fail("nothing was written")


def run(job: Callable[[Shown], Tally], total: int) -> None:
    """Run a job, and say what it did. Wait for the lease of the same job that was killed."""
    until = time.monotonic() + LEASE_S + 2
    with timed_progress(total) as (step, say):
        done = None
        while done is None:
            try:
                done = job(Shown(step, say))
            except Leased as leased:
                if time.monotonic() > until:
                    fail(leased)
                say("waits for the run that was killed")
                time.sleep(1.0)
            except Stopped as stopped:
                fail(f"{stopped}. The same command goes on from here")
    click.echo(f"{many(done.written, 'issue')} written, {done.unchanged} needed no write")
    if done.dead:
        fail(f"{many(done.dead, 'issue')} failed: `sluice dead list` says why")
