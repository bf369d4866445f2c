"""Check whether the webhooks of a site reach Sluice."""

from __future__ import annotations

import click

from connector.client import JiraBusy, JiraRefused
from connector.setup import webhooks
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.triage.site_triage import SiteTriage


def webhook_problems(site_triage: SiteTriage, store: Store, name: str) -> list[str]:
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
    listed = webhooks.listed_webhooks(site_triage.site)
    if listed is not None:
        wrong = webhooks.webhook_problems(listed, name, _projects(site_triage))
        if wrong:
            return wrong
    if seen.taken is None:
        why = "so its secret can't be checked" if listed else "and only a Jira admin may list them"
        click.echo(f"{name}: no webhook has come in yet, {why}: change an issue, then try again")
    return []


def _projects(site_triage: SiteTriage) -> list[list[str]]:
    """Return the projects of the site that Jira knows, each by key, key of today, id and name."""
    found = []
    for key in site_triage.projects:
        try:
            if place := site_triage.places.place(key):
                found.append([key, place.key, place.id, place.name])
        except (JiraBusy, JiraRefused):
            continue  # said for each project
    return found
