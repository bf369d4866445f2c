"""Keep a team's model in Redis: the one source for all processes on all hosts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from worker.store.models.values import SHIPS, Beside, Memory
from worker.store.redis import EPOCH, Connection, LockError, RedisError, StoreDown, reachable
from worker.store.rollout_state import Rollouts, Standing, as_text, read_value

CHANGE_S = 30
WAIT_S = 10


@dataclass(frozen=True)
class Shelved:
    """What Redis has of a model file: what judges, what judges beside, the count of changes.

    `lost` is the digest of a model that was in use and that nobody has any more.
    """

    standing: Standing
    beside: Beside | None
    changes: str
    lost: str


class Shelf:
    """The models of one file, for all `projects` that name it. Calls may raise StoreDown.

    `name` is the path of the file as in `sluice.yaml`, so it is the same on all hosts. Redis has
    the bytes of each model by its digest.
    """

    def __init__(self, url: str, name: str, projects: Sequence[str]) -> None:
        self._connection = Connection(url)
        self.name, self.projects = name, tuple(projects)
        self.rollouts = Rollouts(self._connection, "model", self.projects)

    @property
    def _redis(self) -> Any:
        return self._connection.client

    @property
    def _state(self) -> str:
        return self._connection.key("model", self.name)

    @property
    def _bytes(self) -> str:
        return self._connection.key("model_bytes", self.name)

    def look(self) -> Shelved:
        """Return what judges now."""
        standing = self.rollouts.standing(self.name)
        with reachable():
            beside, changes, lost = self._redis.hmget(self._state, ("beside", "changes", "lost"))
        return Shelved(standing, read_value(beside, Beside.from_json), changes or "", lost or "")

    def memory(self) -> Memory:
        """Return the history and what is to be forgotten."""
        with reachable():
            raw = self._redis.hget(self._state, "memory")
        return read_value(raw, Memory.from_json) or Memory()

    def bytes_of(self, digest: str) -> bytes | None:
        """Return the content of a model, None if Redis does not have it."""
        with reachable():
            text = cast("str | None", self._redis.hget(self._bytes, digest))
        try:
            return base64.b64decode(text, validate=True) if text else None
        except binascii.Error:
            return None

    def keep_bytes(self, digest: str, raw: bytes) -> None:
        """Store the content of a model."""
        with reachable():
            self._redis.hset(self._bytes, digest, base64.b64encode(raw).decode())

    def seed(self, digest: str, memory: Memory, lost: str = "") -> None:
        """Make a model the one in use, if Redis knows of none: it is new, or it was wiped."""
        with reachable():
            if self._redis.hsetnx(self._state, "charge", digest):
                fields = {"memory": as_text(memory.to_json()), "lost": lost}
                self._redis.hset(self._state, mapping=fields)
                self._changed()

    def begin(self, digest: str, now: datetime) -> None:
        """Put a model on trial."""
        self.rollouts.begin(self.name, digest, "", now)
        self._no_longer_beside(digest)

    def settle(self, digest: str) -> None:
        """Make a model the one in use. Ends the trial."""
        self.rollouts.settle(self.name, digest, "")
        self._no_longer_beside(digest)

    def withdraw(self) -> None:
        """End the trial: the model before judges again."""
        self.rollouts.withdraw(self.name)
        self.sweep_again()

    def stop(self, digest: str, would: int) -> None:
        """Stop the model on trial, which would rewrite so many issues."""
        self.rollouts.stop(self.name, digest, would)
        self.sweep_again()

    def put_beside(self, beside: Beside | None) -> None:
        """Let a model judge beside the one in use, or none."""
        with reachable():
            if beside is None:
                self._redis.hdel(self._state, "beside")
            else:
                self._redis.hset(self._state, "beside", as_text(beside.to_json()))
            self._changed()

    def sweep_again(self) -> None:
        """Make the next pass of each project a full one, such as to put back what was rewritten."""
        for project in self.projects:
            self.rollouts.set_swept(self.name, "", project)
        with reachable():
            self._changed()

    @contextmanager
    def changing(self) -> Iterator[Callable[[Memory], None]]:
        """Change the memory alone: yield a function that stores it. Raises StoreDown."""
        lock = self._redis.lock(
            self._connection.key("changing", self.name), timeout=CHANGE_S, blocking_timeout=WAIT_S
        )
        with reachable():
            taken = lock.acquire()
        if not taken:
            raise StoreDown(f"another process changes the model {self.name}: try again")
        try:
            yield self._remember
        finally:
            with suppress(LockError, RedisError):
                lock.release()

    def _remember(self, memory: Memory) -> None:
        with reachable():
            self._redis.hset(self._state, "memory", as_text(memory.to_json()))
            self._redis.hset(self._state, "lost", "")
            self._changed()
        self._prune(memory)

    def _prune(self, memory: Memory) -> None:
        """Remove the content of models that left the history."""
        shelved = self.look()
        standing, beside = shelved.standing, shelved.beside
        keep = {one.digest for one in memory.history} | {standing.active, SHIPS}
        keep |= {standing.trial.digest if standing.trial else None}
        keep |= {beside.digest if beside else None}
        with reachable():
            gone = [one for one in self._redis.hkeys(self._bytes) if one not in keep]
            if gone:
                self._redis.hdel(self._bytes, *gone)

    def _no_longer_beside(self, digest: str) -> None:
        beside = self.look().beside
        with reachable():
            if beside and beside.digest == digest:
                self._redis.hdel(self._state, "beside")
            self._changed()

    def _changed(self) -> None:
        self._redis.hincrby(self._state, "changes", 1)
        self._redis.incr(EPOCH)
