"""Remember when webhooks came in, which were refused and why, and which secret signed last."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast

from worker.store.redis import Connection, StoreDown, reachable

REFUSED_EVERY_S = 1.0
"""A process notes and logs refusals this often: a stranger can send as many as he likes."""

Reason = Literal[
    "no signature", "wrong signature", "malformed", "too large", "encoding", "unknown site"
]
"""Why a webhook was refused: 401 for both signatures, 400, 413, 415 and 404."""

_UNSIGNED: tuple[Reason, ...] = ("no signature", "wrong signature")

Secret = Literal["new", "old"]
"""Which of a site's secrets: SLUICE_<SITE>_SECRET, or SLUICE_<SITE>_SECRET_OLD."""

_NO_SITE = "sluice::webhooks"

log = logging.getLogger("sluice.web")


@dataclass(frozen=True)
class Seen:
    """When the last webhook was taken, and when the last one had a wrong signature; None: never.

    `counts` has the number of refused webhooks by reason. `secret` tells which one signed the last
    webhook that was taken, "" if none was.
    """

    taken: datetime | None = None
    refused: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)
    secret: str = ""

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

    Refusals are counted here and noted in Redis by a thread of their own, once a second: what a
    stranger sends costs no round trip, and is refused as fast while Redis is down.
    """

    def __init__(self, connection: Connection, site: str = "") -> None:
        self._connection, self._site = connection, site
        self._lock = threading.Lock()
        self._counted: Counter[Reason] = Counter()
        self._timer: threading.Timer | None = None
        self._noted = float("-inf")
        self._signed = ""

    def refuse(self, reason: Reason = "wrong signature") -> None:
        """Count a refused webhook. It is noted in Redis, and logged, within a second."""
        with self._lock:
            self._counted[reason] += 1
            if self._timer is None:
                wait = max(0.0, self._noted + REFUSED_EVERY_S - time.monotonic())
                self._timer = threading.Timer(wait, self._note)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Note at once what was counted. Raises StoreDown, and counts it again next time."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            self._store(counted)
        except StoreDown:
            with self._lock:
                self._counted += counted
            raise

    def _note(self) -> None:
        with self._lock:
            self._timer, self._noted = None, time.monotonic()
            counted = Counter(self._counted)
        try:
            self.flush()
        except StoreDown as down:
            log.warning("refused webhooks are counted in Redis later: %s", down)
        for reason, number in counted.items():
            log.warning("%s: webhooks refused, %s: %d", self._site or "no site", reason, number)

    def _store(self, counted: Counter[Reason]) -> None:
        key = self._connection.key("webhooks")
        with reachable():
            client = self._connection.client
            steps: Any = client.pipeline(transaction=False)
            for reason, number in counted.items():
                steps.hincrby(key, f"refused {reason}", number)
            if any(counted[reason] for reason in _UNSIGNED):
                seconds, micros = client.time()
                steps.hset(key, "refused", f"{seconds}.{micros:06d}")
            steps.execute()

    def signed(self, secret: Secret) -> None:
        """Note which secret signed a webhook, if this process saw another one last."""
        if secret != self._signed:
            with reachable():
                self._connection.client.hset(self._connection.key("webhooks"), "secret", secret)
            self._signed = secret

    def seen(self) -> Seen:
        """Return what is known of the webhooks. Raises StoreDown."""
        with reachable():
            found = self._connection.client.hgetall(self._connection.key("webhooks"))
        told = cast("dict[str, str]", found)
        times = _time(told.get("taken")), _time(told.get("refused"))
        return Seen(*times, _counts(told), told.get("secret", ""))

    def to_no_site(self) -> dict[str, int]:
        """Return the number of refused webhooks to sites that `sluice.yaml` does not name."""
        with reachable():
            return _counts(cast("dict[str, str]", self._connection.client.hgetall(_NO_SITE)))

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


def of_no_site(url: str) -> Deliveries:
    """Return the refusals of webhooks to sites that `sluice.yaml` does not name."""
    return Deliveries(Connection(url))


def _counts(told: Mapping[str, str]) -> dict[str, int]:
    return {
        name.removeprefix("refused "): int(number)
        for name, number in sorted(told.items())
        if name.startswith("refused ")
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromtimestamp(float(text), UTC) if text else None
