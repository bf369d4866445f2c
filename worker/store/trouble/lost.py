"""Find the pending issues whose task died with its worker, and queue them again.

Three sorted sets tell of each pending issue: `waiting_since`, the time of its event; `queued`, the
number at which its task went into the queue; `due`, the time until which a worker has it, or a task
waits. The queue is first in, first out. So once a later task has begun, or the queue is empty, a
task has left the queue: what does not begin soon after that is lost.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, cast

from worker.store import broker
from worker.store.redis import Connection, reachable

GRACE_MS = 10_000
"""So long a worker may keep a task that it took ahead, or come late to one that waited."""

MOST_LOST = 100
"""The most issues that one sweep queues again."""

LONGEST_MS = 120_000
"""No task waits longer: a time beyond this one was set before the clock was put back."""

_SWEEP = f"""
local site, apart = KEYS[1], ARGV[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local queued, due = site .. 'queued', site .. 'due'
local reached = tonumber(redis.call('GET', site .. 'reached') or 0)
local below = '(' .. string.format('%d', reached)
if apart == '' and redis.call('LLEN', '{broker.QUEUE}') == 0 then below = '+inf' end
for _, issue in ipairs(redis.call('ZRANGEBYSCORE', queued, '-inf', below, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', queued, issue)
  redis.call('ZADD', due, now + {GRACE_MS}, issue)
end
local far = '(' .. string.format('%d', now + {LONGEST_MS})
for _, issue in ipairs(redis.call('ZRANGEBYSCORE', due, far, '+inf', 'LIMIT', 0, 1000)) do
  redis.call('ZADD', due, now + {GRACE_MS}, issue)
end
local lost, hold = {{}}, 0
for _, name in ipairs({{'hold', 'hold:issue'}}) do
  hold = math.max(hold, redis.call('PTTL', site .. name))
end
if hold > 0 then return lost end
local until_now = string.format('%d', now)
local late = redis.call('ZRANGEBYSCORE', due, '-inf', until_now, 'LIMIT', 0, {MOST_LOST})
for _, issue in ipairs(late) do
  redis.call('ZREM', due, issue)
  local held = math.max(
    redis.call('PTTL', site .. 'lock:' .. issue), redis.call('PTTL', site .. 'unsure:' .. issue))
  if redis.call('EXISTS', site .. 'pending:' .. issue) == 0 then
    redis.call('ZREM', site .. 'waiting_since', issue)
  elseif held > 0 then
    redis.call('ZADD', due, now + held, issue)
  else
    redis.call('ZADD', queued, reached, issue)
    lost[#lost + 1] = issue
    local task = site .. issue .. ':again:' .. until_now
    PUSH
  end
end
return lost
"""
"""Queue lost tasks again, ahead of all others: they waited longest. During a pause, none is."""

_ADOPT = f"""
local site, key = KEYS[1], ARGV[1]
local issue = string.sub(key, #(site .. 'pending:') + 1)
if redis.call('EXISTS', key) == 0 or redis.call('ZSCORE', site .. 'waiting_since', issue) then
  return 0
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZADD', site .. 'waiting_since', now, issue)
redis.call('ZADD', site .. 'due', 'NX', now + {GRACE_MS}, issue)
return 1
"""
"""List a mark that has no time. Nobody knows where its task is: one follows soon."""


class Lost:
    """The pending issues of a site. Every call may raise StoreDown.

    `message` is the template of a task; without it the caller has to queue what `sweep` returns.
    """

    def __init__(self, connection: Connection, message: str = "") -> None:
        self._connection = connection
        text = _SWEEP.replace("PUSH", broker.push(message, first=True))
        self._adopt = connection.script(_ADOPT)
        self._sweep, self._apart = connection.script(text), "" if message else "apart"

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def sweep(self) -> list[str]:
        """Queue the issues again whose task was lost; return them."""
        with reachable():
            return cast(
                "list[str]", self._sweep([self._connection.key("")], [self._apart], self._redis)
            )

    def adopt(self) -> int:
        """List the marks that an older version left without a time; return how many.

        Walks over the keys of the site in steps, so that no other client waits for it.
        """
        found, pattern = 0, self._connection.key("pending", "*")
        with reachable():
            for key in self._redis.scan_iter(pattern, count=1000):
                found += int(self._adopt([self._connection.key("")], [key], self._redis))
        return found

    def oldest(self) -> datetime | None:
        """Return the time of the event that waits longest for its triage."""
        with reachable():
            found = self._redis.zrange(self._connection.key("waiting_since"), 0, 0, withscores=True)
        return datetime.fromtimestamp(found[0][1] / 1000, UTC) if found else None

    def waiting(self, issues: Collection[str]) -> set[str]:
        """Return those of the issues that wait for a triage, or are in one."""
        if not issues:
            return set()
        asked = sorted(issues)
        with reachable():
            times = self._redis.zmscore(self._connection.key("waiting_since"), asked)
        return {issue for issue, time in zip(asked, times, strict=True) if time is not None}

    def waiting_before(self, time: datetime) -> dict[str, str]:
        """Return the issues whose event came in before a time, each with that of its event."""
        key, until = self._connection.key("waiting_since"), time.timestamp() * 1000
        with reachable():
            found = self._redis.zrangebyscore(
                key, "-inf", until, start=0, num=MOST_LOST, withscores=True
            )
        return {
            issue: datetime.fromtimestamp(since / 1000, UTC).isoformat() for issue, since in found
        }

    def count(self) -> int:
        """Return the number of issues that wait for a triage, or are in one."""
        with reachable():
            return int(self._redis.zcard(self._connection.key("waiting_since")))
