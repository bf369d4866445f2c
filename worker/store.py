"""The only door to Redis: work in flight, and nothing that would be missed if it were wiped.

Keys, all under `sluice:<site>:`

    events           counts events, so that no two marks of an issue are alike
    pending:<issue>  the last event that waits for the issue's triage; gone when it is done
    recent:<issue>   the issue was triaged a moment ago: its next triage waits that long
    seen:<delivery>  a webhook that was taken already
    lock:<issue>     a worker is at it
    tries:<issue>    how often its triage began without coming to an end
    hold             Jira asked for a pause, for all workers
    dead             a hash of dead letters by issue
    me               our own account, whose events are ignored
    watermark, reported:<project>
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, cast

import redis
from redis.exceptions import LockError, RedisError

COOL_DOWN_MS = 2_000
"""After a triage the issue's next one waits this long: a burst of events costs two, and Jira's
limit of 20 writes to an issue in 2 s is never near."""

PENDING_S = 86_400
SEEN_S = 7_200
"""Jira tries a webhook for about half an hour, five times at most: two hours cover it."""

LOCK_S = 60
TRIES_S = 3_600

Admission = Literal["queue", "pending", "duplicate", "own"]

_ADMIT = """
if ARGV[3] ~= '' and redis.call('GET', KEYS[4]) == ARGV[3] then return {'own', 0} end
if KEYS[3] ~= '' and not redis.call('SET', KEYS[3], 1, 'NX', 'EX', ARGV[2]) then
  return {'duplicate', 0}
