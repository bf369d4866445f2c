"""Whether Redis takes a write, and why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.demo_run.redis_server import RedisServer
from worker.store.trouble.signs import Signs


@pytest.fixture
def redis(tmp_path: Path) -> RedisServer:
    with RedisServer(tmp_path) as server:
        yield server  # type: ignore[misc]


def test_a_redis_that_takes_writes_is_well(redis: RedisServer) -> None:
    assert Signs(redis.url).why_not_writable() == ""


def test_a_full_redis_is_told(redis: RedisServer) -> None:
    signs = Signs(redis.url)
    signs._redis.config_set("maxmemory", 1)
    assert "is full: raise its maxmemory" in signs.why_not_writable()


def test_a_read_only_replica_is_told(redis: RedisServer) -> None:
    signs = Signs(redis.url)
    signs._redis.replicaof("127.0.0.1", 9)
    assert "is a read-only replica: point SLUICE_REDIS_URL" in signs.why_not_writable()


def test_a_redis_that_takes_too_few_replicas_is_told_in_its_own_words(redis: RedisServer) -> None:
    signs = Signs(redis.url)
    signs._redis.config_set("min-replicas-to-write", 1)
    assert "takes no write: " in signs.why_not_writable()


def test_processes_that_died_long_ago_are_forgotten(redis: RedisServer) -> None:
    signs = Signs(redis.url)
    signs.show("web:a:1", "{}", 1.0)
    signs.show("web:a:2", "{}", signs.now())
    assert set(signs.shown()[0]) == {"web:a:2"}
    signs.forget_old()
    assert signs._redis.hkeys("sluice::processes") == ["web:a:2"]
