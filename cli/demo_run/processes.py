"""The real processes of the demo: started in order, their output in files, stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

PATIENCE_S = 10.0
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildDied(RuntimeError):
    """A process of the demo ended by itself; the message has the end of its output."""


class Children(ExitStack):
    """Processes that live as long as the `with` block; the last one started is stopped first."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Start `python -m …` or so in a session of its own: Ctrl-C reaches the demo alone."""
        # A Ctrl-C between the start and the note of it would leave the process behind.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        try:
            with self.log(name).open("ab") as output:
                process = subprocess.Popen(
                    [sys.executable, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=dict(env),
                    start_new_session=True,
                    preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before),
                )
            self._running.append((name, process))
            self.callback(_stop, process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def log(self, name: str) -> Path:
        """The file with a process's output."""
        return self.folder / f"{name}.log"

    def check(self) -> None:
        """Raises ChildDied when one of them has ended."""
        for name, process in self._running:
            if process.poll() is not None:
                tail = self.log(name).read_text(errors="replace").strip().splitlines()[-5:]
                said = " | ".join(tail) or "it said nothing"
                raise ChildDied(f"{name} ended with status {process.returncode}: {said}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, then make it; nothing of its session stays behind."""
    _signal(process, signal.SIGTERM, group=False)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)
    _signal(process, signal.SIGKILL, group=True)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals, group: bool) -> None:
    # It may have ended; of a group that is gone macOS says "not permitted".
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
