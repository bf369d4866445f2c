"""Show in Redis that a process lives: its role, host and version.

Every 10 s, a thread of the process writes `sluice::alive:<role>:<host>:<pid>`, which expires after
30 s. The hash `sluice::processes` has the last time of each, so that one answer finds them all
without a scan, and a process that died is remembered.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

from worker.store.redis import StoreDown
from worker.store.trouble.signs import Signs

Role = Literal["web", "worker", "beat"]
ROLES: tuple[Role, ...] = ("web", "worker", "beat")

EVERY_S = 10.0

log = logging.getLogger("sluice")


@dataclass(frozen=True)
class Heartbeat:
    """What a process says of itself. `at` and `started` are seconds since 1970, by Redis's clock.

    `ahead_s`: how far the clock of its host is ahead of Redis's.
    """

    role: str
    host: str
    pid: int
    version: str
    started: float
    at: float
    ahead_s: float = 0.0

    @property
    def name(self) -> str:
        """Return the name that tells the process from all others."""
        return f"{self.role}:{self.host}:{self.pid}"

    @property
    def seen(self) -> datetime:
        """Return the time of this heartbeat."""
        return datetime.fromtimestamp(self.at, UTC)

    @classmethod
    def from_json(cls, text: str) -> Heartbeat | None:
        """Read a heartbeat, None for one that can't be read. A later version may say more."""
        known = {one.name for one in fields(cls)}
        try:
            raw = json.loads(text)
            return cls(**{name: value for name, value in raw.items() if name in known})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None


class Pulse:
    """The heartbeat of this process. `lives`: whether its work goes on; a dead one is silent."""

    def __init__(
        self,
        url: str,
        role: Role,
        lives: Callable[[], bool] = lambda: True,
    ) -> None:
        self._url, self._role, self._lives = url, role, lives
        self._started: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> Pulse:
        """Begin; the first heartbeat comes at once."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End, and say so: a process that ends in order is not missed for half a minute."""
        self._stop.set()
        self._thread.join(EVERY_S)

    def beat(self, signs: Signs) -> None:
        """Write one heartbeat. Raises StoreDown."""
        now = signs.now()
        if self._started is None:
            self._started = now
            signs.forget_old()
        said = Heartbeat(
            self._role,
            socket.gethostname(),
            os.getpid(),
            version("sluice"),
            self._started,
            now,
            round(time.time() - now, 1),
        )
        signs.show(said.name, json.dumps(asdict(said)), now)

    def _run(self) -> None:
        signs, silent = Signs(self._url), False
        while not self._stop.is_set():
            try:
                if self._lives():
                    self.beat(signs)
                silent = False
            except StoreDown as down:
                if not silent:
                    log.warning("no heartbeat of this process: %s", down)
                silent = True
            self._stop.wait(EVERY_S)
        try:
            signs.end(f"{self._role}:{socket.gethostname()}:{os.getpid()}")
        except StoreDown:
            log.debug("the heartbeat expires by itself")


@contextmanager
def beating(url: str, role: Role, lives: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Show that this process lives, for the block."""
    pulse = Pulse(url, role, lives).start()
    try:
        yield
    finally:
        pulse.stop()


@dataclass(frozen=True)
class Processes:
    """The processes of Sluice on all hosts: those alive, and when each role was seen last."""

    alive: tuple[Heartbeat, ...]
    seen: Mapping[str, datetime]
    now: datetime

    def of(self, role: str) -> list[Heartbeat]:
        """Return the living processes of a role."""
        return [one for one in self.alive if one.role == role]


def processes(signs: Signs) -> Processes:
    """Return all processes of Sluice. Raises StoreDown."""
    times, texts = signs.shown()
    seen: dict[str, datetime] = {}
    for name, seconds in times.items():
        role, moment = name.partition(":")[0], datetime.fromtimestamp(seconds, UTC)
        seen[role] = max(moment, seen.get(role, moment))
    read = (Heartbeat.from_json(text) for text in texts)
    alive = sorted((one for one in read if one), key=lambda one: one.name)
    return Processes(tuple(alive), seen, datetime.fromtimestamp(signs.now(), UTC))
