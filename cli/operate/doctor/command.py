"""`sluice doctor`: check the set-up and what runs. What is broken hides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from cli.app import fail
from cli.operate.doctor.of_process import process_problem
from cli.operate.doctor.of_running import running_lines
from cli.operate.doctor.of_site import site_problems
from cli.operate.doctor.settings_for_doctor import settings_for_doctor
from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import LayoutError
from rules.vocabulary.plural import many
from worker.running.health.heartbeat import ROLES
from worker.settings.settings import Settings
from worker.store.broker import Broker
from worker.store.redis import StoreDown


@click.command()
@click.option(
    "--process",
    "role",
    type=click.Choice(ROLES),
    help="Check only whether this host's process of the role works, as a container's health check.",
)
def doctor(role: str | None) -> None:
    """Check the settings, rule files, sites, Redis and processes, and report all problems."""
    if role:
        if why := process_problem(role):
            fail(why)
        click.echo(f"{role}: works")
        return
    found, wrong = settings_for_doctor()
    well = "well-formed" if not wrong else "can be read in part"
    sites, projects = many(len(found.sites), "site"), many(len(found.projects), "project")
    click.echo(f"{found.file}: {sites}, {projects}: {well}")
    wrong += _every(found)
    if wrong:
        fail(*dict.fromkeys(wrong))
    click.echo("all is well")


def _every(found: Settings) -> list[str]:
    """Return the problems of all parts: what breaks one check hides no other."""
    wrong: list[str] = []
    for name in found.sites:
        wrong += _survived(name, lambda name=name: site_problems(found, name))  # type: ignore[misc]
    return [*wrong, *running_lines(found), *_queue_problems(found)]


def _survived(name: str, check: Callable[[], list[str]]) -> Iterator[str]:
    """Yield the problems that a check finds, or the error that ended it."""
    try:
        yield from check()
    except (JiraBusy, JiraRefused, LayoutError, StoreDown) as error:
        yield f"{name}: {error}"


def _queue_problems(found: Settings) -> list[str]:
    """Return the problems of the queue, if it is not in the store's Redis."""
    try:
        if not found.queue_in_store:
            Broker(found.broker_url).waiting()
    except StoreDown as error:
        return [f"SLUICE_BROKER_URL: {error}"]
    return []
