"""Log API requests: method, path, issue, account and status."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypedDict, Unpack

LOG_LIMIT = 200_000
WATCHED = "sluice"


@dataclass(frozen=True)
class Entry:
    """One API request. `started` is in seconds since 1970, `duration` in seconds."""

    seq: int
    method: str
    path: str
    issue: str | None
    status: int
    account: str | None
    started: float
    duration: float
    fault: str | None = None


@dataclass
class IssueStats:
    """Times of one issue (seconds since 1970), and counts of the requests by `sluice`."""

    event_at: float | None = None
    first_write_at: float | None = None
    gets: int = 0
    puts: int = 0
    writes: int = 0


class Wanted(TypedDict, total=False):
    """Which entries to find; `path`: a part of the template, `since`: a number."""

    method: str | None
    issue: str | None
    account: str | None
    status: int | None
    path: str | None
    since: int


class RequestLog:
    """The last 200,000 API requests, and counts by issue."""

    def __init__(self, limit: int = LOG_LIMIT) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._stats: dict[str, IssueStats] = {}
        self._seq = 0

    def add(
        self,
        *,
        method: str,
        path: str,
        issue: str | None,
        status: int,
        account: str | None,
        started: float,
        duration: float,
        fault: str | None = None,
    ) -> None:
        """Log one request."""
        with self._lock:
            self._seq += 1
            entry = Entry(self._seq, method, path, issue, status, account, started, duration, fault)
            self._entries.append(entry)
            if issue is not None and account == WATCHED:
                self._count(entry, self._stats.setdefault(issue, IssueStats()))

    @staticmethod
    def _count(entry: Entry, stats: IssueStats) -> None:
        stats.gets += entry.method == "GET"
        stats.puts += entry.method == "PUT"
        if entry.method != "GET" and 200 <= entry.status < 300:
            stats.writes += 1
            if stats.first_write_at is None:
                stats.first_write_at = entry.started + entry.duration

    def note_event(self, issue: str, at: float) -> None:
        """Record the time of an issue's created event."""
        with self._lock:
            stats = self._stats.setdefault(issue, IssueStats())
            if stats.event_at is None:
                stats.event_at = at

    def entries(self, **wanted: Unpack[Wanted]) -> list[Entry]:
        """Return the matching entries."""
        return list(self._matching(**wanted))

    def count(self, **wanted: Unpack[Wanted]) -> int:
        """Count the matching entries."""
        return sum(1 for _ in self._matching(**wanted))

    def _matching(
        self,
        *,
        method: str | None = None,
        issue: str | None = None,
        account: str | None = None,
        status: int | None = None,
        path: str | None = None,
        since: int = 0,
    ) -> Iterator[Entry]:
        with self._lock:
            kept = list(self._entries)
        for e in kept:
            if (
                e.seq > since
                and (method is None or e.method == method)
                and (issue is None or e.issue == issue)
                and (account is None or e.account == account)
                and (status is None or e.status == status)
                and (path is None or path in e.path)
            ):
                yield e

    def last_seq(self) -> int:
        """Return the number of the newest entry. Pass it as `since=` to see only later ones."""
        with self._lock:
            return self._seq

    def clear(self) -> None:
        """Drop all entries and counts. Numbering continues."""
        with self._lock:
            self._entries.clear()
            self._stats.clear()

    def stats(self) -> dict[str, dict[str, Any]]:
        """Return counts and times by issue id."""
        with self._lock:
            return {issue: asdict(stats) for issue, stats in self._stats.items()}
