"""Wait for a state, for as long as a busy machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(happens: Callable[[], T], seconds: float, step: float = 0.1) -> T | None:
    """Return the first true value of a function, or None if none came in so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := happens():
            return found
        time.sleep(step)
    return None
