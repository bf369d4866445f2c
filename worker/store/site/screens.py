"""Remember what Jira refused to write on issues of a type, and the statuses without any edit.

For an hour it is not tried again. After that the next triage tries everything; a pass lets one
issue of each type try it, so that it does not queue them all every day for nothing. What can be
written again is forgotten, and the next pass reads all issues.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import NamedTuple, Protocol, cast

from connector.layout.left_out import READ_ONLY
from worker.store.redis import Connection, reachable

TRUSTED_S = 3_600
"""How long a refusal counts, before it is tried again."""

KEPT_S = 30 * 24 * 3_600

COUNT = "screens_changed"
"""The key that counts changes: the beginning of each triage reads it, in its own round trip."""

FRESH_S = 5.0
"""Nothing that is kept here counts for longer after the beginning of a triage."""

_FULFIL = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Place(NamedTuple):
    """What decides on an edit screen: ids of project and issue type, and the status."""

    project: str
    type: str
    status: str


class Known(NamedTuple):
    """What a screen lacks: ids of fields and marks of values. `doubtful`: by an old refusal.

    READ_ONLY stands for every field. It holds for one status, the others for all.
    """

    lacking: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()


class Screens(Protocol):
    """What the edit screens of a site lack."""

    def known(self, place: Place) -> Known:
        """Return what to leave out of a write."""

    def add(self, place: Place, what: Collection[str]) -> None:
        """Remember what Jira refused."""

    def cured(self, place: Place, what: Collection[str]) -> None:
        """Forget what Jira took, though it refused it before."""

    def may_try(self, place: Place) -> bool:
        """Return whether this issue is the one that tries what is doubtful."""


class ScreensHere:
    """The screens that this process has met, until it ends: a command ends soon."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], set[str]] = {}

    def known(self, place: Place) -> Known:
        """Return what to leave out of a write. Nothing is doubtful."""
        return Known(frozenset().union(*(self._known.get(key, ()) for key in (place, place[:2]))))

    def add(self, place: Place, what: Collection[str]) -> None:
        """Remember what Jira refused."""
        for one in what:
            self._known.setdefault(_where(place, one), set()).add(one)

    def cured(self, place: Place, what: Collection[str]) -> None:
        """Forget what Jira took."""
        for one in what:
            self._known.get(_where(place, one), set()).discard(one)

    def may_try(self, place: Place) -> bool:
        """Return that nothing is doubtful."""
        return False


class SharedScreens:
    """The screens that any process of the site has met, in Redis. Each call may raise StoreDown.

    Most lack nothing. Those are kept here until the count of changes is another one.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wish = connection.key("read_all")
        self._fulfil = connection.script(_FULFIL)
        self._count, self._until = "", 0.0
        self._whole: set[tuple[str, Place]] = set()

    def notice(self, count: str) -> None:
        """Take the count of changes that the beginning of a triage read."""
        if count != self._count:
            self._whole = set()
        self._count, self._until = count, time.monotonic() + FRESH_S

    def known(self, place: Place) -> Known:
        """Return what to leave out of a write: at most one round trip, none if nothing is."""
        count = self._count
        if (count, place) in self._whole and time.monotonic() < self._until:
            return Known()
        found = self._known(place)
        if found == Known():
            self._whole.add((count, place))
        return found

    def _known(self, place: Place) -> Known:
        with reachable():
            pipe = self._connection.client.pipeline(transaction=False)
            for where in (place, place[:2]):
                pipe.smembers(self._key("lacking", where))
                pipe.exists(self._key("trusted", where))
            of_status, status_trusted, of_type, type_trusted = pipe.execute()
        found = ((of_status, status_trusted), (of_type, type_trusted))
        lacking, doubtful = (
            frozenset[str]().union(*(them for them, trusted in found if bool(trusted) is wanted))
            for wanted in (True, False)
        )
        return Known(lacking, doubtful)

    def add(self, place: Place, what: Collection[str]) -> None:
        """Remember what Jira refused; for an hour from now it is not tried."""
        with reachable():
            for one in what:
                where = _where(place, one)
                self._connection.client.sadd(self._key("lacking", where), one)
                self._connection.client.expire(self._key("lacking", where), KEPT_S)
                self._connection.client.set(self._key("trusted", where), 1, ex=TRUSTED_S)
            self._changed()

    def cured(self, place: Place, what: Collection[str]) -> None:
        """Forget what Jira took. The next pass reads all issues: others lack it, too."""
        with reachable():
            for one in what:
                self._connection.client.srem(self._key("lacking", _where(place, one)), one)
            self._want_all()

    def may_try(self, place: Place) -> bool:
        """Return whether this issue tries what is doubtful: one of each type and status an hour."""
        with reachable():
            return bool(
                self._connection.client.set(self._key("tried", place), 1, ex=TRUSTED_S, nx=True)
            )

    def forget(self) -> None:
        """Forget all of it, so that the next write tries everything."""
        with reachable():
            client, found = self._connection.client, False
            for name in ("lacking", "trusted", "tried"):
                for key in client.scan_iter(match=self._connection.key(name, "*"), count=1000):
                    client.delete(cast(str, key))
                    found = True
            if found:
                self._want_all()

    def wants_all(self) -> int:
        """Return the number of the wish that the next pass reads all issues; 0 for none."""
        with reachable():
            return int(cast("str | None", self._connection.client.get(self._wish)) or 0)

    def all_read(self, wish: int) -> None:
        """Note that a pass has read all issues, unless there is a later wish than its own."""
        with reachable():
            self._fulfil([self._wish], [wish], self._connection.client)

    def _changed(self) -> None:
        self._whole = set()
        self._connection.client.incr(self._connection.key(COUNT))

    def _want_all(self) -> None:
        self._connection.client.incr(self._wish)

    def _key(self, name: str, where: tuple[str, ...]) -> str:
        return self._connection.key(name, *where)


def _where(place: Place, what: str) -> tuple[str, ...]:
    """Return where a refusal holds: for one status, or in all."""
    return place if what == READ_ONLY else place[:2]
