"""How long to wait before Jira is asked again. Pure but for the jitter."""

from __future__ import annotations

import random
import re


def retry_after(header: str | None) -> float | None:
    """`Retry-After` in seconds, at most five minutes; None where there is none to go by."""
    if header is None or not re.fullmatch("[0-9]{1,9}", header.strip()):
        return None
    return min(float(header), 300.0)


def backoff(attempt: int) -> float:
    """Seconds before try `attempt` (from 1): 2, 4, 8 … 30, with a jitter of 0.7 to 1.3.

    https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
    """
    return min(2.0 ** min(attempt, 10), 30.0) * random.uniform(0.7, 1.3)
