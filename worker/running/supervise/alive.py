"""Know whether this process does its work: it takes tasks, or it queues what is due."""

from __future__ import annotations

import time
from collections.abc import Callable

SILENT_S = 15.0
"""A loop turns at least once a second. One that rested for so long stands still."""

_turned: float | None = None


def turn() -> None:
    """Note that the loop has turned, connected to the queue."""
    global _turned
    _turned = time.monotonic()


def stop() -> None:
    """Note that the loop has ended, or lost its queue."""
    global _turned
    _turned = None


def is_consuming(clock: Callable[[], float] = time.monotonic) -> bool:
    """Return whether the worker takes tasks, or beat queues them, in this process.

    False before the first connection to the queue, while it is lost, and if the loop stands still.
    """
    return _turned is not None and clock() - _turned < SILENT_S
