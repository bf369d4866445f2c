"""Apply Jira's rate limits: on Cloud by endpoint and by issue, on Data Center by account.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
https://confluence.atlassian.com/adminjiraserver/adjusting-your-code-for-rate-limiting-987143384.html
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.state.times import stamp

BURST = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
PER_ISSUE = ((20, 2.0), (100, 30.0))
# Data Center: a bucket for each account, filled again each interval.
BUCKET, FILL, INTERVAL_S = 100, 10, 1.0


@dataclass(frozen=True)
class Verdict:
    """The result of a limit check, with its response headers."""

    allowed: bool
    headers: dict[str, str]


class Limits:
    """Request counts in sliding windows. Refused requests are not counted."""

    def __init__(
        self,
        enabled: bool,
        clock: Callable[[], float] = time.monotonic,
        deployment: str = "cloud",
    ) -> None:
        self.enabled = enabled
        self.deployment = deployment
        self.clock = clock
        self._lock = threading.Lock()
        self._bursts: dict[tuple[str, str], deque[float]] = {}
        self._writes: dict[str, deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    def refusal(self, limit: int, wait: float | str, reason: str) -> dict[str, str]:
        """Return the headers of a 429, with the wait in seconds or as a date."""
        seconds = 0.0 if isinstance(wait, str) else wait
        if self.deployment == "cloud":
            headers = refusal_headers(limit, seconds, reason)
        else:
            headers = _bucket_headers(0, max(1.0, seconds))
        return headers | ({"Retry-After": wait} if isinstance(wait, str) else {})

    def check(self, method: str, template: str, issue: str | None, account: str = "") -> Verdict:
        """Count one request, or refuse it with the headers of a 429."""
        if self.deployment == "cloud":
            return self._check_cloud(method, template, issue)
        return self._check_bucket(account)

    def _check_bucket(self, account: str) -> Verdict:
        now = self.clock()
        with self._lock:
            tokens, at = self._buckets.get(account, (float(BUCKET), now))
            fills = math.floor((now - at) / INTERVAL_S)
            tokens, at = min(float(BUCKET), tokens + fills * FILL), at + fills * INTERVAL_S
            allowed = tokens >= 1
            tokens -= allowed
            self._buckets[account] = (tokens, at)
            wait = 0.0 if tokens >= 1 else at + INTERVAL_S - now
            return Verdict(allowed, _bucket_headers(int(tokens), wait))

    def _check_cloud(self, method: str, template: str, issue: str | None) -> Verdict:
        now = self.clock()
        with self._lock:
            burst = self._bursts.setdefault((method, template), deque())
            limit = BURST.get(method, 100)
            wait = _wait(burst, now, limit, 1.0)
            if wait:
                return _refusal(limit, wait, "jira-burst-based")
            if issue is not None and method != "GET":
                writes = self._writes.setdefault(issue, deque())
                for most, window in PER_ISSUE:
                    wait = _wait(writes, now, most, window)
                    if wait:
                        return _refusal(most, wait, "jira-per-issue-on-write")
                writes.append(now)
                while writes[0] <= now - PER_ISSUE[-1][1]:
                    writes.popleft()
            burst.append(now)
            while burst[0] <= now - 1.0:
                burst.popleft()
            return Verdict(True, _headers(limit, limit - len(burst), 1.0))


def _wait(times: deque[float], now: float, limit: int, window: float) -> float:
    """Return seconds until one more request fits in the window; 0 if it fits now."""
    if len(times) < limit:
        return 0.0
    oldest = times[-limit]
    return max(0.0, oldest + window - now)


def _headers(limit: int, remaining: int, reset_in: float) -> dict[str, str]:
    headers = {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, remaining)),
        "X-RateLimit-Reset": stamp(time.time() + reset_in)[:16] + "Z",
    }
    if remaining < 0.2 * limit:
        headers["X-RateLimit-NearLimit"] = "true"
    return headers


def refusal_headers(limit: int, wait: float, reason: str) -> dict[str, str]:
    """Return the headers of a 429: the wait in seconds, the limit and its name."""
    return _headers(limit, 0, wait) | {
        "Retry-After": str(max(1, math.ceil(wait))),
        "RateLimit-Reason": reason,
    }


def _refusal(limit: int, wait: float, reason: str) -> Verdict:
    return Verdict(False, refusal_headers(limit, wait, reason))


def _bucket_headers(remaining: int, wait: float) -> dict[str, str]:
    """Return what Data Center says with each answer."""
    return {
        "X-RateLimit-Limit": str(BUCKET),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Interval-Seconds": str(round(INTERVAL_S)),
        "X-RateLimit-FillRate": str(FILL),
        "Retry-After": str(math.ceil(wait)),
    }
