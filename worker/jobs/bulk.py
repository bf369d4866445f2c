"""Read and write many issues of a site: at a pace, in threads, and behind what people do."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Generic

from connector.client import JiraBusy, JiraRefused, Site
from connector.layout.field_mapping import LayoutError
from rules.vocabulary.plural import many
from worker.failures import outage
from worker.failures.letters import letter, letter_of
from worker.jobs.bulk_work import Plan, Shown, Stopped, T, Tally, Work, Write
from worker.jobs.pace import Pace
from worker.process import Process
from worker.store.broker import Broker
from worker.store.leases import Lease
from worker.store.redis import StoreDown
from worker.store.trouble.pauses import UNSURE_S
from worker.store.work_queue import DeadLetter, Locked
from worker.triage.site_triage import Narrowed

READERS, WRITERS = 12, 24
"""Threads that wait for Jira. A site that takes half a second to write still keeps the pace."""

LOOK_S = 0.5
"""How often a run looks whether events are queued, which go first."""

PATIENCE_S = 60.0
"""If no worker takes a queued event for so long, the run goes on."""

LOCK_S = 25.0
"""Reading and writing an issue takes less, by the time limits of their requests."""

ROUND_S = 15.0
"""How long an issue that failed or is locked waits; longer after a write without an answer."""

LEAST_REST_S = 0.1
"""A pause of Jira's is waited for as such; only what was locked or failed waits a round."""

MOST_ROUNDS = 6
"""How often an issue is tried before it is a dead letter."""

MOST_REFUSED = 20
"""If Jira refuses so many issues in a row, the fault is not theirs: the run stops."""

log = logging.getLogger("sluice")


@dataclass
class _Open(Generic[T]):
    """An issue under way, with its lock and what a thread does for it."""

    id: str
    lock: ExitStack
    future: Future[T]


