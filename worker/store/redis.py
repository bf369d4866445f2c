"""Connect to Redis: one client a thread, a time limit, and one error if Redis is down."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import ConnectionError
from redis.exceptions import LockError as LockError  # for the rooms below this one
from redis.exceptions import OutOfMemoryError as OutOfMemoryError
from redis.exceptions import ReadOnlyError as ReadOnlyError
from redis.exceptions import RedisError as RedisError
from redis.exceptions import ResponseError as ResponseError
from redis.retry import Retry

TIMEOUT_S = 5.0

EPOCH = "sluice::epoch"
"""The key that counts changes of teams' models on all sites: each triage compares it."""


class StoreDown(Exception):
    """Redis does not answer: nothing was stored, try again."""


@contextmanager
def reachable() -> Iterator[None]:
    """Turn each error of Redis into StoreDown."""
    try:
        yield
    except RedisError as error:
        raise StoreDown(f"Redis does not answer: {' '.join(str(error).split())[:200]}") from error


class _Socket(redis.Connection):
    """A connection with the time limit in the kernel.

    A timeout in Python costs one more system call for each read and write, and one more switch
    between threads: a quarter of the web process's time.
    """

    def _connect(self) -> socket.socket:
        connected: socket.socket = super()._connect()  # type: ignore[no-untyped-call]
        limit = struct.pack("ll", int(TIMEOUT_S), int(TIMEOUT_S % 1 * 1e6))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            connected.setsockopt(socket.SOL_SOCKET, option, limit)
        return connected


class Connection:
    """A Redis server: one client a thread, and the names of a site's keys."""

    def __init__(self, url: str, site: str = "") -> None:
        # None: the library would set its own timeout of 5 s besides that of the kernel.
        patience: dict[str, Any] = {"connection_class": _Socket, "socket_timeout": None}
        if urlsplit(url).scheme == "rediss":  # TLS needs its own connection class
            patience = {"socket_timeout": TIMEOUT_S}
        self._pool = redis.ConnectionPool.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=2,
            health_check_interval=30,
            # After a restart of Redis each command is sent once more, which does no harm.
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[ConnectionError],
            **patience,
        )
        self._threads = threading.local()
        self._prefix = f"sluice:{site}:"

    @property
    def client(self) -> redis.Redis:
        """Return this thread's client. It keeps its connection, which is cheaper than a pool."""
        client = getattr(self._threads, "client", None)
        if client is None:
            client = redis.Redis(connection_pool=self._pool, single_connection_client=True)
            self._threads.client = client
        return cast(redis.Redis, client)

    def key(self, *parts: str) -> str:
        """Return the full name of a key of this site."""
        return self._prefix + ":".join(parts)

    def script(self, text: str) -> Script:
        """Return a Lua script to call with keys, arguments and a client."""
        return redis.Redis(connection_pool=self._pool).register_script(text)
