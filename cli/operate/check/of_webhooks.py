"""Check whether the webhooks of a site reach Sluice."""

from __future__ import annotations

import click

from connector.client import Site
from connector.setup import webhooks
from worker.store.redis import StoreDown
from worker.store.work_queue import Store


def webhook_problems(site: Site, store: Store, name: str) -> list[str]:
    """Return what is wrong with the webhook of a site, by Jira's list and by what came in."""
    try:
        seen = store.deliveries.seen()
    except StoreDown:
        return []  # said already
    if seen.refuses:
        return [
            f"the last webhook, at {seen.refused:%Y-%m-%d %H:%M} UTC, had a wrong signature: set "
            f"the same secret in Jira and in SLUICE_{name.upper().replace('-', '_')}_SECRET"
        ]
    listed = webhooks.listed_webhooks(site)
    if listed is not None:
        return webhooks.webhook_problems(listed, name)
    if seen.taken is None:
        click.echo(
            f"{name}: no webhook has come in yet. Only a Jira admin may list the webhooks, so "
            "change an issue, then check again"
        )
    return []
