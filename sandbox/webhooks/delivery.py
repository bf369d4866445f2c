"""Deliver webhooks in the background, with a few threads, a bounded queue and delayed retries."""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import requests

QUEUE_LIMIT = 50_000
THREADS = 8
RETRIED = frozenset({408, 409, 425, 429})
TIMEOUT = (5.0, 20.0)


@dataclass(frozen=True)
class Parcel:
    """One webhook to deliver; `attempt` counts the retries."""

    hook_id: str
    url: str
    body: bytes
    headers: dict[str, str]
    ident: str
    event: str
    issue: str
    attempt: int = 0


@dataclass(frozen=True)
class Delivered:
    """The result of one attempt. `status` is None if no answer came."""

    ident: str
    event: str
    issue: str
    url: str
    attempt: int
    status: int | None
    at: float


class Courier:
    """Deliver parcels. `wanted` returns whether a webhook is still registered."""

    def __init__(self, wanted: Callable[[str], bool], retry_delays: tuple[float, ...]) -> None:
        self.wanted = wanted
        self.retry_delays = retry_delays
        self.history: deque[Delivered] = deque(maxlen=50_000)
        self.dropped = self.lost = 0
        self._queue: queue.Queue[Parcel | None] = queue.Queue(QUEUE_LIMIT)
        self._later: list[tuple[float, int, Parcel]] = []
        self._tick = itertools.count()
        self._changed = threading.Condition()
        self._open = 0
        self._stopping = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads."""
        for number in range(THREADS):
            self._spawn(self._deliver_all, f"webhook-{number}")
        self._spawn(self._release_all, "webhook-timer")

    def _spawn(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=f"sandbox-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def stop(self) -> None:
        """Stop the threads. Undelivered parcels are lost."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        while True:
            try:
                self._queue.get_nowait()
            except queue.Empty:
                break
        for _ in range(THREADS):
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=0.5)

    def send(self, parcel: Parcel, delay: float = 0.0) -> None:
        """Deliver a parcel, now or after `delay` seconds. A full queue drops it."""
        with self._changed:
            self._open += 1
        if delay > 0:
            self._postpone(parcel, delay)
        else:
            self._enqueue(parcel)

    def lose(self, parcel: Parcel) -> None:
        """Lose a parcel on the way, as networks do: no attempt, no retry."""
        self.lost += 1
        self._note(parcel, None)

    def _enqueue(self, parcel: Parcel) -> None:
        try:
            self._queue.put_nowait(parcel)
        except queue.Full:
            self.dropped += 1
            self._close()

    def _postpone(self, parcel: Parcel, delay: float) -> None:
        with self._changed:
            due = time.monotonic() + delay
            heapq.heappush(self._later, (due, next(self._tick), parcel))
            self._changed.notify_all()

    def _close(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def pending(self) -> int:
        """Return the number of parcels that are neither delivered nor given up."""
        return self._open

    def wait_idle(self, timeout: float = 10.0) -> bool:
        """Wait until all parcels are delivered or given up; return False on timeout (seconds)."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, timeout)

    def _release_all(self) -> None:
        while not self._stopping:
            due: list[Parcel] = []
            with self._changed:
                now = time.monotonic()
                while self._later and self._later[0][0] <= now:
                    due.append(heapq.heappop(self._later)[2])
                if not due:
                    self._changed.wait(self._later[0][0] - now if self._later else None)
            for parcel in due:
                self._enqueue(parcel)

    def _deliver_all(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # receivers are local: ignore the environment's proxy
            while (parcel := self._queue.get()) is not None:
                self._deliver(session, parcel)

    def _deliver(self, session: requests.Session, parcel: Parcel) -> None:
        if self._stopping or not self.wanted(parcel.hook_id):
            self._close()
            return
        status = _post(session, parcel)
        self._note(parcel, status)
        if _retryable(status) and parcel.attempt < len(self.retry_delays):
            delay = self.retry_delays[parcel.attempt]
            self._postpone(replace(parcel, attempt=parcel.attempt + 1), delay)
        else:
            self._close()

    def _note(self, parcel: Parcel, status: int | None) -> None:
        ident, event, issue, attempt = parcel.ident, parcel.event, parcel.issue, parcel.attempt
        said = Delivered(ident, event, issue, parcel.url, attempt, status, time.time())
        self.history.append(said)


def _retryable(status: int | None) -> bool:
    return status is None or status in RETRIED or status >= 500


def _post(session: requests.Session, parcel: Parcel) -> int | None:
    headers = parcel.headers
    if parcel.attempt:
        headers = headers | {"X-Atlassian-Webhook-Retry": str(parcel.attempt)}
    try:
        response = session.post(
            parcel.url, data=parcel.body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
    except (requests.RequestException, ValueError):
        return None
    return response.status_code
