"""When webhooks came in is remembered, and whether the last one was refused."""

from worker.store.trouble.deliveries import Seen
from worker.store.work_queue import Store


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
    store.deliveries.refuse()
    assert store.deliveries.seen().refuses
    store.admit("2", "delivery-2")
    assert not store.deliveries.seen().refuses


def test_a_requeued_issue_is_no_webhook(store: Store) -> None:
    store.requeue("1")
    store.admit("2")
    assert store.deliveries.seen().taken is None
