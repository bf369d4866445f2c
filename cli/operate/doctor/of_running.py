"""Say what runs, with the lines of `GET /ready`: Redis, processes, and each site's work."""

from __future__ import annotations

from collections.abc import Iterator

import click

from worker.running.health.line import told
from worker.running.health.overview import Health
from worker.settings.settings import Settings
from worker.store.work_queue import Store
from worker.team_models.status import Models

SAID = frozenset({"webhook", "books"})
"""The checks that doctor makes itself, with more to say: at Jira, and of the files."""


def running_lines(found: Settings) -> Iterator[str]:
    """Print each line that is well; yield the others, each with its site."""
    stores = {name: Store(found.redis_url, name) for name in found.sites}
    for site, line in Health(found, stores, Models(found)).look().all():
        if not line.ok and not (site and line.check in SAID):
            yield told(site, line)
        elif line.ok and not site:
            click.echo(f"{line.check}: {line.said}")
        elif line.ok and line.check not in SAID:
            click.echo(f"{site}: {line.check}: {line.said}")
