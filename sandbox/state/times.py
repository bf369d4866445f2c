"""Read and write times in Jira's format, `2026-11-23T10:00:00.000+0000`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_OFFSET = re.compile(r"([+-]\d\d):?(\d\d)$")


def stamp(seconds: float) -> str:
    """Format seconds since 1970 in Jira's way, in UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


@lru_cache(maxsize=65536)
def seconds_of(text: str) -> float:
    """Parse a time or date of Jira to seconds since 1970; raise ValueError if it is neither."""
    clean = _OFFSET.sub(r"\1:\2", text.strip().replace("Z", "+00:00"))
    moment = datetime.fromisoformat(clean)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
