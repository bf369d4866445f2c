"""Jira's way of writing times, `2026-11-23T10:00:00.000+0000`, and back."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache

UTC = timezone.utc
_OFFSET = re.compile(r"([+-]\d\d):?(\d\d)$")


def stamp(seconds: float) -> str:
    """Seconds since 1970 as Jira writes them, in UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


@lru_cache(maxsize=65536)
def seconds_of(text: str) -> float:
    """Seconds since 1970 of a time or date in Jira's writing; ValueError when it is neither."""
    clean = _OFFSET.sub(r"\1:\2", text.strip().replace("Z", "+00:00"))
    moment = datetime.fromisoformat(clean)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
