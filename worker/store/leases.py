"""Give one process the right to a job, for as long as it renews it."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from worker.store.redis import Connection, StoreDown, reachable

LEASE_S = 30
"""A job whose process was killed can go on after so many seconds at most."""

RENEW_S = 5.0

_RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
"""Hold a lease longer. One that ran out, or that Redis lost, is taken again if it is free."""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

log = logging.getLogger("sluice")


class LeaseLost(Exception):
    """Another process took over a job that stood still here."""


class Leases:
    """The leases of a site, each at `chore:<name>`. Calls may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.renewing, self.releasing = map(connection.script, (_RENEW, _RELEASE))

    def take(self, name: str) -> Lease | None:
        """Return the lease of a job, which has to be renewed; None if another process has it."""
        key, token = self._connection.key("chore", name), uuid.uuid4().hex
        with reachable():
            taken = self._connection.client.set(key, token, nx=True, px=LEASE_S * 1000)
        return Lease(self, self._connection, key, token) if taken else None

    @contextmanager
    def held(self, name: str) -> Iterator[Lease | None]:
        """Hold a lease for the block. Yields None if another process has it.

        A thread renews it, so that it ends soon after the process does, however long the job is.
        """
        lease = self.take(name)
        if lease is None:
            yield None
            return
        over = threading.Event()
        keeper = threading.Thread(target=_keep, args=(lease, over), name="lease", daemon=True)
        keeper.start()
        try:
            yield lease
        finally:
            over.set()
            keeper.join()
            with suppress(StoreDown):  # it runs out by itself
                lease.release()


class Lease:
    """The right of one process to a job, for as long as it renews it.

    `lost`: another process took it, after a long standstill of this one.
    """

    lost = False

    def __init__(self, leases: Leases, connection: Connection, key: str, token: str) -> None:
        self._leases, self._connection, self._key, self._token = leases, connection, key, token

    def renew(self) -> bool:
        """Hold it longer. Return False if another process took it, after a long standstill."""
        with reachable():
            args = [self._token, str(LEASE_S * 1000)]
            kept = bool(self._leases.renewing([self._key], args, self._connection.client))
        self.lost = self.lost or not kept
        return kept

    def release(self) -> None:
        """Give it up."""
        with reachable():
            self._leases.releasing([self._key], [self._token], self._connection.client)


class Keeper:
    """A thread of this process that renews what takes long; short work costs it nothing.

    It ends when it found nothing to renew, and begins anew with the next work.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._kept: dict[object, Callable[[], bool]] = {}
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, renew: Callable[[], bool]) -> Iterator[None]:
        """Renew something for the block."""
        mark = object()
        with self._mutex:
            self._kept[mark] = renew
            if self._thread is None or not self._thread.is_alive():  # none lives after a fork
                self._thread = threading.Thread(target=self._go, name="keep", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._mutex:
                del self._kept[mark]

    def _go(self) -> None:
        known, never = set[object](), threading.Event()
        while not never.wait(self._every_s):
            with self._mutex:
                kept = dict(self._kept)
                if not kept:
                    self._thread = None
                    return
            for renew in (kept[mark] for mark in known & kept.keys()):
                with suppress(StoreDown):  # the work itself finds out
                    renew()
            known = set(kept)


def _keep(lease: Lease, over: threading.Event) -> None:
    """Renew a lease until its job is over."""
    while not over.wait(RENEW_S):
        try:
            if not lease.renew():
                log.warning("another process took over a job that stood still here")
                return
        except StoreDown as down:
            log.warning("a lease is renewed later: %s", down)
