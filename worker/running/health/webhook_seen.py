"""Say whether the webhook of a site works, by what came in, Jira's list, and what passes found."""

from __future__ import annotations

from datetime import datetime, timedelta

from worker.running.health.line import Line, at
from worker.settings.environment import variable_of
from worker.store.work_queue import Store

LISTED = timedelta(minutes=10)
"""What Jira's list said is believed for so long."""


MANY = 3
"""A pass that finds so many issues whose event never came in tells that events are missed."""


def webhook_line(store: Store, site: str, now: datetime) -> Line:
    """Return whether webhooks come in. Raises StoreDown."""
    seen, listed = store.deliveries.seen(), store.deliveries.listed()
    if seen.refuses:
        said = (
            f"the last webhook, at {at(seen.refused)}, had a wrong signature: set the same secret "
            f"in Jira and in {variable_of(site, 'SECRET')}"
        )
        return Line("webhook", False, said)
    if listed and listed.problems and now - listed.at < LISTED:
        return Line("webhook", False, listed.problems[0])
    if (missed := store.passes.missed()) >= MANY:
        said = (
            f"events are missed: the last pass found {missed} changed issues whose webhook never "
            f"came; the last one was taken at {at(seen.taken)}. Look at the webhook's JQL in Jira"
        )
        return Line("webhook", False, said)
    if seen.taken is None:
        return Line("webhook", True, "no webhook has come in yet")
    return Line("webhook", True, f"the last webhook was taken at {at(seen.taken)}")
