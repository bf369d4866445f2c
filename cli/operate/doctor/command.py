"""`sluice doctor`: check the set-up."""

from __future__ import annotations

import click

from cli.app import fail, settings
from cli.operate.doctor.of_site import site_problems
from rules.vocabulary.plural import many
from worker.settings.settings import Settings
from worker.store.broker import Broker
from worker.store.redis import StoreDown


@click.command()
def doctor() -> None:
    """Check the settings, rule files, sites and Redis, and report all problems."""
    found = settings(strict=True)
    click.echo(
        f"{found.file}: {many(len(found.sites), 'site')}, "
        f"{many(len(found.projects), 'project')}: well-formed"
    )
    wrong = [problem for name in found.sites for problem in site_problems(found, name)]
    wrong += _queue_problems(found)
    if wrong:
        fail(*wrong)
    click.echo("all is well")


def _queue_problems(found: Settings) -> list[str]:
    """Return the problems of the queue, if it is not in the store's Redis."""
    try:
        if not found.queue_in_store:
            Broker(found.broker_url).waiting()
    except StoreDown as error:
        return [f"SLUICE_BROKER_URL: {error}"]
    return []