end
local waits = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], redis.call('INCR', KEYS[5]), 'EX', ARGV[1])
if waits == 1 then return {'pending', 0} end
return {'queue', math.max(redis.call('PTTL', KEYS[2]), 0)}
"""

_CLOSE = """
redis.call('DEL', KEYS[2])
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[3], ARGV[2])
else
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[3])
end
local waits = redis.call('GET', KEYS[1])
if waits and waits ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1
"""
"""Ends the wait for an issue, unless a newer event came in since `begin`: that is not lost."""


class StoreDown(Exception):
    """Redis does not answer: nothing was taken, try again."""


class Locked(Exception):
    """Another worker is at this issue."""


@dataclass(frozen=True)
class DeadLetter:
    """An issue that could not be triaged, why, and since when (ISO time)."""

    issue_id: str
    reason: str
    at: str
    key: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Begun:
    """What a worker finds when it takes an issue up: the last event that waits, the pause to keep.

    `tries` counts this try and those before it that came to no end.
    """

    events: str | None
    hold_s: float
    tries: int


class Store:
    """Redis, as one site's work in flight needs it. Every call may raise StoreDown."""

    def __init__(self, url: str, site: str) -> None:
        self._redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=5,
            socket_connect_timeout=2,
            health_check_interval=30,
        )
        self._prefix = f"sluice:{site}:"
        self._admit = self._redis.register_script(_ADMIT)
        self._close = self._redis.register_script(_CLOSE)

    def _key(self, *parts: str) -> str:
        return self._prefix + ":".join(parts)

    def admit(self, issue_id: str, delivery: str = "", actor: str = "") -> tuple[Admission, float]:
        """Take an event: whether to queue a triage, and after how many seconds.

        One round trip. `delivery` tells a repeated webhook, `actor` our own account's event.
        """
        keys = [
            self._key("pending", issue_id),
            self._key("recent", issue_id),
            self._key("seen", delivery) if delivery else "",
            self._key("me"),
            self._key("events"),
        ]
        with _reachable():
            answer = self._admit(keys=keys, args=[PENDING_S, SEEN_S, actor])
        word, wait_ms = cast("list[Any]", answer)
        return cast(Admission, word), int(wait_ms) / 1000

    def take_back(self, issue_id: str, delivery: str = "") -> None:
        """Undo `admit` where the task could not be queued."""
        keys = [self._key("pending", issue_id)]
        with _reachable():
            self._redis.delete(*keys, *([self._key("seen", delivery)] if delivery else []))

    def requeue(self, issue_id: str) -> None:
        """Mark an issue as pending whatever its state: its task will find work to do."""
        with _reachable():
            event = self._redis.incr(self._key("events"))
            self._redis.set(self._key("pending", issue_id), event, ex=PENDING_S)

    def begin(self, issue_id: str) -> Begun:
        """What waits for an issue; `events` is None where nothing does any more."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.get(self._key("pending", issue_id))
        pipe.pttl(self._key("hold"))
        pipe.set(self._key("recent", issue_id), 1, px=COOL_DOWN_MS)
        pipe.incr(self._key("tries", issue_id))
        pipe.expire(self._key("tries", issue_id), TRIES_S)
        with _reachable():
            events, hold_ms, _, tries, _ = pipe.execute()
        return Begun(events, max(int(hold_ms), 0) / 1000, int(tries))

    def untried(self, issue_id: str) -> None:
        """Take back what `begin` counted: the try never began, those before it still count."""
        with _reachable():
            self._redis.decr(self._key("tries", issue_id))

    def ended(self, issue_id: str) -> None:
        """The try came to an orderly end, though not to a triage."""
        with _reachable():
            self._redis.delete(self._key("tries", issue_id))

    def done(self, issue_id: str, events: str) -> bool:
        """Close a triage that worked; False where a newer event than `events` came meanwhile.

        A dead letter of the issue is cleared.
        """
        return self._closed(issue_id, events, "")

    def _closed(self, issue_id: str, events: str, letter: str) -> bool:
        keys = [self._key("pending", issue_id), self._key("tries", issue_id), self._key("dead")]
        with _reachable():
            return bool(self._close(keys=keys, args=[events, issue_id, letter]))

    def forget(self, issue_id: str) -> None:
        """The issue is gone: nothing waits for it any more."""
        with _reachable():
            self._redis.delete(self._key("pending", issue_id))
            self._redis.hdel(self._key("dead"), issue_id)

    @contextmanager
    def lock(self, issue_id: str) -> Iterator[None]:
        """Be the only worker at an issue; raises Locked at once where another is."""
        lock = self._redis.lock(self._key("lock", issue_id), timeout=LOCK_S, blocking=False)
        with _reachable():
            taken = lock.acquire()
        if not taken:
            raise Locked(f"another worker is at issue {issue_id}")
        try:
            yield
        finally:
            # It ran out, or Redis is away and will let it run out.
            with suppress(LockError, RedisError):
                lock.release()

    def hold(self, seconds: float) -> None:
        """Have all workers of the site pause; a longer pause that stands is kept."""
        key = self._key("hold")
        with _reachable():
            if self._redis.pttl(key) < seconds * 1000:
                self._redis.set(key, 1, px=max(int(seconds * 1000), 1))

    def bury(self, letter: DeadLetter, events: str = "") -> bool:
        """Keep a dead letter, the last one of an issue; False where a newer event wants a try."""
        return self._closed(letter.issue_id, events, json.dumps(asdict(letter)))

    def dead(self) -> list[DeadLetter]:
        """All dead letters, the oldest first."""
        with _reachable():
            raw = cast("dict[str, str]", self._redis.hgetall(self._key("dead")))
        return sorted((DeadLetter(**json.loads(v)) for v in raw.values()), key=lambda d: d.at)

    def drop(self, issue_id: str) -> bool:
        """Forget a dead letter; False where there is none."""
        with _reachable():
            return bool(self._redis.hdel(self._key("dead"), issue_id))

    def introduce(self, account: str) -> None:
        """Say who we are, so that the web process can tell our own events."""
        with _reachable():
            self._redis.set(self._key("me"), account)

    def watermark(self) -> datetime | None:
        """Up to when reconciling has read the site."""
        with _reachable():
            text = cast("str | None", self._redis.get(self._key("watermark")))
        return datetime.fromisoformat(text) if text else None

    def set_watermark(self, at: datetime) -> None:
        """Reconciling has read everything up to this time."""
        with _reachable():
            self._redis.set(self._key("watermark"), at.isoformat())

    def reported(self, project: str) -> str | None:
        """The last week that was reported for a project, such as 2026-W47."""
        with _reachable():
            return cast("str | None", self._redis.get(self._key("reported", project)))

    def set_reported(self, project: str, week: str) -> None:
        """The week's report of a project is posted."""
        with _reachable():
            self._redis.set(self._key("reported", project), week)

    def health(self) -> dict[str, int]:
        """How many dead letters there are, and that Redis answers."""
        with _reachable():
            return {"dead_letters": self._redis.hlen(self._key("dead"))}


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise StoreDown(f"Redis does not answer: {' '.join(str(error).split())[:200]}") from error
