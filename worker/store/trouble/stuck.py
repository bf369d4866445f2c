"""Remember on which issues it was told that they are stuck, so that each is told once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from worker.store.redis import Connection, reachable


class ToldStuck:
    """The issues of a site that were told, each with the time since which it was stuck.

    Calls may raise StoreDown.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def untold(self, stuck: Mapping[str, str]) -> list[str]:
        """Return those that were not told yet, and forget those that are stuck no more."""
        client, key = self._connection.client, self._connection.key("told_stuck")
        with reachable():
            told = cast("dict[str, str]", client.hgetall(key))
            if over := told.keys() - stuck.keys():
                client.hdel(key, *over)
        return [issue for issue, since in stuck.items() if told.get(issue) != since]

    def note(self, issue_id: str, since: str) -> None:
        """Note that an issue was told."""
        with reachable():
            self._connection.client.hset(self._connection.key("told_stuck"), issue_id, since)
