"""The start of a site is stored once, and a lease is one process's for as long as it renews it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from worker.store.site.first_contact import EVER
from worker.store.work_queue import Store

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_the_start_is_that_of_the_process_that_comes_first(store: Store) -> None:
    contact = store.contact
    assert contact.start("DEMO") is None
    many = [
        threading.Thread(target=contact.begin, args=(["DEMO"], AT + timedelta(seconds=n)))
        for n in range(8)
    ]
    for one in many:
        one.start()
    for one in many:
        one.join(60)
    first = contact.start("DEMO")
    contact.begin(["DEMO"], AT + timedelta(days=1))
    assert first is not None and contact.start("DEMO") == first < AT + timedelta(minutes=1)


def test_a_project_that_is_added_later_starts_later(store: Store) -> None:
    store.contact.begin(["DEMO"], AT)
    store._redis.set("sluice:main:watermark", AT.isoformat())
    store.contact.begin(["DEMO", "SHOP"], AT + timedelta(days=1))
    assert store.contact.start("SHOP") == AT + timedelta(days=1)


def test_an_earlier_version_that_was_at_work_goes_on(store: Store) -> None:
    store._redis.set("sluice:main:watermark", AT.isoformat())
    store.contact.begin(["DEMO", "SHOP"], AT)
    assert store.contact.start("DEMO") == store.contact.start("SHOP") == EVER


def test_who_waits_is_counted_by_project_until_all_are_kept_up(store: Store) -> None:
    store.contact.set_waiting("DEMO", 12)
    store.contact.set_waiting("SHOP", 0)
    assert store.contact.waiting() == {"DEMO": 12}
    store.contact.keep_up("DEMO")
    assert store.contact.waiting() == {} and store.contact.start("DEMO") == EVER


def test_a_run_knows_what_it_has_done_until_it_is_forgotten(store: Store) -> None:
    contact = store.contact
    contact.note_done("backfill:1", "7")
    assert contact.not_done("backfill:1", ["6", "7", "8"]) == ["6", "8"]
    assert contact.not_done("backfill:1", []) == []
    contact.forget("backfill:1")
    assert contact.not_done("backfill:1", ["7"]) == ["7"]
