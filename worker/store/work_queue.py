"""Keep the work in flight of a site: pending issues, locks, dead letters and times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, cast

import redis
from redis.exceptions import LockError, RedisError

from worker.store import atomic_scripts, broker
from worker.store.leases import Keeper, Leases
from worker.store.passes import Passes
from worker.store.redis import EPOCH, Connection, reachable
from worker.store.rulebook_state import Ledger
from worker.store.site.first_contact import FirstContact
from worker.store.site.latency import Latency
from worker.store.site.report_pages import ReportPages
from worker.store.site.screens import SharedScreens
from worker.store.trouble.dead_letter import DeadLetter as DeadLetter
from worker.store.trouble.dead_letter import read_letter
from worker.store.trouble.deliveries import Deliveries
from worker.store.trouble.lost import Lost
from worker.store.trouble.pauses import Pauses
from worker.store.trouble.stuck import ToldStuck
from worker.store.trouble.tally import Tally

COOL_DOWN_MS = 2_000
"""The wait between two triages of an issue: a burst of events costs two triages, and Jira's
limit of 20 writes to an issue in 2 s is far away."""

LOCK_S = 15
"""The lock of a worker that was killed runs out so soon; one that lives renews it."""

KEEP_S = 4.0
TRIES_S = 3_600

Admission = Literal["queue", "pending", "duplicate", "own"]

_REFUSALS: dict[int, Admission] = {-1: "own", -2: "duplicate", -3: "pending"}


class Locked(Exception):
    """Another worker triages this issue."""


@dataclass(frozen=True)
class Begun:
    """The state of an issue when a worker begins: its last event (None: no event) and the pause.

    `tries` counts this try and the earlier ones that did not end. `locked`: another worker has the
    lock. The triage has begun only without a pause and without that lock. `epoch` changes with each
    change of a team's model. `probe`: the site was in trouble, and this try tells whether it is.
    `delivery` is the id of the webhook that marked the issue, "" if a pass or a person did.
    """

    events: str | None
    hold_s: float
    tries: int
    locked: bool
    epoch: str = ""
    probe: bool = False
    delivery: str = ""


class Store:
    """The work in flight of one site, in Redis. Every call may raise StoreDown.

    `message` is the template of the task that `admit` queues in one step with the mark (see
    `worker.store.broker`). If the queue is in another Redis, it is empty and `admit` only marks.
    """

    def __init__(self, url: str, site: str, message: str = "") -> None:
        self._connection = Connection(url, site)
        self._key = self._connection.key
        self.site, self.queues = site, bool(message)
        self.ledger = Ledger(self._connection)
        self.pages = ReportPages(self._connection)
        self.contact = FirstContact(self._connection)
        self.latency = Latency(self._connection)
        self.leases = Leases(self._connection)
        self.passes = Passes(self._connection)
        self.pauses = Pauses(self._connection)
        self.screens = SharedScreens(self._connection)
        self.deliveries = Deliveries(self._connection, site)
        self.tally = Tally(self._connection)
        self.stuck = ToldStuck(self._connection)
        texts = (
            atomic_scripts.admit(broker.push(message)),
            atomic_scripts.BEGIN,
            atomic_scripts.ENDED,
            atomic_scripts.CLOSE,
            atomic_scripts.REQUEUE,
            atomic_scripts.KEEP,
        )
        self.lost = Lost(self._connection, message)
        scripts = map(self._connection.script, texts)
        self._admit, self._begin, self._ended, self._close, self._requeue, self._keep = scripts
        self.keeper = Keeper(KEEP_S)

    @property
    def _redis(self) -> redis.Redis:
        return self._connection.client

    def admit(self, issue_id: str, delivery: str = "", actor: str = "") -> tuple[Admission, float]:
        """Admit an event: return whether it needs a triage, and after how many seconds.

        Takes one round trip. A triage without a wait is queued in it. `delivery` is the id of the
        webhook, `actor` the account that caused the event.
        """
        with reachable():
            answer = self._admit([self._key("")], [issue_id, delivery, actor], self._redis)
        wait_ms = int(cast(int, answer))
        return _REFUSALS.get(wait_ms, "queue"), max(wait_ms, 0) / 1000

    def take_back(self, issue_id: str, delivery: str = "") -> None:
        """Undo `admit` if the task could not be queued."""
        keys = [self._key("pending", issue_id)]
        with reachable():
            self._redis.delete(*keys, *([self._key("seen", delivery)] if delivery else []))
            self._unlist(issue_id)

    def _unlist(self, issue_id: str) -> None:
        for name in ("queued", "due", "waiting_since"):
            self._redis.zrem(self._key(name), issue_id)

    def requeue(self, issue_id: str) -> bool:
        """Mark an issue as pending in any state. Return whether it needs a task: none lives."""
        with reachable():
            self._redis.delete(self._key("via", issue_id))  # no webhook asked for it
            return bool(self._requeue([self._key("")], [issue_id], self._redis))

    def oldest_pending(self) -> datetime | None:
        """Return the time of the event that waits longest for its triage; None if none waits."""
        return self.lost.oldest()

    def pending_count(self) -> int:
        """Return the number of issues that wait for their triage, or are in one."""
        return self.lost.count()

    def begin(self, issue_id: str, token: str = "") -> Begun:
        """Begin the triage of an issue, in one round trip. `events` is None if nothing is pending.

        With a token, the issue is locked; `done`, `bury` and `ended` release the lock.
        """
        names = ("pending", "hold", "recent", "tries", "lock")
        keys = [self._key(n) if n == "hold" else self._key(n, issue_id) for n in names]
        keys += [EPOCH, self._key("hold", "issue"), self._key("unsure", issue_id)]
        keys += [
            self._key("trouble"),
            self._key("probe"),
            self._key(""),
            self._key("via", issue_id),
        ]
        with reachable():
            answer = self._begin(
                keys, [COOL_DOWN_MS, TRIES_S, token, int(LOCK_S * 1000), issue_id], self._redis
            )
        events, hold_ms, tries, locked, epoch, probe, *more = cast("list[Any]", answer)
        hold_s = max(int(hold_ms), 0) / 1000
        told, screens = more or ("", None)
        if screens is not None:
            self.screens.notice(screens)
        return Begun(events, hold_s, int(tries), bool(locked), str(epoch), bool(probe), told)

    def ended(self, issue_id: str, token: str = "", wait: float = 0.0) -> None:
        """End a try without a triage and release the lock; a task follows after `wait` seconds."""
        keys = [self._key("tries", issue_id), self._key("lock", issue_id), self._key("due")]
        late_ms = int(min(wait, 90.0) * 1000) + atomic_scripts.LATE_MS
        with reachable():
            self._ended(keys, [token, issue_id, late_ms], self._redis)

    def keep(self, issue_id: str, token: str) -> bool:
        """Hold the lock of a triage longer. Return False if another worker took it."""
        keys = [self._key("lock", issue_id), self._key("due"), self._key("probe")]
        with reachable():
            return bool(self._keep(keys, [token, issue_id, int(LOCK_S * 1000)], self._redis))

    def done(
        self,
        issue_id: str,
        events: str,
        token: str = "",
        outcome: str = "",
        epoch: str | None = None,
    ) -> bool:
        """Close a successful triage. Return False if a newer event than `events` came in.

        So it does if a team's model changed since the `epoch` of the beginning. Removes the dead
        letter of the issue and counts the outcome.
        """
        counted = outcome and f"triage_{outcome}"
        return self._closed(issue_id, events, token, "", counted, epoch)

    def bury(self, letter: DeadLetter, events: str = "", token: str = "") -> bool:
        """Store the dead letter of an issue. Return False if a newer event came in."""
        return self._closed(
            letter.issue_id, events, token, json.dumps(asdict(letter)), "triage_dead"
        )

    def _closed(
        self,
        issue_id: str,
        events: str,
        token: str,
        letter: str,
        counted: str,
        epoch: str | None = None,
    ) -> bool:
        keys = [self._key(name, issue_id) for name in ("tries", "lock", "pending")]
        keys += [
            self._key("dead"),
            self._key("counts"),
            EPOCH,
            self._key("troubled"),
            self._key(""),
        ]
        with reachable():
            args = [token, events, issue_id, letter, counted, *([] if epoch is None else [epoch])]
            return bool(self._close(keys, args, self._redis))

    def forget(self, issue_id: str) -> None:
        """Forget a deleted issue: its mark and its dead letter."""
        with reachable():
            self._redis.set(self._key("gone", issue_id), 1, ex=atomic_scripts.SEEN_S)
            self._redis.delete(self._key("pending", issue_id))
            self._unlist(issue_id)
            self._redis.hdel(self._key("dead"), issue_id)

    def gone(self, issue_id: str) -> bool:
        """Return whether Jira reported lately that the issue was deleted."""
        with reachable():
            return bool(self._redis.exists(self._key("gone", issue_id)))

    @contextmanager
    def lock(self, issue_id: str, seconds: float = LOCK_S) -> Iterator[None]:
        """Lock an issue for this worker. Raises Locked at once if another worker has it."""
        with reachable():
            lock = self._redis.lock(self._key("lock", issue_id), timeout=seconds, blocking=False)
            if not lock.acquire():
                raise Locked(f"another worker triages issue {issue_id}")
        try:
            yield
        finally:
            # The lock expired, or Redis is down and it will expire.
            with suppress(LockError, RedisError):
                lock.release()

    def hold(self, seconds: float) -> None:
        """Pause all workers of the site, at least for so many seconds."""
        key = self._key("hold")
        with reachable():
            if self._redis.pttl(key) < seconds * 1000:
                self._redis.set(key, 1, px=max(int(seconds * 1000), 1))

    def dead(self) -> list[DeadLetter]:
        """Return all dead letters, the oldest first."""
        with reachable():
            raw = cast("dict[str, str]", self._redis.hgetall(self._key("dead")))
        return sorted(map(read_letter, raw.values()), key=lambda d: d.at)

    def drop(self, issue_id: str) -> bool:
        """Remove a dead letter. Return False if there is none."""
        with reachable():
            return bool(self._redis.hdel(self._key("dead"), issue_id))

    def introduce(self, account: str) -> None:
        """Store our own account, so that the web process can ignore our own events."""
        with reachable():
            self._redis.set(self._key("me"), account)

    def reported(self, project: str) -> datetime | None:
        """Return the end of the last capacity report of a project."""
        return self._time(self._key("reported", project))

    def set_reported(self, project: str, until: datetime) -> None:
        """Store the end of the last capacity report of a project."""
        self._set_time(self._key("reported", project), until)

    def pause_report(self, project: str, seconds: int) -> None:
        """Let the report of a project wait before it is tried again."""
        with reachable():
            self._redis.set(self._key("report_pause", project), 1, ex=seconds)

    def report_paused(self, project: str) -> bool:
        """Return whether the report of a project waits before it is tried again."""
        with reachable():
            return bool(self._redis.exists(self._key("report_pause", project)))

    def retrained(self, model: str) -> datetime | None:
        """Return the time at which retraining of a text model was last considered."""
        return self._time(self._key("retrained", model))

    def set_retrained(self, model: str, at: datetime) -> None:
        """Store the time at which retraining of a text model was considered."""
        self._set_time(self._key("retrained", model), at)

    def _set_time(self, key: str, at: datetime) -> None:
        with reachable():
            self._redis.set(key, at.isoformat())

    def _time(self, key: str) -> datetime | None:
        with reachable():
            text = cast("str | None", self._redis.get(key))
        return datetime.fromisoformat(text) if text else None

    def held(self) -> float:
        """Return the seconds that are left of a pause of the site or of its search, or 0."""
        keys = self._key("hold"), self._key("hold", "search")
        with reachable():
            return max(0, *(self._redis.pttl(key) for key in keys)) / 1000

    def count(self, *names: str) -> None:
        """Increase counters, such as the one of values that a person set."""
        with reachable():
            for name in names:
                self._redis.hincrby(self._key("counts"), name, 1)

    def health(self) -> dict[str, int]:
        """Return the number of dead letters and the counters. Raises StoreDown."""
        with reachable():
            counts = cast("dict[str, str]", self._redis.hgetall(self._key("counts")))
            dead = self._redis.hlen(self._key("dead"))
        return {"dead_letters": dead, **{name: int(n) for name, n in sorted(counts.items())}}
