"""Keep when a pass read each project as a whole, and how many events the last one missed."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from worker.store.redis import Connection, reachable


class Passes:
    """The passes of a site. Calls may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def full(self, project: str) -> datetime | None:
        """Return when the last full pass began that read all of a project."""
        with reachable():
            found = self._connection.client.hget(self._connection.key("full_passes"), project)
        text = cast("str | None", found)
        return datetime.fromisoformat(text) if text else None

    def short(self, project: str) -> datetime | None:
        """Return when the last pass began that read all it had to of a project: the watermark."""
        with reachable():
            found = self._connection.client.get(self._connection.key("watermark", project))
        text = cast("str | None", found)
        return datetime.fromisoformat(text) if text else None

    def note_short(self, project: str, at: datetime) -> None:
        """Note a pass that read all it had to of a project."""
        with reachable():
            self._connection.client.set(self._connection.key("watermark", project), at.isoformat())

    def note_full(self, project: str, at: datetime) -> None:
        """Note a full pass that read all of a project."""
        with reachable():
            key = self._connection.key("full_passes")
            self._connection.client.hset(key, project, at.isoformat())

    def missed(self) -> int:
        """Return how many issues the last pass over the site found whose event never came in."""
        with reachable():
            found = self._connection.client.get(self._connection.key("missed"))
        return int(cast("str | None", found) or 0)

    def note_missed(self, count: int) -> None:
        """Note how many issues a pass found whose event never came in."""
        with reachable():
            self._connection.client.set(self._connection.key("missed"), count)
