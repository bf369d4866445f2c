"""How Redis is reached: a client a thread, a limit on waiting, one error when it is away."""

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
from redis.exceptions import ConnectionError, RedisError
from redis.retry import Retry

TIMEOUT_S = 5.0


class StoreDown(Exception):
    """Redis does not answer: nothing was taken, try again."""


@contextmanager
def reachable() -> Iterator[None]:
    """StoreDown in place of any error of Redis."""
    try:
        yield
    except RedisError as error:
        raise StoreDown(f"Redis does not answer: {' '.join(str(error).split())[:200]}") from error


class _Socket(redis.Connection):
    """Lets the kernel keep the time that Redis has to answer.

    A timeout of Python's own costs another system call for each read and write, and another
    hand-over between threads: a quarter of what the web process does.
    """

    def _connect(self) -> socket.socket:
        connected: socket.socket = super()._connect()  # type: ignore[no-untyped-call]
        limit = struct.pack("ll", int(TIMEOUT_S), int(TIMEOUT_S % 1 * 1e6))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            connected.setsockopt(socket.SOL_SOCKET, option, limit)
        return connected


class Connection:
    """A Redis: a client for each thread, and the names of a site's keys."""

    def __init__(self, url: str, site: str = "") -> None:
        # Without None the library sets a timeout of its own, 5 s, beside that of the kernel.
        patience: dict[str, Any] = {"connection_class": _Socket, "socket_timeout": None}
        if urlsplit(url).scheme == "rediss":  # TLS has a connection class of its own
            patience = {"socket_timeout": TIMEOUT_S}
        self._pool = redis.ConnectionPool.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=2,
            health_check_interval=30,
            # Redis was started anew: what is asked again there can be asked twice without harm.
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[ConnectionError],
            **patience,
        )
        self._threads = threading.local()
        self._prefix = f"sluice:{site}:"

    @property
    def client(self) -> redis.Redis:
        """This thread's client; it keeps its connection, where a pool would look after each use."""
        client = getattr(self._threads, "client", None)
        if client is None:
            client = redis.Redis(connection_pool=self._pool, single_connection_client=True)
            self._threads.client = client
        return cast(redis.Redis, client)

    def key(self, *parts: str) -> str:
        """The full name of a key of this site."""
        return self._prefix + ":".join(parts)

    def script(self, text: str) -> Script:
        """A Lua script, ready to be called with keys, arguments and a client."""
        return redis.Redis(connection_pool=self._pool).register_script(text)