class Bulk(Generic[T]):
    """A run over many issues of a site. It goes at a pace, and waits while events are queued.

    `note` is called with each issue that is done and is not to be read again. `limit` is the most
    issues to write.
    """

    def __init__(
        self,
        runtime: Process,
        plan: Plan,
        lease: Lease,
        pace: Pace,
        work: Work[T],
        shown: Shown,
        note: Callable[[str], None] = lambda _: None,
        limit: int | None = None,
    ) -> None:
        self.store, self.broker = runtime.store(plan.site), Broker(runtime.config().broker_url)
        self.lease, self.pace, self.work, self.projects = lease, pace, work, plan.projects
        self.note, self.shown, self.limit = note, shown, limit
        self.tally = Tally()
        self._site, self._twins = runtime.site_triage(plan.site).site, threading.local()
        self._reads: deque[_Open[T]] = deque()
        self._writes: deque[_Open[None]] = deque()
        self._again: list[str] = []
        self._rounds: Counter[str] = Counter()
        self._refused, self._held_up = 0, False
        self._unsure = self._free_at = 0.0
        self._looked = 0.0
        self._queued, self._since = 0, 0.0

    def go(self, ids: Iterable[str]) -> Tally:
        """Run to the end. Raises Stopped, StoreDown or LayoutError."""
        self.shown.say("")
        self._readers = ThreadPoolExecutor(READERS, "read")
        self._writers = ThreadPoolExecutor(WRITERS, "write")
        with self._readers, self._writers:
            try:
                self._round(ids)
                while self._again:
                    waits = max(self._free_at, self._unsure) - time.monotonic()
                    self._rest(max(waits, LEAST_REST_S))
                    again, self._again = self._again, []
                    self._round(again)
            finally:
                while self._reads:
                    self._reads.popleft().lock.close()
                while self._writes:
                    self._finish()
        return self.tally

    def _round(self, ids: Iterable[str]) -> None:
        for issue_id in ids:
            self._make_way()
            if self._enough():
                break
            self._begin(issue_id)
            if len(self._reads) >= READERS:
                self._decide()
        self._drain()

    def _drain(self) -> None:
        while self._reads:
            self._decide()
        while self._writes:
            self._finish()

    def _make_way(self) -> None:
        """Wait as long as events are queued or Jira wants a pause. Nothing is read meanwhile."""
        if time.monotonic() - self._looked < LOOK_S:
            return
        self._looked = time.monotonic()
        self._hold_on()
        if not self._obstacle():
            return
        self._drain()
        while why := self._obstacle():
            self.shown.say(why)
            time.sleep(0.1)
            self._hold_on()
        self.shown.say("")

    def _obstacle(self) -> str:
        """Return what goes first, or an empty text."""
        if seconds := max(self.store.held(), self.pace.pause):
            return f"Jira asks for a pause of {seconds:.0f} s"
        queued, now = self.broker.waiting(), time.monotonic()
        if queued != self._queued:
            self._queued, self._since = queued, now
        if queued and now - self._since < PATIENCE_S:
            return f"{many(queued, 'event')} first"
        return ""

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.shown.say(f"{many(len(self._again), 'issue')} again in {left:.0f} s")
            time.sleep(min(left, 0.5))
            self._hold_on()
        self.shown.say("")

    def _hold_on(self) -> None:
        if self.lease.lost:
            raise Stopped("another process took over this run")

    def _begin(self, issue_id: str) -> None:
        """Lock an issue and let a thread read it."""
        lock = ExitStack()
        try:
            lock.enter_context(self.store.lock(issue_id, LOCK_S))
        except Locked as locked:  # a worker is at it, or the run that was killed a moment ago was
            self._later(issue_id, str(locked))
            return
        self._reads.append(_Open(issue_id, lock, self._readers.submit(self._read, issue_id)))

    def _read(self, issue_id: str) -> T:
        return self.work.read(self._twin(), issue_id)

    def _twin(self) -> Site:
        """Return this thread's own connection to the site."""
        if not hasattr(self._twins, "site"):
            self._twins.site = self._site.twin(self.pace.heard)
        found: Site = self._twins.site
        return found

    def _decide(self) -> None:
        """Decide on the issue that was read first, and let a thread write it."""
        one = self._reads.popleft()
        try:
            write = self.work.decide(one.future.result())
        except Exception as error:
            self._failed(one, error)
            return
        if write is None:
            self.tally.unchanged += 1
            self._done(one)
            return
        if self._enough():
            one.lock.close()
            return
        if self.pace.pause:  # what was read would be old by then
            one.lock.close()
            self._again.append(one.id)
            return
        self.pace.wait()
        future = self._writers.submit(self._write, write)
        self._writes.append(_Open(one.id, one.lock, future))
        while self._writes and (len(self._writes) >= WRITERS or self._writes[0].future.done()):
            self._finish()

    def _enough(self) -> bool:
        """Return whether as many issues are written, or under way, as were asked for."""
        return self.limit is not None and self.tally.written + len(self._writes) >= self.limit

    def _write(self, write: Write) -> None:
        write(self._twin())

    def _finish(self) -> None:
        """Take the result of the oldest write."""
        one = self._writes.popleft()
        try:
            one.future.result()
        except Exception as error:
            self._failed(one, error)
            return
        self.tally.written += 1
        self._done(one)

    def _done(self, one: _Open[Any]) -> None:
        self._refused = 0
        if self._held_up:
            self._held_up = False
            outage.answered(self.store)
        self.note(one.id)
        self.shown.step()
        one.lock.close()

    def _failed(self, one: _Open[Any], error: Exception) -> None:
        """Try an issue again later, or make it a dead letter. A busy site is no issue's fault."""
        one.lock.close()
        if isinstance(error, StoreDown | LayoutError):
            raise error
        error = outage.whose(self._site, self.projects, self.store, error, one.id)
        if isinstance(error, JiraBusy) and error.unknown:
            self.store.pauses.hold_for_outcome(one.id)
            self._unsure = time.monotonic() + UNSURE_S
        if isinstance(error, JiraBusy) and error.scope != "issue":
            self._hold(error)
            self._again.append(one.id)
        elif isinstance(error, JiraBusy | Narrowed):
            self._later(one.id, str(error))
        else:
            self._refused += isinstance(error, JiraRefused)
            if self._refused >= MOST_REFUSED:
                raise Stopped(f"Jira refused {MOST_REFUSED} issues in a row: {error}")
            self._bury(letter_of(one.id, error))

    def _hold(self, busy: JiraBusy) -> None:
        """Let all workers of the site pause, unless only writes have to: the pace knows that."""
        if not self.pace.pause:
            self._held_up = True
            outage.hold(self.store, busy)

    def _later(self, issue_id: str, why: str) -> None:
        self._rounds[issue_id] += 1
        if self._rounds[issue_id] < MOST_ROUNDS:
            self._again.append(issue_id)
            self._free_at = time.monotonic() + ROUND_S
        else:
            reason = f"gave up after {MOST_ROUNDS} tries: {why}"
            self._bury(letter(issue_id, reason, "gave up"))

    def _bury(self, dead: DeadLetter) -> None:
        self.store.bury(dead, "")
        self.tally.dead += 1
        self.note(dead.issue_id)
        self.shown.step()
        log.error("issue %s is a dead letter: %s", dead.issue_id, dead.reason)
