"""Heartbeats: who lives, who died and when, on whatever host."""

from __future__ import annotations

import json
import threading

import pytest

from tests.waiting import until
from worker.running.health.heartbeat import Heartbeat, Pulse, processes
from worker.store.redis import StoreDown
from worker.store.trouble.signs import Signs


def test_a_process_shows_that_it_lives_and_takes_its_leave(redis_url: str) -> None:
    signs = Signs(redis_url)
    pulse = Pulse(redis_url, "worker").start()
    (one,) = until(lambda: processes(signs).of("worker"))
    assert one.version and abs(one.ahead_s) < 5
    pulse.stop()
    found = processes(signs)
    assert found.of("worker") == [] and found.seen["worker"] >= one.seen


def test_a_process_whose_work_stands_still_is_silent(redis_url: str) -> None:
    asked = threading.Event()

    def lives() -> bool:
        asked.set()
        return False

    pulse = Pulse(redis_url, "worker", lives).start()
    assert asked.wait(60)
    pulse.stop()
    assert processes(Signs(redis_url)).seen == {}


def test_a_heartbeat_without_redis_raises_nothing() -> None:
    pulse = Pulse("redis://127.0.0.1:9/0", "beat").start()
    pulse.stop()
    with pytest.raises(StoreDown):
        Signs("redis://127.0.0.1:9/0").why_not_writable()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"role": 1}', "null", "[" * 100_000])
def test_what_is_no_heartbeat_is_left_out(text: str) -> None:
    assert Heartbeat.from_json(text) is None


def test_a_heartbeat_of_a_later_version_is_read() -> None:
    known = {"role": "web", "host": "a", "pid": 1, "version": "9", "started": 1.0, "at": 2.0}
    found = Heartbeat.from_json(json.dumps({**known, "mood": "good"}))
    assert found is not None and found.name == "web:a:1"
