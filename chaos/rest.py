"""Wait until Sluice is at rest, and tell what it left in Redis."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

import redis
import requests

from chaos.house import PROJECTS, SITE, House
from chaos.waiting import until
from worker.store.redis import StoreDown
from worker.store.work_queue import Store

LOOKS = 5
"""An event may pass from one place to the other between two looks, so one look is not enough."""

_LEFT = re.compile(rf"sluice:{SITE}:(pending|lock|leases?|chore|tries|unsure|trouble|probe)\b.*")
"""The keys of work under way. Counts, times and what was learned stay."""

QUEUE, UNACKED = "sluice", "unacked"


def left_over(house: House, gone: Collection[str] = ()) -> list[str]:
    """Return what is left of work under way: marks, locks, tasks, webhooks, dead letters.

    `gone` are the issues that were deleted: a dead letter that Jira does not show one is right.
    Sluice can't know better if the webhook of the deletion was lost.
    """
    with redis.Redis.from_url(house.redis_url, decode_responses=True) as client:
        names = sorted(client.scan_iter(f"sluice:{SITE}:*", count=5_000))
        kinds = Counter(found[1] for name in names if (found := _LEFT.fullmatch(name)))
        kinds["task in the queue"] = client.llen(QUEUE)
        kinds["task not acknowledged"] = client.hlen(UNACKED)
        dead = [json.loads(one) for one in client.hvals(f"sluice:{SITE}:dead")]
    kinds["webhook on its way"] = _stats(house)["pending"]
    counted = [f"{count} {kind}" for kind, count in kinds.items() if count]
    return [*counted, *(f"dead letter: {one}" for one in dead if not _is_right(one, gone))]


def _is_right(letter: Mapping[str, Any], gone: Collection[str]) -> bool:
    return letter.get("kind") == "missing" and letter.get("issue_id") in gone


def _stats(house: House) -> dict[str, int]:
    found: dict[str, int] = requests.get(f"{house.jira}/sandbox/stats", timeout=60).json()[
        "webhooks"
    ]
    return found


def wait(house: House, since: float | None, seconds: float, gone: Collection[str] = ()) -> bool:
    """Wait until nothing is left over, and a pass since then (None: no pass) has read all."""
    quiet = _InARow(lambda: not left_over(house, gone))
    store = Store(house.redis_url, SITE)

    def rests() -> bool:
        house.watch()
        try:
            return quiet() and (since is None or _read_since(store, since))
        except (StoreDown, redis.RedisError):
            return False

    return bool(until(rests, seconds, step=0.2))


def _read_since(store: Store, since: float) -> bool:
    marks = [store.passes.short(project) for project in PROJECTS]
    return all(mark is not None and mark.timestamp() >= since for mark in marks)


class _InARow:
    """Tell whether something was true at several looks in a row."""

    def __init__(self, true: Callable[[], bool]) -> None:
        self.true, self.times = true, 0

    def __call__(self) -> bool:
        self.times = self.times + 1 if self.true() else 0
        return self.times >= LOOKS


def wait_for_hour(seconds: float = 300.0) -> None:
    """Wait over midnight (UTC) if it is near: ages in days are part of a verdict."""
    left = 86_400 - time.time() % 86_400
    if left < seconds:
        time.sleep(left + 1.0)
