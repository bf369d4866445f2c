"""Ask each site once a minute whether it takes our account, and what it says of our webhook.

Without it, a deleted webhook or a refused token would be found with the next event only, which may
never come. Costs two requests a minute and site.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from connector.client import JiraBusy, JiraRefused, ProjectNow
from connector.layout.field_mapping import LayoutError
from connector.setup import webhooks
from worker.failures import outage
from worker.process import Process
from worker.triage.site_triage import SiteTriage

EVERY_S = 60.0

log = logging.getLogger("sluice")


def probe_all(runtime: Process, now: datetime) -> Mapping[str, str]:
    """Ask each site; return what it said, `ok` or its trouble. Raises StoreDown."""
    return {site: probe(runtime, site, now) for site in runtime.config().sites}


def probe(runtime: Process, site: str, now: datetime) -> str:
    """Ask a site whether it takes our account; note what it says of our webhook."""
    store = runtime.store(site)
    if store.held():
        return "paused"
    try:
        gate = runtime.site_triage(site)
        if trouble := gate.site.trouble(()):
            raise trouble
        _look_at_webhook(runtime, site, gate, now)
    except (JiraBusy, JiraRefused, LayoutError) as error:
        if isinstance(error, JiraBusy):
            outage.hold(store, error if error.limit else error.of("site"))
        return str(error)
    return "ok"


def _look_at_webhook(runtime: Process, site: str, gate: SiteTriage, now: datetime) -> None:
    """Note what is wrong with the webhook; only the account of an admin may see it."""
    listed = webhooks.listed_webhooks(gate.site)
    if listed is None:
        return
    names = [[key, place.key, place.id, place.name] for key, place in _places(gate)]
    deliveries = runtime.store(site).deliveries
    problems, before = webhooks.webhook_problems(listed, site, names), deliveries.listed()
    deliveries.note_listed(problems, now)
    if problems and (before is None or [*before.problems] != problems):
        log.error("%s: %s", site, problems[0])


def _places(gate: SiteTriage) -> list[tuple[str, ProjectNow]]:
    return [(key, place) for key in gate.projects if (place := gate.places.place(key))]
