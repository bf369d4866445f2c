"""Work in flight: what waits, who is at it, what failed, and what the clock has to remember."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, cast

import redis
from redis.exceptions import LockError, RedisError

from worker.store import broker, lua
from worker.store.redis import Connection, reachable
from worker.store.rulebook_state import Ledger

COOL_DOWN_MS = 2_000
"""After a triage the issue's next one waits this long: a burst of events costs two, and Jira's
limit of 20 writes to an issue in 2 s is never near."""

LOCK_S = 60
TRIES_S = 3_600

Admission = Literal["queue", "pending", "duplicate", "own"]

_REFUSALS: dict[int, Admission] = {-1: "own", -2: "duplicate", -3: "pending"}


class Locked(Exception):
    """Another worker is at this issue."""


@dataclass(frozen=True)
class DeadLetter:
    """An issue that could not be triaged, why, and since when (ISO time).

    `final`: Jira would refuse it again, so reconciling leaves it alone until somebody replays it.
    """

    issue_id: str
    reason: str
    at: str
    final: bool = False
    detail: str = ""


@dataclass(frozen=True)
class Begun:
    """What a worker finds when it takes an issue up: the last event that waits, the pause to keep.

    `tries` counts this try and those before it that came to no end; `locked`: somebody else is
    at the issue. Only without a pause and a lock of another has the triage begun.
    """

    events: str | None
    hold_s: float
    tries: int
    locked: bool


class Store:
    """Redis, as one site's work in flight needs it. Every call may raise StoreDown.

    `message` is the ready-made task that `admit` queues in the same step as its mark (see
    `worker.store.broker`). Where the queue is in another Redis it is empty: `admit` only marks.
    """

    def __init__(self, url: str, site: str, message: str = "") -> None:
        self._connection = Connection(url, site)
        self._key = self._connection.key
        self.queues = bool(message)
        self.ledger = Ledger(self._connection)
        texts = (lua.admit(broker.push(message)), lua.BEGIN, lua.RELEASE, lua.CLOSE)
        self._admit, self._begin, self._release, self._close = map(self._connection.script, texts)

    @property
    def _redis(self) -> redis.Redis:
        return self._connection.client

    def admit(self, issue_id: str, delivery: str = "", actor: str = "") -> tuple[Admission, float]:
        """Take an event: whether it needs a triage, and after how many seconds.

        One round trip, which queues a triage that is not to wait. `delivery` tells a repeated
        webhook, `actor` our own account's event.
        """
        with reachable():
            answer = self._admit([self._key("")], [issue_id, delivery, actor], self._redis)
        wait_ms = int(cast(int, answer))
        return _REFUSALS.get(wait_ms, "queue"), max(wait_ms, 0) / 1000

    def take_back(self, issue_id: str, delivery: str = "") -> None:
        """Undo `admit` where the task could not be queued."""
        keys = [self._key("pending", issue_id)]
        with reachable():
            self._redis.delete(*keys, *([self._key("seen", delivery)] if delivery else []))

    def requeue(self, issue_id: str) -> None:
        """Mark an issue as pending whatever its state: its task will find work to do."""
        with reachable():
            mark = f"{self._redis.incr(self._key('events'))}000000"
            self._redis.set(self._key("pending", issue_id), mark, ex=lua.PENDING_S)

    def begin(self, issue_id: str, token: str = "") -> Begun:
        """Take an issue up, in one round trip; `events` is None where nothing waits any more.

        With a token, the issue's lock is taken under it; `done`, `bury` and `ended` let it go.
        """
        names = ("pending", "hold", "recent", "tries", "lock")
        keys = [self._key(n) if n == "hold" else self._key(n, issue_id) for n in names]
        with reachable():
            answer = self._begin(
                keys, [COOL_DOWN_MS, TRIES_S, token, int(LOCK_S * 1000)], self._redis
            )
        events, hold_ms, tries, locked = cast("list[Any]", answer)
        return Begun(events, max(int(hold_ms), 0) / 1000, int(tries), bool(locked))

    def ended(self, issue_id: str, token: str = "") -> None:
        """The try came to an orderly end, though not to a triage."""
        keys = [self._key("tries", issue_id), self._key("lock", issue_id)]
        with reachable():
            self._release(keys, [token], self._redis)

    def done(self, issue_id: str, events: str, token: str = "", outcome: str = "") -> bool:
        """Close a triage that worked; False where a newer event than `events` came meanwhile.

        A dead letter of the issue is cleared, and the outcome counted.
        """
        return self._closed(issue_id, events, token, "", outcome and f"triage_{outcome}")

    def bury(self, letter: DeadLetter, events: str = "", token: str = "") -> bool:
        """Keep a dead letter, the last one of an issue; False where a newer event wants a try."""
        return self._closed(
            letter.issue_id, events, token, json.dumps(asdict(letter)), "triage_dead"
        )

    def _closed(self, issue_id: str, events: str, token: str, letter: str, counted: str) -> bool:
        keys = [self._key(name, issue_id) for name in ("tries", "lock", "pending")]
        keys += [self._key("dead"), self._key("counts")]
        with reachable():
            args = [token, events, issue_id, letter, counted]
            return bool(self._close(keys, args, self._redis))

    def forget(self, issue_id: str) -> None:
        """The issue is gone: nothing waits for it any more, and its absence is no trouble."""
        with reachable():
            self._redis.set(self._key("gone", issue_id), 1, ex=lua.SEEN_S)
            self._redis.delete(self._key("pending", issue_id))
            self._redis.hdel(self._key("dead"), issue_id)

    def gone(self, issue_id: str) -> bool:
        """Whether Jira said lately that the issue was deleted."""
        with reachable():
            return bool(self._redis.exists(self._key("gone", issue_id)))

    @contextmanager
    def lock(self, issue_id: str) -> Iterator[None]:
        """Be the only worker at an issue; raises Locked at once where another is."""
        with self._alone(self._key("lock", issue_id), LOCK_S) as taken:
            if not taken:
                raise Locked(f"another worker is at issue {issue_id}")
            yield

    @contextmanager
    def _alone(self, key: str, seconds: float) -> Iterator[bool]:
        with reachable():
            lock = self._redis.lock(key, timeout=seconds, blocking=False)
            taken = lock.acquire()
        try:
            yield taken
        finally:
            if taken:
                # It ran out, or Redis is away and will let it run out.
                with suppress(LockError, RedisError):
                    lock.release()

    def hold(self, seconds: float) -> None:
        """Have all workers of the site pause; a longer pause that stands is kept."""
        key = self._key("hold")
        with reachable():
            if self._redis.pttl(key) < seconds * 1000:
                self._redis.set(key, 1, px=max(int(seconds * 1000), 1))

    def dead(self) -> list[DeadLetter]:
        """All dead letters, the oldest first."""
        with reachable():
            raw = cast("dict[str, str]", self._redis.hgetall(self._key("dead")))
        return sorted((DeadLetter(**json.loads(v)) for v in raw.values()), key=lambda d: d.at)

    def drop(self, issue_id: str) -> bool:
        """Forget a dead letter; False where there is none."""
        with reachable():
            return bool(self._redis.hdel(self._key("dead"), issue_id))

    def introduce(self, account: str) -> None:
        """Say who we are, so that the web process can tell our own events."""
        with reachable():
            self._redis.set(self._key("me"), account)

    def watermark(self) -> datetime | None:
        """Up to when reconciling has read the site."""
        return self._time(self._key("watermark"))

    def set_watermark(self, at: datetime) -> None:
        """Reconciling has read everything up to this time."""
        self._set_time(self._key("watermark"), at)

    def reported(self, project: str) -> datetime | None:
        """Up to when a project's work was last reported."""
        return self._time(self._key("reported", project))

    def set_reported(self, project: str, until: datetime) -> None:
        """The report of a project's work up to this time is posted."""
        self._set_time(self._key("reported", project), until)

    def retrained(self, model: str) -> datetime | None:
        """When a project's text model was last trained, or could have been."""
        return self._time(self._key("retrained", model))

    def set_retrained(self, model: str, at: datetime) -> None:
        """Remember that it was."""
        self._set_time(self._key("retrained", model), at)

    def _set_time(self, key: str, at: datetime) -> None:
        with reachable():
            self._redis.set(key, at.isoformat())

    def _time(self, key: str) -> datetime | None:
        with reachable():
            text = cast("str | None", self._redis.get(key))
        return datetime.fromisoformat(text) if text else None

    def only(self, chore: str, seconds: int) -> AbstractContextManager[bool]:
        """Whether nobody else is at a chore of the site; holds it as long as the block lasts."""
        return self._alone(self._key("chore", chore), seconds)

    def held(self) -> float:
        """Seconds of the pause that Jira asked for, 0 where there is none."""
        with reachable():
            return max(self._redis.pttl(self._key("hold")), 0) / 1000

    def count(self, *names: str) -> None:
        """Count what is worth knowing, such as a value that a person set and that is kept."""
        with reachable():
            for name in names:
                self._redis.hincrby(self._key("counts"), name, 1)

    def health(self) -> dict[str, int]:
        """How many dead letters there are and what was counted; that Redis answers."""
        with reachable():
            counts = cast("dict[str, str]", self._redis.hgetall(self._key("counts")))
            dead = self._redis.hlen(self._key("dead"))
        return {"dead_letters": dead, **{name: int(n) for name, n in sorted(counts.items())}}
