"""Keep in Redis when each job of the schedule is due: a beat that starts anew forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import cast

from worker.store.redis import Connection, StoreDown, reachable

_DUE = """
local clock = redis.call('TIME')
local now, due = clock[1] * 1000 + math.floor(clock[2] / 1000), {}
for place = 1, #ARGV, 3 do
  local name, every = ARGV[place], tonumber(ARGV[place + 1])
  local at = tonumber(redis.call('HGET', KEYS[1], name) or '')
  if not at then at = ARGV[place + 2] == '1' and now or now + every end
  at = math.min(at, now + every)
  if at <= now then
    due[#due + 1] = name
    at = now + every
  end
  redis.call('HSET', KEYS[1], name, string.format('%d', at))
end
return due
"""
"""Return what is due, and set its next time. After a wipe, what was known before is due at once."""


AGAIN_S = 20.0
"""A pass, report or training whose worker was killed begins again so soon after its lease."""


class Due:
    """The times of all jobs, of all sites. Calls may raise StoreDown."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self._script = self._connection.script(_DUE)
        self._known: set[str] = set()

    def take(self, jobs: Mapping[str, float]) -> list[str]:
        """Return the names of the jobs that are due, each once; `jobs` has their seconds."""
        args = [
            part
            for name, seconds in jobs.items()
            for part in (name, str(int(seconds * 1000)), str(int(name in self._known)))
        ]
        with reachable():
            found = self._script([self._connection.key("due")], args, self._connection.client)
        self._known |= jobs.keys()
        return cast("list[str]", found)

    def soon(self, name: str, seconds: float) -> None:
        """Let a job be due after so many seconds: what kept it from its work may be over then."""
        with reachable():
            client = self._connection.client
            clock, micros = client.time()
            at = int((clock + seconds) * 1000 + micros / 1000)
            client.hset(self._connection.key("due"), name, str(at))

    @contextmanager
    def again_if_killed(self, name: str, every_s: float) -> Iterator[None]:
        """Let a job be due soon, unless the block ends: then it is due at its next time.

        Meanwhile its lease keeps a second process from doing the same.
        """
        self.soon(name, AGAIN_S)
        try:
            yield
        finally:
            with suppress(StoreDown):
                self.soon(name, every_s)
