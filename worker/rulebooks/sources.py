"""Decide whether the files of this host take over: Redis knows what judges and who had what.

Redis is the source of what judges, and a file on a host is an offer. A file that Redis has not seen
yet takes over. One that it has seen takes over only by an act of a person: on a host that had what
judges, and has it no longer. So a host that is behind, or comes back with old files, changes
nothing (docs/adr/0050).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from worker.rulebooks.fingerprint import ALIVE, Fingerprint
from worker.store.redis import Connection, reachable
from worker.store.rollout_state import as_text, read_value

ABSENT = timedelta(minutes=15)
"""If no host has had what judges for so long, the file of a living host takes over."""

FORGET_AFTER = timedelta(days=7)
MOST_KNOWN = 200
"""The most digests of a project that Redis remembers, the latest ones."""


@dataclass(frozen=True)
class Seen:
    """What Redis knows of one kind of file when a host shows its own.

    `before`: what this host had at the look before. `known`: some host had the same already.
    `missing`: no living host has what judges. `absent`: for how long this process has seen that.
    """

    before: str | None
    known: bool
    missing: bool
    absent: timedelta = timedelta(0)


def takes_over(mine: str, judging: str | None, seen: Seen) -> bool:
    """Return whether a host's file takes over from what judges."""
    if mine == judging:
        return False
    if judging is None or not seen.known:
        return True
    left = seen.before == judging
    return left or seen.absent >= ABSENT


class Sources:
    """The files of all hosts, by project. Calls may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._key = connection.key

    @property
    def _redis(self) -> Any:
        return self._connection.client

    def show(self, project: str, mine: Fingerprint) -> None:
        """Store what this host has."""
        at = mine.at.timestamp()
        pipe = self._redis.pipeline(transaction=False)
        for topic, digest in (("book", mine.book), ("config", mine.config)):
            key = self._shown(topic, project)
            pipe.zadd(key, {digest: at})
            pipe.zremrangebyrank(key, 0, -MOST_KNOWN - 1)
        pipe.hset(self._hosts(project), mine.source, as_text(mine.to_json()))
        with reachable():
            pipe.execute()

    def last(self, project: str, source: str) -> Fingerprint | None:
        """Return what a host had when it looked last."""
        with reachable():
            raw = cast("str | None", self._redis.hget(self._hosts(project), source))
        return read_value(raw, Fingerprint.from_json)

    def seen(self, project: str, topic: str, mine: str, judging: str | None) -> tuple[bool, float]:
        """Return whether a digest is known, and when a host had the judging one last (0: never)."""
        key = self._shown(topic, project)
        with reachable():
            known, judged = self._redis.zmscore(key, [mine, judging or ""])
        return known is not None, judged or 0.0

    def lead(self, project: str) -> str | None:
        """Return the digest of settings and version that lead the project."""
        with reachable():
            return cast("str | None", self._redis.get(self._key("lead", project)))

    def take_lead(self, project: str, config: str) -> None:
        """Let settings and version of this host lead the project."""
        with reachable():
            self._redis.set(self._key("lead", project), config)

    def hosts(self, project: str, now: datetime) -> list[Fingerprint]:
        """Return what each host has; forget those that were not seen for a week."""
        with reachable():
            raw = cast("dict[str, str]", self._redis.hgetall(self._hosts(project)))
        found = {name: read_value(text, Fingerprint.from_json) for name, text in raw.items()}
        gone = [n for n, one in found.items() if one is None or now - one.at > FORGET_AFTER]
        if gone:
            with reachable():
                self._redis.hdel(self._hosts(project), *gone)
        return [one for name, one in sorted(found.items()) if one and name not in gone]

    def _hosts(self, project: str) -> str:
        return self._key("hosts", project)

    def _shown(self, topic: str, project: str) -> str:
        return self._key("shown", topic, project)


@dataclass
class Watch:
    """What this process has seen of the files: its own last look, and what no host had since."""

    _mine: dict[tuple[str, str], str] = field(default_factory=dict)
    _absent: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)

    def seen(
        self, sources: Sources, key: tuple[str, str], mine: Fingerprint, judging: str | None
    ) -> Seen:
        """Return what is known of this host's file of one kind; `key` is (project, kind)."""
        project, topic = key
        digest = _of(topic, mine) or ""
        before = self._mine.get(key)
        if before is None:  # the first look of this process
            before = _of(topic, sources.last(project, mine.source))
        self._mine[key] = digest
        known, at = sources.seen(project, topic, digest, judging)
        missing = mine.at.timestamp() - at > ALIVE.total_seconds()
        return Seen(before, known, missing, self._gone_for(key, judging, missing, mine.at))

    def _gone_for(
        self, key: tuple[str, str], judging: str | None, missing: bool, now: datetime
    ) -> timedelta:
        """Return for how long this process has seen no host with what judges."""
        if not missing or judging is None:
            self._absent.pop(key, None)
            return timedelta(0)
        what, since = self._absent.get(key, ("", now))
        if what != judging:
            since = now
        self._absent[key] = judging, since
        return now - since


def _of(topic: str, one: Fingerprint | None) -> str | None:
    if one is None:
        return None
    return one.book if topic == "book" else one.config
