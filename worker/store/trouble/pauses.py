"""Keep in Redis why a site pauses: its trouble, since when, and whose turn it is to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from worker.store.redis import Connection, reachable

LONGEST_GUESS_S = 15
"""If Jira does not say how long, a site in trouble is tried again after 2, 4, 8, 15, 15 … s."""

KNOWN_S = 86_400
"""A trouble that nobody met again for so long is forgotten."""

UNSURE_S = 75.0
"""A write without an answer is read again after so long. By default, nginx, Apache and AWS wait
60 s for Jira, so what is to happen has happened then. We ourselves stop waiting after 10 s."""

EVERY_ISSUE = 3
"""So many issues in a row that meet the same kind of trouble make it the site's."""

TROUBLED_S = 600

_PAUSE = f"""
local new = redis.call('EXISTS', KEYS[1]) == 0
if new then redis.call('HSET', KEYS[1], 'since', ARGV[2]) end
redis.call('HSET', KEYS[1], 'reason', ARGV[1])
local wait, left = tonumber(ARGV[3]), redis.call('PTTL', KEYS[2])
if wait < 0 then
  if left > 0 then return {{new and 1 or 0, left}} end
  local times = math.min(redis.call('HINCRBY', KEYS[1], 'times', 1), 10)
  wait = math.min(2 ^ times, {LONGEST_GUESS_S}) * 1000
end
if wait > left then redis.call('SET', KEYS[2], 1, 'PX', math.max(math.floor(wait), 1)) end
redis.call('DEL', KEYS[3])
redis.call('PEXPIRE', KEYS[1], math.max(math.floor(wait), 0) + {KNOWN_S} * 1000)
return {{new and 1 or 0, math.max(math.floor(wait), left)}}
"""
"""Pause a site. Of several workers that meet one trouble, the first lengthens the pause."""


@dataclass(frozen=True)
class Paused:
    """Why a site pauses and since when (ISO). `left_s`: seconds until it is tried again."""

    reason: str
    since: str
    left_s: float

    def to_json(self) -> dict[str, object]:
        """Return the pause for `/health`."""
        return {"reason": self.reason, "since": self.since, "next_try_s": round(self.left_s)}


@dataclass(frozen=True)
class Begun:
    """What `pause` did: whether the trouble is new, and the seconds to wait."""

    new: bool
    wait_s: float


class Pauses:
    """The trouble of one site. Every call may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._key = connection, connection.key
        self._pause = connection.script(_PAUSE)

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def pause(self, reason: str, now: datetime, wait: float | None = None) -> Begun:
        """Let all workers of the site wait, for `wait` seconds or for longer with each failure."""
        keys = [self._key(name) for name in ("trouble", "hold", "probe")]
        since = now.isoformat(timespec="seconds")
        text = " ".join(reason.encode("utf-8", "replace").decode().split())[:500]
        with reachable():
            told: list[str | int] = [text, since, -1 if wait is None else int(wait * 1000)]
            new, left = cast("list[int]", self._pause(keys, told, self._redis))
        return Begun(bool(new), left / 1000)

    def over(self) -> Paused | None:
        """End the trouble, since Jira answered; return what it was, None if there was none."""
        found = self.current()
        if found:
            with reachable():
                self._redis.delete(*(self._key(one) for one in ("trouble", "probe", "troubled")))
        return found

    def current(self) -> Paused | None:
        """Return why the site pauses, None if it does not."""
        with reachable():
            told = self._redis.hgetall(self._key("trouble"))
            left = max(self._redis.pttl(self._key("hold")), 0) / 1000 if told else 0.0
        return Paused(told.get("reason", ""), told.get("since", ""), left) if told else None

    def every_issue(self, issue_id: str) -> bool:
        """Note an issue in trouble; return whether it is one of several with none that was well."""
        key = self._key("troubled")
        with reachable():
            self._redis.sadd(key, issue_id)
            self._redis.expire(key, TROUBLED_S)
            return int(self._redis.scard(key)) >= EVERY_ISSUE

    def hold_endpoint(self, name: str, seconds: float) -> None:
        """Let what uses an endpoint of the site wait: `issue` for triages, `search` for passes."""
        key = self._key("hold", name)
        with reachable():
            if self._redis.pttl(key) < seconds * 1000:
                self._redis.set(key, 1, px=max(int(seconds * 1000), 1))

    def hold_for_outcome(self, issue_id: str) -> None:
        """Let an issue wait until the outcome of a write on it can be read."""
        with reachable():
            self._redis.set(self._key("unsure", issue_id), 1, px=max(int(UNSURE_S * 1000), 1))
