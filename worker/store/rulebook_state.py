"""Keep the state of a site's rulebooks in Redis: active, on trial, and the shadow counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from rules.problem import Problem
from worker.store.redis import EPOCH, Connection, reachable
from worker.store.rollout_state import Rollouts, as_text, read_value
from worker.store.rulebook_values import BookStatus, MovedIssue, ShadowCount

SHADOW_S = 30 * 24 * 3_600
MOVED = 100
"""The most issues with another verdict in shadow that are kept by key."""

CHECKED_S = 3_600
CHECKING_S = 30


class Ledger(Rollouts):
    """The state of the rulebooks of a site, shared by all processes. Calls may raise StoreDown.

    If Redis is wiped, it begins again with the current rule files. Values of an earlier version of
    Sluice that can't be read count as absent.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, "book")
        self.connection = connection

    def begin(self, name: str, digest: str, text: str, now: datetime) -> None:
        """Put a new book on trial, and let all processes look at once."""
        super().begin(name, digest, text, now)
        self._changed()

    def withdraw(self, name: str) -> None:
        """End a trial, and let all processes look at once."""
        super().withdraw(name)
        self._changed()

    def _changed(self) -> None:
        with reachable():
            self._redis.incr(EPOCH)

    def set_edges(self, project: str, edges: Sequence[float]) -> None:
        """Store the lowest scores of the bands, from the project's open issues."""
        with reachable():
            self._redis.hset(self._state(project), "edges", as_text(edges))

    def edges(self, project: str) -> tuple[float, ...]:
        """Return the lowest scores of the bands; empty if too few issues are known."""
        with reachable():
            raw = self._redis.hget(self._state(project), "edges")
        return read_value(raw, lambda edges: tuple(map(float, edges))) or ()

    def check_once(
        self, contents: str, check: Callable[[], tuple[Problem, ...]]
    ) -> tuple[Problem, ...] | None:
        """Return the problems of rule files with these contents, checked once for all processes.

        None while another process checks them.
        """
        name = hashlib.sha256(contents.encode()).hexdigest()
        result, running = self._key("proof", name), self._key("proving", name)
        with reachable():
            wrong = read_value(self._redis.get(result), _problems)
            if wrong is None and not self._redis.set(running, 1, nx=True, ex=CHECKING_S):
                return None
        if wrong is None:
            wrong = check()
            with reachable():
                self._redis.set(result, as_text([one.to_json() for one in wrong]), ex=CHECKED_S)
                self._redis.delete(running)
        return wrong

    def report(self, project: str, status: BookStatus) -> None:
        """Store the status of a project's book. Without a change, `since` stays."""
        key = self._key("book_status")
        with reachable():
            before = read_value(self._redis.hget(key, project), BookStatus.from_json)
            # The path of the file is another one on another host.
            same = before and replace(before, since=status.since, file=status.file)
            if same != status:
                self._redis.hset(key, project, as_text(status.to_json()))

    def books(self) -> dict[str, BookStatus]:
        """Return the status of each project's book, as reported by the workers."""
        with reachable():
            raw = self._redis.hgetall(self._key("book_status"))
        found = {project: read_value(raw[project], BookStatus.from_json) for project in sorted(raw)}
        return {project: status for project, status in found.items() if status}

    def count_shadow(self, project: str, key: str, digest: str, live: str, shadow: str) -> None:
        """Count a verdict in shadow with the live one; keep the issue if they differ."""
        one = ShadowCount(digest, live, shadow, 1).to_json()
        with reachable():
            by = one.pop("count")  # the field of the hash is the rest, its value is the count
            self._redis.hincrby(self._shadows(project), as_text(one), by)
            self._redis.expire(self._shadows(project), SHADOW_S)
            if live != shadow:
                self._keep(project, as_text(MovedIssue(key, digest, live, shadow).to_json()))

    def _keep(self, project: str, moved: str) -> None:
        key = self._moved(project)
        self._redis.lrem(key, 0, moved)
        self._redis.lpush(key, moved)
        self._redis.ltrim(key, 0, MOVED - 1)
        self._redis.expire(key, SHADOW_S)

    def shadows(self, project: str) -> tuple[ShadowCount, ...]:
        """Return the counts of verdicts in shadow in the last 30 days."""
        with reachable():
            raw = self._redis.hgetall(self._shadows(project))
        found = (read_value(name, partial(_counted, count)) for name, count in sorted(raw.items()))
        return tuple(filter(None, found))

    def moved(self, project: str) -> tuple[MovedIssue, ...]:
        """Return the last issues with another verdict in shadow, the latest first."""
        with reachable():
            raw = self._redis.lrange(self._moved(project), 0, -1)
        return tuple(filter(None, (read_value(text, MovedIssue.from_json) for text in raw)))

    def _shadows(self, project: str) -> str:
        return self._key("shadow_counts", project)

    def _moved(self, project: str) -> str:
        return self._key("moved_issues", project)


def _counted(count: str, raw: Any) -> ShadowCount:
    return ShadowCount.from_json({**raw, "count": count})


def _problems(raw: Any) -> tuple[Problem, ...]:
    return tuple(map(Problem.from_json, raw))
