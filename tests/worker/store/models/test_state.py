"""The shelf of a model in a real Redis."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS, Forget, Memory, ModelEntry
from worker.store.redis import EPOCH
from worker.team_models import actions

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def shelf(redis_url: str) -> Shelf:
    found = Shelf(redis_url, "models/shop.npz", ["SHOP", "OPS"])
    found.seed(SHIPS, Memory())
    return found


def epoch(shelf: Shelf) -> int:
    return int(shelf._redis.get(EPOCH) or 0)


def test_the_first_to_ask_makes_the_model_of_the_file_the_one_in_use(redis_url: str) -> None:
    first, second = (Shelf(redis_url, "models/shop.npz", ["SHOP"]) for _ in range(2))
    first.seed("aaa", Memory(in_use="aaa"))
    second.seed("bbb", Memory(in_use="bbb"))
    assert first.look().standing.active == second.look().standing.active == "aaa"
    assert second.memory().in_use == "aaa"


def test_each_change_of_what_judges_counts(shelf: Shelf) -> None:
    seen = [epoch(shelf)]
    for change in (
        lambda: actions.take(shelf, ModelEntry("aaa", NOW, "pm"), b"a", NOW),
        lambda: shelf.stop("aaa", 3),
        lambda: actions.approve(shelf, "pm", NOW),
        lambda: actions.roll_back(shelf, None, "pm", NOW),
    ):
        change()
        seen.append(epoch(shelf))
    assert seen == sorted(set(seen))


def test_a_trial_is_over_once_all_projects_were_judged_and_an_hour_has_passed(
    shelf: Shelf,
) -> None:
    actions.take(shelf, ModelEntry("aaa", NOW, "pm"), b"a", NOW)
    later = datetime(2026, 11, 23, 14, tzinfo=UTC)
    shelf.rollouts.set_swept(shelf.name, "aaa", "SHOP")
    assert not shelf.look().standing.over(later)
    shelf.rollouts.set_swept(shelf.name, "aaa", "OPS")
    assert shelf.look().standing.over(later) and not shelf.look().standing.over(NOW)
    actions.end_trial(shelf, later)
    assert shelf.look().standing.active == "aaa"
    entry = shelf.memory().entry("aaa")
    assert entry and entry.used and not entry.approved


def test_what_nobody_can_read_counts_as_absent(shelf: Shelf) -> None:
    shelf._redis.hset(shelf._state, mapping={"memory": "{", "beside": "[]"})
    shelf._redis.hset(shelf._bytes, "aaa", "no base64!")
    assert shelf.memory() == Memory() and shelf.look().beside is None
    assert shelf.bytes_of("aaa") is None


def test_two_that_change_it_at_once_lose_nothing(shelf: Shelf, redis_url: str) -> None:
    def forget(number: int) -> None:
        mine = Shelf(redis_url, "models/shop.npz", ["SHOP", "OPS"])
        actions.forget(mine, Forget("issue", f"SHOP-{number}", NOW))

    threads = [threading.Thread(target=forget, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shelf.memory().forgotten) == 8
