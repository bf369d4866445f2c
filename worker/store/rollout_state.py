"""Keep in Redis what judges: the active rulebook or team's model, and a new one on trial."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar, cast

from worker.store import atomic_scripts
from worker.store.redis import Connection, reachable
from worker.store.rulebook_values import Rollout

TRIAL_S = 3_600
"""The length of a trial."""

Role = Literal["active", "trial"]
_TEXT: Mapping[Role, str] = {"active": "charge_text", "trial": "trial_text"}
"""The fields of the hash that hold the texts of rulebooks. Models have none."""

T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """What judges a project, or all projects that share a model.

    `active` is the digest of the active one, `trial` a new one on trial. `swept` is the digest of
    the one that judged the last full pass over all issues.
    """

    active: str | None = None
    trial: Rollout | None = None
    swept: str | None = None

    def tries(self, digest: str) -> bool:
        """Return whether the one of this digest is on trial."""
        return self.trial is not None and self.trial.digest == digest

    @property
    def stopped(self) -> bool:
        """Return whether the one on trial was rolled back and waits for approval."""
        return self.trial is not None and self.trial.stopped is not None

    @property
    def judging(self) -> str | None:
        """Return the digest of the one that judges now: the one on trial, unless it is stopped."""
        return self.active if self.trial is None or self.stopped else self.trial.digest

    def over(self, now: datetime) -> bool:
        """Return whether the trial is over: an hour has passed and all issues were judged."""
        if self.trial is None or self.stopped or self.swept != self.trial.digest:
            return False
        return (now - self.trial.since).total_seconds() > TRIAL_S


class Rollouts:
    """What is active and on trial, by name, shared by all processes. Calls may raise StoreDown.

    `kind` is "book" or "model", `name` a project or the file of a model. `members` are the projects
    that share a name: each has its own set of rewritten issues.
    """

    def __init__(self, connection: Connection, kind: str, members: Sequence[str] = ("",)) -> None:
        self._connection = connection
        self._key = connection.key
        self._kind, self._members = kind, tuple(members)
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

    def standing(self, name: str) -> Standing:
        """Return what is active and what is on trial."""
        swept = [_swept(member) for member in self._members]
        with reachable():
            charge, trial, *found = self._redis.hmget(
                self._state(name), ("charge", atomic_scripts.ROLLOUT, *swept)
            )
        by_all = found[0] if len(set(found)) == 1 else None
        return Standing(charge, read_value(trial, Rollout.from_json), by_all)

    def begin(self, name: str, digest: str, text: str, now: datetime) -> None:
        """Put a new one on trial, unless it is on trial already."""
        rollout = Rollout(digest, now.replace(microsecond=0))
        with reachable():
            self._begin(self._keys(name), [digest, text, as_text(rollout.to_json())], self._redis)

    def settle(self, name: str, digest: str, text: str) -> None:
        """Make one active: the first one, an approved one, or one whose trial is over."""
        with reachable():
            self._settle(self._keys(name), [digest, text], self._redis)

    def withdraw(self, name: str) -> None:
        """End the trial: the active one judges again."""
        with reachable():
            self._redis.hdel(self._state(name), atomic_scripts.ROLLOUT, "trial_text")
            self._redis.delete(*self._keys(name)[1:])

    def text(self, name: str, role: Role) -> str | None:
        """Return the text of the active one or of the one on trial."""
        with reachable():
            return cast("str | None", self._redis.hget(self._state(name), _TEXT[role]))

    def spend(self, name: str, digest: str, issue_id: str, cap: int, member: str = "") -> bool:
        """Return whether it may rewrite an issue; on trial, at most `cap` issues of a member."""
        keys = [self._state(name), self._rewritten(name, member)]
        with reachable():
            return bool(self._spend(keys, [digest, issue_id, cap], self._redis))

    def stop(self, name: str, digest: str, would: int) -> None:
        """Roll back the one on trial, which would rewrite so many issues."""
        with reachable():
            self._stop(self._keys(name), [digest, would], self._redis)

    def rewritten(self, name: str, member: str = "") -> set[str]:
        """Return the ids of the issues that the one on trial has rewritten."""
        with reachable():
            return cast("set[str]", self._redis.smembers(self._rewritten(name, member)))

    def swept(self, name: str, member: str = "") -> str | None:
        """Return the digest of the one that judged the last full pass of a member."""
        with reachable():
            return cast("str | None", self._redis.hget(self._state(name), _swept(member)))

    def set_swept(self, name: str, digest: str, member: str = "") -> None:
        """Store that this one judged all issues of a member."""
        with reachable():
            self._redis.hset(self._state(name), _swept(member), digest)

    def _keys(self, name: str) -> list[str]:
        return [self._state(name), *(self._rewritten(name, one) for one in self._members)]

    def _state(self, name: str) -> str:
        return self._key(self._kind, name)

    def _rewritten(self, name: str, member: str = "") -> str:
        kind = "rewritten" if self._kind == "book" else f"{self._kind}_rewritten"
        return self._key(kind, name, *([member] if member else []))


def _swept(member: str) -> str:
    return f"swept:{member}" if member else "swept"


def as_text(value: Mapping[str, Any] | Iterable[Any]) -> str:
    """Return a value as JSON for Redis."""
    # ASCII: YAML and JSON may hold half of a character, which Redis can't store as text.
    return json.dumps(value, sort_keys=True)


def read_value(text: str | None, from_json: Callable[[Any], T]) -> T | None:
    """Parse a JSON value from Redis. Return None if this version of Sluice can't read it."""
    if text is None:
        return None
    try:
        return from_json(json.loads(text))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return None
