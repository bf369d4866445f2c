"""Waiting in tests: for an event, for as long as a busy machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

PATIENCE_S = 120.0
"""How long a test waits for an event. It only ends tests that hang."""

T = TypeVar("T")


def until(happens: Callable[[], T], seconds: float = PATIENCE_S, step: float = 0.02) -> T:
    """Return the first true value of a function; fail the test if none comes."""
    for _ in range(int(seconds / step)):
        if found := happens():
            return found
        time.sleep(step)
    return pytest.fail(f"waited {seconds:g} seconds in vain")
