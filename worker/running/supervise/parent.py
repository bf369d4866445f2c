"""Run a process as a child, and run it again whenever it ends without having been asked to.

The child is Celery's. It may crash in C, be killed by the kernel for want of memory, or meet an
error that nobody foresaw. Whoever started `sluice worker` sees a process that lives until it is
told to end.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from worker.running.supervise.say import log

FIRST_S, MOST_S = 1.0, 15.0
"""The wait before a new child: it doubles with each that ended soon, up to the most."""

SOON_S = 60.0
"""A child that ran for so long was well: the wait begins anew."""

_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def supervised(name: str, run: Callable[[], int]) -> int:
    """Run `run` in a child until a signal ends it; return the status of the process.

    The child returns from here too, with its own status. SIGTERM, SIGINT and SIGHUP end it warmly,
    SIGQUIT at once. Call it before any thread starts.
    """
    parent = _Parent(name)
    before = {number: signal.signal(number, parent.ask) for number in _ENDS}
    wait = FIRST_S
    while True:
        began = time.monotonic()
        if parent.fork():
            for number, handler in before.items():
                signal.signal(number, handler)
            parent.unblock()
            return run()
        ended = parent.wait()
        if parent.is_asked():
            return 0 if ended == "status 0" or parent.killed_by(ended) else 1
        wait = FIRST_S if time.monotonic() - began >= SOON_S else wait
        log.error("sluice %s ended by itself with %s: it starts again in %g s", name, ended, wait)
        parent.rest(wait)
        if parent.is_asked():
            return 0
        wait = min(2 * wait, MOST_S)


class _Parent:
    """The parent's knowledge of its one child."""

    def __init__(self, name: str) -> None:
        self.name, self.asked, self._child, self._line = name, 0, 0, -1

    def ask(self, number: int, _: FrameType | None) -> None:
        """Hand on the wish to end. SIGINT came from a terminal, which told the child as well."""
        self.asked = number
        if self._child:
            passed = signal.SIGQUIT if number == signal.SIGQUIT else signal.SIGTERM
            os.kill(self._child, passed)

    def is_asked(self) -> bool:
        """Return whether the process was told to end."""
        return self.asked > 0

    def fork(self) -> bool:
        """Start a child; return whether this is the child."""
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        theirs, ours = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(ours)
            threading.Thread(target=_end_with_parent, args=(theirs,), daemon=True).start()
            return True
        os.close(theirs)
        self._line = ours
        self.unblock()
        return False

    def unblock(self) -> None:
        """Let the signals come that were held back during the fork."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)

    def wait(self) -> str:
        """Wait for the end of the child; return how it ended."""
        while True:
            # As process 1 of a container, the parent gets orphans of the child too.
            pid, status = os.waitpid(-1, 0)
            if pid == self._child:
                break
        self._child = 0
        os.close(self._line)
        code = os.waitstatus_to_exitcode(status)
        return f"status {code}" if code >= 0 else f"signal {-code}"

    def killed_by(self, ended: str) -> bool:
        """Return whether the child ended by our own signal, before it could listen to it."""
        return ended == f"signal {int(signal.SIGTERM)}"

    def rest(self, seconds: float) -> None:
        """Wait, and notice the wish to end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.asked:
            time.sleep(0.1)


def _end_with_parent(line: int) -> None:
    """End warmly when the parent has died: then the pipe closes."""
    os.read(line, 1)
    os.kill(os.getpid(), signal.SIGTERM)
