"""The status of rulebooks, as `rules status`, health and metrics show it."""

from __future__ import annotations

from datetime import UTC, datetime

from webhooks.metrics import exposition
from worker.rulebooks.status import of_site
from worker.store.broker import Broker
from worker.store.rulebook_values import BookStatus
from worker.store.work_queue import Store

SINCE = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_project_that_left_the_settings_leaves_status_and_metrics(
    store: Store, redis_url: str
) -> None:
    for project in ("SHOP", "OLD"):
        store.ledger.report(project, BookStatus("team", "abc", "team.yaml", 3, False, SINCE, ()))
    assert list(of_site(store.ledger, ["SHOP"])) == ["SHOP"]
    shown = exposition({"main": store}, Broker(redis_url), {"main": ["SHOP"]}).decode()
    assert 'project="SHOP"' in shown and 'project="OLD"' not in shown
