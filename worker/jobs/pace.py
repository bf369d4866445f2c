"""Keep writes below a limit: so many in each second, and fewer as long as Jira refuses some."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from requests import Response

from connector.http.limits import read_limits, scope_of, wait_of

SHARE = 0.96
"""The share of Jira's own limit that is used: people and workers write, too."""

REQUESTS = 2
"""The requests of a write where Jira counts all of an account: each issue is read before."""

LEAST_MARGIN_S, MOST_MARGIN_S = 0.02, 1.0
"""What is added to each second, since requests reach Jira a little sooner or later than sent."""


class Pace:
    """So many writes in any second, for all threads together.

    Jira counts the requests of the last second. So the Nth write from now comes a second and a
    margin after this one, and a write that was late may be followed by the next at once.
    """

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.asked = per_second
        self.margin = LEAST_MARGIN_S
        self.refused = self.answered = 0
        self._clock, self._sleep = clock, sleep
        self._limit = per_second
        self._until = 0.0
        self._sent: deque[float] = deque()
        self._lock = threading.Lock()

    @property
    def per_second(self) -> float:
        """Return the writes a second: what was asked for, or less by Jira's own limit."""
        return min(self.asked, self._limit)

    @property
    def pause(self) -> float:
        """Return the seconds until Jira wants another write, or 0."""
        return max(self._until - self._clock(), 0.0)

    def wait(self) -> None:
        """Wait until the next write may be sent."""
        while (seconds := self._wait()) > 0:
            self._sleep(seconds)

    def _wait(self) -> float:
        """Count a write that may be sent now, and return 0; else return the seconds to wait."""
        with self._lock:
            now, most = self._clock(), max(int(self.per_second), 1)
            while len(self._sent) > most:
                self._sent.popleft()
            at = self._until
            if len(self._sent) == most:
                at = max(at, self._sent[0] + most / self.per_second + self.margin)
            if at > now:
                return at - now
            self._sent.append(now)
            return 0.0

    def heard(self, answer: Response) -> None:
        """Learn from an answer to a write. A refusal makes all writes wait as long as it says."""
        if answer.request.method != "PUT":
            return
        limits = read_limits(answer.headers)
        with self._lock:
            self.answered += 1
            if limits and limits.fill and limits.interval_s:
                self._limit = SHARE * limits.fill / limits.interval_s / REQUESTS
                if limits.remaining == 0:
                    self._until = max(self._until, self._clock() + limits.interval_s)
            elif limits and limits.limit:
                self._limit = SHARE * limits.limit
            if answer.status_code != 429:
                self.margin = max(self.margin * 0.999, LEAST_MARGIN_S)
            elif scope_of(answer.headers) != "issue":
                self.refused += 1
                self.margin = min(self.margin + 0.02, MOST_MARGIN_S)
                self._until = max(self._until, self._clock() + (wait_of(answer.headers) or 1.0))
