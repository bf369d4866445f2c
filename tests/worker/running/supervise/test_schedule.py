"""A real beat through faults of Redis: the same process queues what is due again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.demo_run.processes import Children
from sandbox import Sandbox
from tests.live import environment
from tests.redis_faults import Breakable
from tests.waiting import until
from worker.store.broker import Broker


@pytest.mark.slow
def test_beat_queues_again_after_redis_was_killed_and_was_full(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with Breakable(tmp_path / "redis") as redis, Children(tmp_path) as children:
        env = {**os.environ, **environment(sandbox, redis.url, tmp_path)}
        children.start("beat", ["-m", "cli", "beat"], env)
        log = children.log("beat")
        queued(redis)
        redis.kill()
        until(lambda: "nothing listens at its address" in log.read_text())
        redis.start()
        queued(redis)
        redis.client.config_set("maxmemory", 1)
        until(lambda: "its memory is full" in log.read_text())
        redis.client.config_set("maxmemory", 0)
        queued(redis)
        children.check()
        assert "Traceback" not in log.read_text()


def queued(redis: Breakable) -> None:
    """Wait for one more task in the queue."""
    before = Broker(redis.url).waiting()
    until(lambda: Broker(redis.url).waiting() > before)
