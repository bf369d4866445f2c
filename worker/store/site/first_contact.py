"""Keep what the first contact with a site needs: its start, and the run of a backfill."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from worker.store.redis import Connection, reachable

RUN_S = 14 * 24 * 3_600
"""How long it is known what a run has done. Later, Sluice's records on the issues tell."""

PASSED = "passed"
"""Stands for the time of the start, if all issues are kept up."""

EVER = datetime.fromtimestamp(0, UTC)
"""The start of a project whose issues are all kept up."""

_BEGIN = f"""
local known = redis.call('EXISTS', KEYS[1]) == 1
local upgrade = not known and redis.call('EXISTS', KEYS[2]) == 1
for place = 2, #ARGV do
  redis.call('HSETNX', KEYS[1], ARGV[place], upgrade and '{PASSED}' or ARGV[1])
end
"""
"""Store the start of projects once. A watermark without a start: an earlier version was at work."""


class FirstContact:
    """The start of each project of a site, and who waits. Calls may raise StoreDown.

    Keys: `start`, a hash of times by project; `waiting`, a hash of numbers by project;
    `run:<digest>`, the issues that a run has done.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._key = connection.key
        self._begin = connection.script(_BEGIN)

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def begin(self, projects: Collection[str], at: datetime) -> None:
        """Store the start of projects that have none. It is stored once, whoever comes first."""
        if projects:
            keys = [self._key("start"), self._key("watermark")]
            with reachable():
                self._begin(keys, [at.isoformat(), *sorted(projects)], self._redis)

    def start(self, project: str) -> datetime | None:
        """Return the start of a project, None before it; EVER if all issues are kept up."""
        with reachable():
            text = self._redis.hget(self._key("start"), project)
        if text is None:
            return None
        return EVER if text == PASSED else datetime.fromisoformat(text)

    def keep_up(self, project: str) -> None:
        """Note that a backfill has judged the issues of a project: all are kept up from now on."""
        with reachable():
            self._redis.hset(self._key("start"), project, PASSED)
            self._redis.hdel(self._key("waiting"), project)

    def set_waiting(self, project: str, issues: int) -> None:
        """Store how many issues of a project wait for a backfill."""
        key = self._key("waiting")
        with reachable():
            self._redis.hset(key, project, issues) if issues else self._redis.hdel(key, project)

    def waiting(self) -> Mapping[str, int]:
        """Return how many issues wait, by project; projects where none waits are absent."""
        with reachable():
            found = self._redis.hgetall(self._key("waiting"))
        return {project: int(number) for project, number in sorted(found.items())}

    def note_done(self, run: str, issue_id: str) -> None:
        """Note that a run has done an issue."""
        key = self._key("run", run)
        with reachable():
            self._redis.sadd(key, issue_id)
            self._redis.expire(key, RUN_S)

    def not_done(self, run: str, issues: Collection[str]) -> list[str]:
        """Return the issues that a run has not done yet."""
        if not issues:
            return []
        with reachable():
            pipeline = self._redis.pipeline(transaction=False)
            for one in issues:
                pipeline.sismember(self._key("run", run), one)
            done = pipeline.execute()
        return [one for one, is_done in zip(issues, done, strict=True) if not is_done]

    def done(self, run: str) -> int:
        """Return how many issues a run has done, also before it was killed."""
        with reachable():
            return int(self._redis.scard(self._key("run", run)))

    def forget(self, run: str) -> None:
        """Forget a run that came to its end."""
        with reachable():
            self._redis.delete(self._key("run", run))
