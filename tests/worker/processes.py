"""Real worker processes for tests: started, told apart, and nothing of them left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def worker(
    env: dict[str, str], log: Path, concurrency: int = 1, home: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A `sluice worker` process that is ready; nothing of it stays behind. `home` has its code."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "worker", "--concurrency", str(concurrency)],
            cwd=home,
            env={**os.environ, **env},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: " ready." in log.read_text(errors="replace"))
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def celery_of(process: subprocess.Popen[bytes]) -> int:
    """The process that takes the tasks: the one child of `sluice worker`, which supervises it."""
    return until(lambda: children_of(process.pid))[0]


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that triage."""
    return children_of(celery_of(process))


def children_of(pid: int) -> list[int]:
    said = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)
    pairs = (line.split() for line in said.stdout.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == pid]
