"""Keep what is known of a site's rulebooks: in charge, on trial, and what shadows decide."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar, cast

from rules.problem import Problem
from worker.store import lua
from worker.store.redis import Connection, reachable
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount

SHADOW_S = 30 * 24 * 3_600
MOVED = 100
"""So many issues that a shadow would move are remembered by name."""

PROOF_S = 3_600
PROVING_S = 30

Role = Literal["charge", "trial"]
T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """How the rulebooks of a project stand.

    `charge` is the digest of the book that earned its place, `trial` a new one. `swept` is the
    digest of the book by which all issues were looked through last.
    """

    charge: str | None = None
    trial: Rollout | None = None
    swept: str | None = None

    def tries(self, digest: str) -> bool:
        """Whether the book of this digest is the one on trial."""
        return self.trial is not None and self.trial.digest == digest

    @property
    def stopped(self) -> bool:
        """Whether the book on trial waits for a person to approve it."""
        return self.trial is not None and self.trial.stopped is not None


class Ledger:
    """The rulebooks of one site's projects, as all of its processes see them. May raise StoreDown.

    Wiped with Redis, it begins again with the rule files as they are then. What an earlier version
    of Sluice left there, and this one can't read, counts as absent and is written anew.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._key = connection.key
        self._begin, self._settle, self._spend, self._stop = map(
            connection.script, (lua.BEGIN_TRIAL, lua.SETTLE, lua.SPEND, lua.STOP)
        )

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def standing(self, project: str) -> Standing:
        """Return which book is in charge of a project, and which is on trial."""
        with reachable():
            names = ("charge", lua.ROLLOUT, "swept")
            charge, trial, swept = self._redis.hmget(self._book(project), names)
        return Standing(charge, _read(trial, Rollout.from_json), swept)

    def begin(self, project: str, digest: str, text: str, now: datetime) -> None:
        """Put a new book on trial; one that is on trial already goes on with it."""
        rollout = Rollout(digest, now.replace(microsecond=0))
        with reachable():
            self._begin(self._keys(project), [digest, text, _text(rollout.to_json())], self._redis)

    def settle(self, project: str, digest: str, text: str) -> None:
        """Put a book in charge: the first one, or one whose trial is over or was cut short."""
        with reachable():
            self._settle(self._keys(project), [digest, text], self._redis)

    def withdraw(self, project: str) -> None:
        """End the trial of a book that is gone from the disk: the one in charge is there again."""
        with reachable():
            self._redis.hdel(self._book(project), lua.ROLLOUT, "trial_text")
            self._redis.delete(self._rewritten(project))

    def text(self, project: str, role: Role) -> str | None:
        """Return a book as it can be read again, in charge or on trial."""
        with reachable():
            return cast("str | None", self._redis.hget(self._book(project), f"{role}_text"))

    def spend(self, project: str, digest: str, issue_id: str, cap: int) -> bool:
        """Whether a book may rewrite an issue; on trial it may rewrite `cap` issues, then stops."""
        with reachable():
            return bool(self._spend(self._keys(project), [digest, issue_id, cap], self._redis))

    def stop(self, project: str, digest: str, would: int) -> None:
        """Stop the book on trial, which would rewrite so many issues."""
        with reachable():
            self._stop(self._keys(project), [digest, would], self._redis)

    def rewritten(self, project: str) -> set[str]:
        """Return the ids of the issues that the book on trial has rewritten."""
        with reachable():
            return cast("set[str]", self._redis.smembers(self._rewritten(project)))

    def set_swept(self, project: str, digest: str) -> None:
        """Remember that this book looked through all issues of the project."""
        with reachable():
            self._redis.hset(self._book(project), "swept", digest)

    def proof(
        self, contents: str, prove: Callable[[], tuple[Problem, ...]]
    ) -> tuple[Problem, ...] | None:
        """Return what is wrong with rule files of such contents; one process finds out for all.

        None while another process is at it.
        """
        name = hashlib.sha256(contents.encode()).hexdigest()
        known, at_it = self._key("proof", name), self._key("proving", name)
        with reachable():
            wrong = _read(self._redis.get(known), _problems)
            if wrong is None and not self._redis.set(at_it, 1, nx=True, ex=PROVING_S):
                return None
        if wrong is None:
            wrong = prove()
            with reachable():
                self._redis.set(known, _text([one.to_json() for one in wrong]), ex=PROOF_S)
                self._redis.delete(at_it)
        return wrong

    def tell(self, project: str, status: BookStatus) -> None:
        """Say which book judges a project; unless something changed, `since` stays as it was."""
        key = self._key("book_status")
        with reachable():
            before = _read(self._redis.hget(key, project), BookStatus.from_json)
            if before is None or replace(before, since=status.since) != status:
                self._redis.hset(key, project, _text(status.to_json()))

    def books(self) -> dict[str, BookStatus]:
        """Return what workers told of the book of each project."""
        with reachable():
            raw = self._redis.hgetall(self._key("book_status"))
        found = {project: _read(raw[project], BookStatus.from_json) for project in sorted(raw)}
        return {project: status for project, status in found.items() if status}

    def count_shadow(self, project: str, key: str, digest: str, live: str, shadow: str) -> None:
        """Count a decision of what is in shadow beside the one that counts; keep what it moves."""
        one = ShadowCount(digest, live, shadow, 1).to_json()
        with reachable():
            by = one.pop("count")  # of the hash, the count is the value and the rest is the name
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
        """Return how often shadows decided what, as counted in the last 30 days."""
        with reachable():
            raw = self._redis.hgetall(self._shadows(project))
        found = (_read(name, partial(_counted, count)) for name, count in sorted(raw.items()))
        return tuple(filter(None, found))

    def moved(self, project: str) -> tuple[MovedIssue, ...]:
        """Return the last issues that a shadow would move, the latest first."""
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
    # ASCII: half of a character, which YAML and JSON can hold, is no text that Redis could take.
    return json.dumps(value, sort_keys=True)


def _read(text: str | None, from_json: Callable[[Any], T]) -> T | None:
    """Return a value that Redis holds as JSON; None where this version of Sluice can't read it."""
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
