"""A full pass is noted by project."""

from __future__ import annotations

from datetime import UTC, datetime

from worker.store.work_queue import Store


def test_passes_are_noted_by_project(store: Store) -> None:
    assert store.passes.full("DEMO") is None and store.passes.short("DEMO") is None
    now = datetime.now(UTC)
    store.passes.note_full("DEMO", now)
    store.passes.note_short("DEMO", now)
    assert (store.passes.full("DEMO"), store.passes.full("SHOP")) == (now, None)
    assert store.passes.short("DEMO") == now


def test_what_the_last_pass_missed_is_kept(store: Store) -> None:
    assert store.passes.missed() == 0
    store.passes.note_missed(4)
    assert store.passes.missed() == 4
