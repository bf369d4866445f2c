"""Measuring in tests how much work is done, without a look at the clock."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


def calls(work: Callable[[], object]) -> int:
    """Count the functions that some work calls, those written in C too: the same on each run."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@contextmanager
def no_hang(cpu_seconds: float) -> Iterator[None]:
    """Raise TimeoutError once the process has worked for so long on what takes milliseconds.

    The processor's time is counted: a busy machine does not change it much. Regular expressions
    look for signals as well.
    """

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TimeoutError(f"it takes over {cpu_seconds:g} seconds of the processor's time")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
