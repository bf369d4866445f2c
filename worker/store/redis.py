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
from redis.commands.core import Script
from redis.exceptions import LockError as LockError  # for the rooms below this one
from redis.exceptions import OutOfMemoryError as OutOfMemoryError
from redis.exceptions import ReadOnlyError as ReadOnlyError
from redis.exceptions import RedisError as RedisError
from redis.exceptions import ResponseError as ResponseError
from redis.sentinel import Sentinel, SentinelConnectionPool, SentinelManagedConnection

from worker.link import address, patience
from worker.link.words import why

EPOCH = "sluice::epoch"
"""The key that counts changes of teams' models on all sites: each triage compares it."""


_fuses: dict[str, patience.Fuse] = {}
"""One for each server: all sites of a process notice at once that it hangs."""


class StoreDown(Exception):
    """Redis does not answer: nothing was stored, try again."""


@contextmanager
def reachable() -> Iterator[None]:
    """Turn each error of Redis into StoreDown."""
    try:
        yield
    except RedisError as error:
        raise StoreDown(f"Redis does not answer: {why(error)}") from error


class _Socket(redis.Connection):
    """A connection with the time limit in the kernel.

    A timeout in Python costs one more system call for each read and write, and one more switch
    between threads: a quarter of the web process's time.
    """

    def _connect(self) -> socket.socket:
        connected: socket.socket = super()._connect()  # type: ignore[no-untyped-call]
        _limit(connected)
        return connected


class _AsksAgain(SentinelManagedConnection):
    """A connection that asks the sentinels each time it connects.

    Since redis-py 8, a connection that broke goes back to the same server before its next command,
    which after a failover is the dead one.
    """

    def connect_check_health(
        self, check_health: bool = True, retry_socket_connect: bool = True
    ) -> None:
        """Connect to the master; `retry_socket_connect` is False when its address is known."""
        if retry_socket_connect and not self._sock:
            self.connect()  # type: ignore[no-untyped-call]
        else:
            super().connect_check_health(check_health, retry_socket_connect)


class _SentinelSocket(_AsksAgain, _Socket):
    """The same with the time limit in the kernel."""


class _SentinelTls(_AsksAgain, redis.SSLConnection):
    """The same over TLS."""


def _limit(connected: socket.socket) -> None:
    seconds = patience.limit_s()
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connected.setsockopt(socket.SOL_SOCKET, option, limit)


def _pool(url: str, fuse: patience.Fuse) -> redis.ConnectionPool:
    """Return the pool of a Redis; nothing is asked yet."""
    seconds = patience.limit_s()
    options: dict[str, Any] = {
        "decode_responses": True,
        "socket_connect_timeout": min(seconds, 2),
        "health_check_interval": 30,
        # After a restart of Redis each command is sent once more, which does no harm.
        "retry": patience.Once(fuse),
        # None: the library would set its own timeout of 5 s besides that of the kernel.
        "socket_timeout": None,
    }
    if address.is_watched(url):
        return _watched_pool(address.watched(url), options, seconds)
    if urlsplit(url).scheme == "rediss":  # TLS needs its own connection class
        return redis.ConnectionPool.from_url(url, **{**options, "socket_timeout": seconds})
    return redis.ConnectionPool.from_url(url, connection_class=_Socket, **options)


def _watched_pool(
    found: address.Watched, options: dict[str, Any], seconds: float
) -> redis.ConnectionPool:
    tls: dict[str, Any] = {"ssl": True, **found.tls} if found.tls else {}
    asked = {**address.ASK_ONCE, **tls, **found.sentinel_credentials}
    sentinel = Sentinel(found.hosts, sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
    if found.tls:
        options = {**options, "connection_class": _SentinelTls, "socket_timeout": seconds}
        options |= found.tls
    else:
        options = {**options, "connection_class": _SentinelSocket}
    return SentinelConnectionPool(  # type: ignore[no-untyped-call]
        found.master, sentinel, db=found.db, **found.credentials, **options
    )


class Connection:
    """A Redis server: one client a thread, and the names of a site's keys."""

    def __init__(self, url: str, site: str = "") -> None:
        self._fuse = _fuses.setdefault(url, patience.Fuse())
        self._pool = _pool(url, self._fuse)
        self._threads = threading.local()
        self._prefix = f"sluice:{site}:"

    @property
    def client(self) -> redis.Redis:
        """Return this thread's client. It keeps its connection, which is cheaper than a pool.

        Raises Hangs, an error of Redis, for a moment after a command waited in vain.
        """
        self._fuse.check()
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
