"""Remember when webhooks came in, and when one was refused."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from worker.store.redis import Connection, reachable

REFUSED_EVERY_S = 1.0
"""A process notes at most one refusal in this time: a stranger can send as many as he likes."""


@dataclass(frozen=True)
class Seen:
    """When the last webhook was taken, and when the last one had a wrong signature; None: never."""

    taken: datetime | None = None
    refused: datetime | None = None

    @property
    def refuses(self) -> bool:
        """Return whether the last webhook was refused."""
        return self.refused is not None and (self.taken is None or self.refused > self.taken)


@dataclass(frozen=True)
class Listed:
    """What is wrong with our webhook by Jira's own list, and when Jira was asked."""

    at: datetime
    problems: tuple[str, ...]


class Deliveries:
    """The times of a site's webhooks. `admit` notes those that are taken; see `atomic_scripts`.

    Calls may raise StoreDown.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._noted = float("-inf")

    def refuse(self) -> None:
        """Note that a webhook had a wrong signature."""
        now = time.monotonic()
        if now - self._noted < REFUSED_EVERY_S:
            return
        self._noted = now
        with reachable():
            client = self._connection.client
            seconds, micros = client.time()
            at = f"{seconds}.{micros:06d}"
            client.hset(self._connection.key("webhooks"), "refused", at)

    def seen(self) -> Seen:
        """Return the times of the last webhooks."""
        with reachable():
            found = self._connection.client.hgetall(self._connection.key("webhooks"))
        times = cast("dict[str, str]", found)
        return Seen(_time(times.get("taken")), _time(times.get("refused")))

    def note_listed(self, problems: Sequence[str], at: datetime) -> None:
        """Store what is wrong with the webhook by Jira's list."""
        text = json.dumps({"at": at.isoformat(), "problems": [*problems]})
        with reachable():
            self._connection.client.set(self._listed_key, text)

    def listed(self) -> Listed | None:
        """Return what Jira's list said last, None if nobody could ask."""
        with reachable():
            text = cast("str | None", self._connection.client.get(self._listed_key))
        if text is None:
            return None
        raw = json.loads(text)
        return Listed(datetime.fromisoformat(raw["at"]), tuple(map(str, raw["problems"])))

    @property
    def _listed_key(self) -> str:
        return self._connection.key("webhook_check")


def _time(text: str | None) -> datetime | None:
    return datetime.fromtimestamp(float(text), UTC) if text else None
