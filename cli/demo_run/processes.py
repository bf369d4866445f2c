"""Run the demo's processes: start in order, log to files, stop in reverse order."""

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
    """A process of the demo ended unexpectedly. The message has the end of its log."""


class Children(ExitStack):
    """Processes that run during the `with` block. The last one started is stopped first."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Start a Python process in its own session, so that Ctrl-C reaches only the demo."""
        # A Ctrl-C before the process is in the list would leave it running.
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
        """Return the log file of a process."""
        return self.folder / f"{name}.log"

    def check(self) -> None:
        """Raise ChildDied if a process has ended."""
        for name, process in self._running:
            if process.poll() is not None:
                tail = self.log(name).read_text(errors="replace").strip().splitlines()[-5:]
                output = " | ".join(tail) or "no output"
                raise ChildDied(f"{name} ended with status {process.returncode}: {output}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Terminate a process, and kill what is left of its session."""
    _signal(process, signal.SIGTERM, group=False)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)
    _signal(process, signal.SIGKILL, group=True)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals, group: bool) -> None:
    # It may have ended. For a group that has ended, macOS raises "not permitted".
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
