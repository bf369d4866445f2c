"""Read how long Jira asks to wait, and how near its limits are, from the headers of an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

Scope = Literal["site", "endpoint", "issue"]

LONGEST_S = 86_400.0
"""A pause that is asked for is at most a day: no site's header may stop Sluice for good."""

_SCOPES: Mapping[str, Scope] = {
    "jira-burst-based": "endpoint",
    "jira-per-issue-on-write": "issue",
    "jira-quota-global-based": "site",
    "jira-quota-tenant-based": "site",
}
"""https://developer.atlassian.com/cloud/jira/platform/rate-limiting/"""


@dataclass(frozen=True)
class Limits:
    """What Jira last said of a limit. None: it said nothing.

    Cloud counts requests a second by endpoint and method. Data Center counts tokens of the account:
    `fill` new ones come in each `interval_s` seconds. `remaining` are those left.
    """

    limit: int | None = None
    remaining: int | None = None
    fill: int | None = None
    interval_s: int | None = None


def read_limits(headers: Mapping[str, str]) -> Limits | None:
    """Return the limits in the headers of an answer, None if they name none."""
    found = Limits(
        limit=_whole(headers.get("X-RateLimit-Limit")),
        remaining=_whole(headers.get("X-RateLimit-Remaining")),
        fill=_whole(headers.get("X-RateLimit-FillRate")),
        interval_s=_whole(headers.get("X-RateLimit-Interval-Seconds")),
    )
    return None if found == Limits() else found


def scope_of(headers: Mapping[str, str]) -> Scope:
    """Return who has to wait after a 429: without a reason, or with an unknown one, the site."""
    return _SCOPES.get((headers.get("RateLimit-Reason") or "").strip().lower(), "site")


def wait_of(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return for how many seconds Jira asks to wait, at most a day; None if it does not say.

    `Retry-After` has seconds or a date. A date is compared with the `Date` of the same answer: the
    two clocks may differ. Without it, a limit without tokens says when it is reset. Zero, or a date
    in the past, says nothing: the caller's own waits grow, those of Jira would stay.
    """
    asked = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", asked):
        return min(float(asked), LONGEST_S) or None
    clock = date_of(headers.get("Date")) or now or datetime.now(UTC)
    until = date_of(asked) or (None if asked else _reset(headers.get("X-RateLimit-Reset")))
    if until is None:
        return None
    return min(max((until - clock).total_seconds(), 0.0), LONGEST_S) or None


def _reset(text: str | None) -> datetime | None:
    """Return the time of a reset. Cloud writes it without seconds: the next minute is safe."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    whole = re.search(r"T\d\d:\d\d(Z|[+-]|$)", (text or "").strip())
    return (
        found + timedelta(minutes=1) if found.tzinfo and whole else found if found.tzinfo else None
    )


def date_of(text: str | None) -> datetime | None:
    """Return a date of HTTP in UTC, None for anything else."""
    try:
        found = parsedate_to_datetime(text or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _whole(text: str | None) -> int | None:
    found = (text or "").strip()
    return int(found) if re.fullmatch("[0-9]{1,12}", found) else None
