"""Keep the state of a site's rulebooks in Redis: active, on trial, and the shadow counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar, cast

from rules.problem import Problem
from worker.store import atomic_scripts
from worker.store.redis import Connection, reachable
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount

SHADOW_S = 30 * 24 * 3_600
MOVED = 100
"""The most issues with another verdict in shadow that are kept by key."""

CHECKED_S = 3_600
CHECKING_S = 30

Role = Literal["active", "trial"]
_TEXT: Mapping[Role, str] = {"active": "charge_text", "trial": "trial_text"}
"""The fields of a project's hash that hold the texts of its rulebooks."""

T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """The rulebooks of a project.

    `active` is the digest of the active book, `trial` a new book on trial. `swept` is the digest of
    the book of the last full pass over all issues.
    """

    active: str | None = None
    trial: Rollout | None = None
    swept: str | None = None

    def tries(self, digest: str) -> bool:
        """Return whether the book of this digest is on trial."""
        return self.trial is not None and self.trial.digest == digest

    @property
    def stopped(self) -> bool:
        """Return whether the book on trial was rolled back and waits for approval."""
        return self.trial is not None and self.trial.stopped is not None


class Ledger:
    """The state of the rulebooks of a site, shared by all processes. Calls may raise StoreDown.

    If Redis is wiped, it begins again with the current rule files. Values of an earlier version of
    Sluice that can't be read count as absent.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._key = connection.key
        self._begin, self._settle, self._spend, self._stop = map(
            connection.script,
            (
                atomic_scripts.BEGIN_TRIAL,
                atomic_scripts.SETTLE,
                atomic_scripts.SPEND,
                atomic_scripts.STOP,
            ),
        )

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def standing(self, project: str) -> Standing:
        """Return the active book of a project and the one on trial."""
        with reachable():
            names = ("charge", atomic_scripts.ROLLOUT, "swept")
            charge, trial, swept = self._redis.hmget(self._book(project), names)
        return Standing(charge, _read(trial, Rollout.from_json), swept)

    def begin(self, project: str, digest: str, text: str, now: datetime) -> None:
        """Put a new book on trial, unless it is on trial already."""
        rollout = Rollout(digest, now.replace(microsecond=0))
        with reachable():
            self._begin(self._keys(project), [digest, text, _text(rollout.to_json())], self._redis)

    def settle(self, project: str, digest: str, text: str) -> None:
        """Make a book active: the first one, an approved one, or one whose trial is over."""
        with reachable():
            self._settle(self._keys(project), [digest, text], self._redis)

    def withdraw(self, project: str) -> None:
        """End the trial: the file holds the active book again."""
        with reachable():
            self._redis.hdel(self._book(project), atomic_scripts.ROLLOUT, "trial_text")
            self._redis.delete(self._rewritten(project))

    def text(self, project: str, role: Role) -> str | None:
        """Return the text of the active book or of the one on trial."""
        with reachable():
            return cast("str | None", self._redis.hget(self._book(project), _TEXT[role]))

    def spend(self, project: str, digest: str, issue_id: str, cap: int) -> bool:
        """Return whether a book may rewrite an issue; on trial, at most `cap` issues."""
        with reachable():
            return bool(self._spend(self._keys(project), [digest, issue_id, cap], self._redis))

    def stop(self, project: str, digest: str, would: int) -> None:
        """Roll back the book on trial, which would rewrite so many issues."""
        with reachable():
            self._stop(self._keys(project), [digest, would], self._redis)

    def rewritten(self, project: str) -> set[str]:
        """Return the ids of the issues that the book on trial has rewritten."""
        with reachable():
            return cast("set[str]", self._redis.smembers(self._rewritten(project)))

    def set_swept(self, project: str, digest: str) -> None:
        """Store that this book judged all issues of the project."""
        with reachable():
            self._redis.hset(self._book(project), "swept", digest)

    def set_edges(self, project: str, edges: Sequence[float]) -> None:
        """Store the lowest scores of the bands, from the project's open issues."""
        with reachable():
            self._redis.hset(self._book(project), "edges", _text(edges))

    def edges(self, project: str) -> tuple[float, ...]:
        """Return the lowest scores of the bands; empty if too few issues are known."""
        with reachable():
            raw = self._redis.hget(self._book(project), "edges")
        return _read(raw, lambda edges: tuple(map(float, edges))) or ()

    def check_once(
        self, contents: str, check: Callable[[], tuple[Problem, ...]]
    ) -> tuple[Problem, ...] | None:
        """Return the problems of rule files with these contents, checked once for all processes.

        None while another process checks them.
        """
        name = hashlib.sha256(contents.encode()).hexdigest()
        result, running = self._key("proof", name), self._key("proving", name)
        with reachable():
            wrong = _read(self._redis.get(result), _problems)
            if wrong is None and not self._redis.set(running, 1, nx=True, ex=CHECKING_S):
                return None
        if wrong is None:
            wrong = check()
            with reachable():
                self._redis.set(result, _text([one.to_json() for one in wrong]), ex=CHECKED_S)
                self._redis.delete(running)
        return wrong

    def report(self, project: str, status: BookStatus) -> None:
        """Store the status of a project's book. Without a change, `since` stays."""
        key = self._key("book_status")
        with reachable():
            before = _read(self._redis.hget(key, project), BookStatus.from_json)
            if before is None or replace(before, since=status.since) != status:
                self._redis.hset(key, project, _text(status.to_json()))

    def books(self) -> dict[str, BookStatus]:
        """Return the status of each project's book, as reported by the workers."""
        with reachable():
            raw = self._redis.hgetall(self._key("book_status"))
        found = {project: _read(raw[project], BookStatus.from_json) for project in sorted(raw)}
        return {project: status for project, status in found.items() if status}

    def count_shadow(self, project: str, key: str, digest: str, live: str, shadow: str) -> None:
        """Count a verdict in shadow with the live one; keep the issue if they differ."""
        one = ShadowCount(digest, live, shadow, 1).to_json()
        with reachable():
            by = one.pop("count")  # the field of the hash is the rest, its value is the count
            self._redis.hincrby(self._shadows(project), _text(one), by)
            self._redis.expire(self._shadows(project), SHADOW_S)
            if live != shadow:
                self._keep(project, _text(MovedIssue(key, digest, live, shadow).to_json()))

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
        found = (_read(name, partial(_counted, count)) for name, count in sorted(raw.items()))
        return tuple(filter(None, found))

    def moved(self, project: str) -> tuple[MovedIssue, ...]:
        """Return the last issues with another verdict in shadow, the latest first."""
        with reachable():
            raw = self._redis.lrange(self._moved(project), 0, -1)
        return tuple(filter(None, (_read(text, MovedIssue.from_json) for text in raw)))

    def _keys(self, project: str) -> list[str]:
        return [self._book(project), self._rewritten(project)]

    def _book(self, project: str) -> str:
        return self._key("book", project)

    def _rewritten(self, project: str) -> str:
        return self._key("rewritten", project)

    def _shadows(self, project: str) -> str:
        return self._key("shadow_counts", project)

    def _moved(self, project: str) -> str:
        return self._key("moved_issues", project)


def _text(value: Mapping[str, Any] | Iterable[Any]) -> str:
    # ASCII: YAML and JSON may hold half of a character, which Redis can't store as text.
    return json.dumps(value, sort_keys=True)


def _read(text: str | None, from_json: Callable[[Any], T]) -> T | None:
    """Parse a JSON value from Redis. Return None if this version of Sluice can't read it."""
    if text is None:
        return None
    try:
        return from_json(json.loads(text))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return None


def _counted(count: str, raw: Any) -> ShadowCount:
    return ShadowCount.from_json({**raw, "count": count})


def _problems(raw: Any) -> tuple[Problem, ...]:
    return tuple(map(Problem.from_json, raw))
