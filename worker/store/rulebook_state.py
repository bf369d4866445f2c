"""What is known of a site's rulebooks: which is in charge, which is on trial, what shadows say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal, cast

from worker.store import lua
from worker.store.redis import Connection, reachable

SHADOW_S = 30 * 24 * 3_600
MOVED = 100
"""So many issues that a shadow would move are remembered by name."""

PROOF_S = 3_600
PROVING_S = 30

Role = Literal["charge", "trial"]


@dataclass(frozen=True)
class Standing:
    """How the rulebooks of a project stand: digests, and how the trial of the new one goes.

    `charge`: the book that earned its place; `trial`: a new one since `since` (seconds since the
    epoch), which has rewritten so many issues; `stopped`: how many it would have, where that is
    more than it may; `swept`: the book by which all issues were looked through last.
    """

    charge: str | None = None
    trial: str | None = None
    since: float = 0.0
    stopped: int | None = None
    swept: str | None = None
    rewritten: int = 0


class Ledger:
    """The rulebooks of one site's projects, as all of its processes see them. May raise StoreDown.

    Wiped with Redis, it begins again with the rule files as they are then.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._key = connection.key
        self._begin, self._settle, self._spend = map(
            connection.script, (lua.BEGIN_TRIAL, lua.SETTLE, lua.SPEND)
        )

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def standing(self, project: str) -> Standing:
        """Which book is in charge of a project, and which is on trial."""
        with reachable():
            names = ("charge", "trial", "since", "stopped", "swept")
            charge, trial, since, stopped, swept = self._redis.hmget(self._book(project), names)
            rewritten = self._redis.scard(self._rewritten(project)) if trial else 0
        stopped = None if stopped is None else int(stopped)
        return Standing(charge, trial, float(since or 0), stopped, swept, rewritten)

    def begin(self, project: str, digest: str, text: str, now: datetime) -> None:
        """Put a new book on trial; one that is on trial already goes on with it."""
        keys = [self._book(project), self._rewritten(project)]
        with reachable():
            self._begin(keys, [digest, text, now.timestamp()], self._redis)

    def settle(self, project: str, digest: str, text: str) -> None:
        """Put a book in charge: the first one, or one whose trial is over or was cut short."""
        keys = [self._book(project), self._rewritten(project)]
        with reachable():
            self._settle(keys, [digest, text], self._redis)

    def withdraw(self, project: str) -> None:
        """The book on trial is gone from the disk: the one in charge is there again."""
        with reachable():
            fields = ("trial", "trial_text", "since", "stopped")
            self._redis.hdel(self._book(project), *fields)
            self._redis.delete(self._rewritten(project))

    def text(self, project: str, role: Role) -> str | None:
        """A book as it can be read again, in charge or on trial."""
        with reachable():
            return cast("str | None", self._redis.hget(self._book(project), f"{role}_text"))

    def spend(self, project: str, digest: str, issue_id: str, cap: int) -> bool:
        """Whether a book may rewrite an issue; on trial it may rewrite `cap` issues, then stops."""
        keys = [self._book(project), self._rewritten(project)]
        with reachable():
            return bool(self._spend(keys, [digest, issue_id, cap], self._redis))

    def stop(self, project: str, digest: str, would: int) -> None:
        """Stop the book on trial, which would rewrite so many issues."""
        with reachable():
            if self._redis.hget(self._book(project), "trial") == digest:
                self._redis.hset(self._book(project), "stopped", would)

    def rewritten(self, project: str) -> set[str]:
        """The ids of the issues that the book on trial has rewritten."""
        with reachable():
            return cast("set[str]", self._redis.smembers(self._rewritten(project)))

    def set_swept(self, project: str, digest: str) -> None:
        """All issues of the project were looked through by this book."""
        with reachable():
            self._redis.hset(self._book(project), "swept", digest)

    def proof(self, contents: str, prove: Callable[[], tuple[str, ...]]) -> tuple[str, ...] | None:
        """What is wrong with rule files of such contents, found out by one process for all.

        None while another process is at it.
        """
        name = hashlib.sha256(contents.encode()).hexdigest()
        known, at_it = self._key("proof", name), self._key("proving", name)
        with reachable():
            told = self._redis.get(known)
            if told is None and not self._redis.set(at_it, 1, nx=True, ex=PROVING_S):
                return None
        if told is None:
            wrong = prove()
            told = json.dumps(wrong)
            with reachable():
                self._redis.set(known, told, ex=PROOF_S)
                self._redis.delete(at_it)
        return tuple(json.loads(told))

    def tell(self, project: str, found: Mapping[str, object]) -> None:
        """Say which book judges a project, and what is wrong with the file, for `rules status`."""
        text = json.dumps(found, sort_keys=True, ensure_ascii=False)
        with reachable():
            before = self._redis.hget(self._key("books"), project)
            if before is None or json.loads(before)["found"] != json.loads(text):
                at = datetime.now(timezone.utc).isoformat(timespec="seconds")
                told = json.dumps({"found": found, "since": at}, ensure_ascii=False)
                self._redis.hset(self._key("books"), project, told)

    def books(self) -> dict[str, dict[str, Any]]:
        """What workers said of the book of each project, and since when that is so."""
        with reachable():
            raw = self._redis.hgetall(self._key("books"))
        said = {project: json.loads(text) for project, text in sorted(raw.items())}
        return {project: {**one["found"], "since": one["since"]} for project, one in said.items()}

    def count_shadow(self, project: str, key: str, digest: str, live: str, shadow: str) -> None:
        """Count a decision of what is in shadow beside the one that counts; keep what it moves."""
        with reachable():
            self._redis.hincrby(self._key("shadow", project), f"{digest} {live} {shadow}", 1)
            self._redis.expire(self._key("shadow", project), SHADOW_S)
            if live != shadow:
                moved = self._key("moved", project)
                self._redis.lrem(moved, 0, f"{key} {digest} {live} {shadow}")
                self._redis.lpush(moved, f"{key} {digest} {live} {shadow}")
                self._redis.ltrim(moved, 0, MOVED - 1)
                self._redis.expire(moved, SHADOW_S)

    def shadows(self, project: str) -> dict[str, int]:
        """How often, by `digest verdict shadow-verdict`, as counted in the last 30 days."""
        with reachable():
            raw = self._redis.hgetall(self._key("shadow", project))
        return {name: int(count) for name, count in sorted(raw.items())}

    def moved(self, project: str) -> list[str]:
        """The last issues that a shadow would move: `key digest verdict shadow-verdict` each."""
        with reachable():
            return cast("list[str]", self._redis.lrange(self._key("moved", project), 0, -1))

    def _book(self, project: str) -> str:
        return self._key("book", project)

    def _rewritten(self, project: str) -> str:
        return self._key("rewritten", project)
