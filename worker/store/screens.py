"""Remember for an hour what Jira refused to write on issues of a type, and where nothing is edited.

An admin's cure is found when that hour is over, or at once by `sluice check`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, Protocol, cast

from connector.layout.refusal import READ_ONLY
from worker.store.redis import Connection, reachable

LACKING_S = 3_600


class Place(NamedTuple):
    """What decides on an edit screen: ids of project and issue type, and the status."""

    project: str
    type: str
    status: str


class Screens(Protocol):
    """What the edit screens of a site lack: ids of fields, and marks of values.

    READ_ONLY stands for every field. It holds for one status, the others for all.
    """

    def lacking(self, place: Place) -> frozenset[str]:
        """Return what to leave out of a write."""

    def add(self, place: Place, what: Collection[str]) -> None:
        """Remember what Jira refused."""


class ScreensHere:
    """The screens that this process has met, for ever: a command ends soon."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], set[str]] = {}

    def lacking(self, place: Place) -> frozenset[str]:
        """Return what to leave out of a write."""
        return frozenset().union(*(self._known.get(key, ()) for key in (place, place[:2])))

    def add(self, place: Place, what: Collection[str]) -> None:
        """Remember what Jira refused."""
        for one in what:
            key = place if one == READ_ONLY else place[:2]
            self._known.setdefault(key, set()).add(one)


class SharedScreens:
    """The screens that any process of the site has met in the last hour, in Redis."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lacking(self, place: Place) -> frozenset[str]:
        """Return what to leave out of a write, in one round trip. Raises StoreDown."""
        with reachable():
            found = self._connection.client.sunion([self._key(place), self._key(place[:2])])
        return frozenset(cast("set[str]", found))

    def add(self, place: Place, what: Collection[str]) -> None:
        """Remember what Jira refused, for an hour from now. Raises StoreDown."""
        with reachable():
            for one in what:
                key = self._key(place if one == READ_ONLY else place[:2])
                self._connection.client.sadd(key, one)
                self._connection.client.expire(key, LACKING_S)

    def forget(self) -> None:
        """Forget all of it, so that the next write tries everything. Raises StoreDown."""
        with reachable():
            client = self._connection.client
            for key in client.scan_iter(match=self._connection.key("lacking", "*"), count=1000):
                client.delete(key)

    def _key(self, place: tuple[str, ...]) -> str:
        return self._connection.key("lacking", *place)
