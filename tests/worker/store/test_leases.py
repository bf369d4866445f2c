"""A lease is one process's, and ends soon after the process."""

from __future__ import annotations

import threading

import pytest

from tests.waiting import until
from worker.store import leases
from worker.store.leases import LEASE_S, Keeper
from worker.store.work_queue import Store


def test_a_lease_is_one_processs_and_ends_by_itself(store: Store) -> None:
    mine = store.leases.take("backfill")
    assert mine is not None and store.leases.take("backfill") is None
    assert mine.renew()
    key = "sluice:main:chore:backfill"
    assert 0 < store._redis.ttl(key) <= LEASE_S
    store._redis.delete(key)
    theirs = store.leases.take("backfill")
    assert theirs is not None and not mine.renew() and mine.lost
    mine.release()
    assert theirs.renew(), "who lost a lease can't end that of another"


def test_a_lease_is_renewed_for_as_long_as_its_block_lasts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_S", 0.01)
    key = "sluice:main:chore:reconcile"
    with store.leases.held("reconcile") as mine, store.leases.held("reconcile") as other:
        assert mine and other is None
        store._redis.pexpire(key, 5_000)
        until(lambda: store._redis.pttl(key) > 5_000)  # type: ignore[operator]
        store._redis.flushall()
        until(lambda: store._redis.exists(key))  # a wiped Redis gets it again
    assert not store._redis.exists(key)


def test_the_lock_of_a_triage_that_takes_long_is_renewed(store: Store) -> None:
    store.requeue("1")
    store.begin("1", "mine")
    key, store.keeper = "sluice:main:lock:1", Keeper(0.01)
    with store.keeper.keeping(lambda: store.keep("1", "mine")):
        store._redis.pexpire(key, 5_000)
        until(lambda: store._redis.pttl(key) > 5_000)  # type: ignore[operator]
    assert not store.keep("1", "another's")


def test_the_thread_that_renews_ends_without_work_and_begins_anew_with_the_next() -> None:
    keeper, renewed = Keeper(0.01), list[str]()

    def threads() -> int:
        return sum(one.name == "keep" for one in threading.enumerate())

    before = threads()
    for work in ("first", "second"):
        with keeper.keeping(lambda work=work: not renewed.append(work)):  # type: ignore[misc]
            until(lambda work=work: work in renewed)  # type: ignore[misc]
        until(lambda: threads() <= before)
