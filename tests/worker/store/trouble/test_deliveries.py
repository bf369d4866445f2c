"""When webhooks came in is remembered, and whether the last one was refused."""

import logging

import pytest

from tests.waiting import until
from worker.store.redis import StoreDown
from worker.store.trouble.deliveries import Deliveries, Seen, of_no_site
from worker.store.work_queue import Store

NOBODY = "redis://127.0.0.1:9/0"


def test_nothing_is_known_of_a_site_without_a_webhook(store: Store) -> None:
    assert store.deliveries.seen() == Seen() and not store.deliveries.seen().refuses


def test_what_is_taken_counts_also_if_it_is_sluices_own_or_came_before(store: Store) -> None:
    store.introduce("me")
    store.admit("1", "delivery-1", "me")
    first = store.deliveries.seen().taken
    store.admit("1", "delivery-1")
    store.admit("1", "delivery-1")
    second = store.deliveries.seen().taken
    assert first and second and second >= first


def test_a_refused_webhook_counts_until_one_is_taken(store: Store) -> None:
    store.admit("1", "delivery-1")
    store.deliveries.refuse("wrong signature")
    until(lambda: store.deliveries.seen().refuses)
    store.admit("2", "delivery-2")
    assert not store.deliveries.seen().refuses


def test_a_requeued_issue_is_no_webhook(store: Store) -> None:
    store.requeue("1")
    store.admit("2")
    assert store.deliveries.seen().taken is None


def test_refused_webhooks_are_counted_by_reason(store: Store) -> None:
    for _ in range(3):
        store.deliveries.refuse("malformed")
    store.deliveries.refuse("too large")
    until(lambda: store.deliveries.seen().counts == {"malformed": 3, "too large": 1})
    assert not store.deliveries.seen().refuses, "a body of Jira's own that is refused is no attack"


def test_a_thousand_refusals_are_one_line_in_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="sluice.web"):
        store.deliveries.refuse("no signature")
        until(lambda: store.deliveries.seen().counts == {"no signature": 1})
        for _ in range(1000):
            store.deliveries.refuse("no signature")
        until(lambda: store.deliveries.seen().counts == {"no signature": 1001})
        until(lambda: any("1000" in line for line in caplog.messages))
    assert [line for line in caplog.messages if "refused" in line] == [
        "main: webhooks refused, no signature: 1",
        "main: webhooks refused, no signature: 1000",
    ]


def test_what_could_not_be_counted_is_counted_later(store: Store) -> None:
    down = Store(NOBODY, "main").deliveries
    down.refuse("encoding")
    for _ in range(2):
        with pytest.raises(StoreDown):
            until(lambda: down.flush() is not None)


def test_webhooks_to_no_site_are_counted_beside_the_sites(redis_url: str, store: Store) -> None:
    of_no_site(redis_url).refuse("unknown site")
    until(lambda: of_no_site(redis_url).seen().counts == {"unknown site": 1})
    assert store.deliveries.seen().counts == {}


def test_the_secret_that_signed_last_is_remembered(store: Store) -> None:
    deliveries: Deliveries = store.deliveries
    assert deliveries.seen().secret == ""
    for secret in ("old", "new"):
        deliveries.signed(secret)  # type: ignore[arg-type]
        assert deliveries.seen().secret == secret
