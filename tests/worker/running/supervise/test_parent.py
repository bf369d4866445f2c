"""A parent starts its child again, and both end when they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.waiting import PATIENCE_S, until
from tests.worker.processes import ROOT, children_of

CHILD = """
import os, signal, sys, time
from worker.running.supervise import parent
parent.FIRST_S = 0.1

def run():
    print("up", os.getpid(), flush=True)
    if "stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(3))
    while "ends" not in sys.argv:
        time.sleep(0.02)
    return 0

sys.exit(parent.supervised("worker", run))
"""


@contextmanager
def parent(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A supervised child that sleeps, `ends` by itself with status 0, or is `stubborn`."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until(lambda: "up " in log.read_text())
        yield process, log
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)


def test_a_child_that_is_killed_is_replaced_and_the_log_says_why(tmp_path: Path) -> None:
    with parent(tmp_path) as (process, log):
        (first,) = children_of(process.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: log.read_text().count("up ") == 2)
        assert "sluice worker ended by itself with signal 9: it starts again in" in log.read_text()
        assert first not in children_of(process.pid) and process.poll() is None


def test_a_child_that_ends_with_status_0_unasked_is_replaced_too(tmp_path: Path) -> None:
    with parent(tmp_path, "ends") as (process, log):
        until(lambda: log.read_text().count("up ") >= 2)
        assert "ended by itself with status 0" in log.read_text() and process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_child_and_the_parent_with_status_0(
    tmp_path: Path, number: signal.Signals
) -> None:
    with parent(tmp_path) as (process, _):
        (child,) = children_of(process.pid)
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_a_child_that_ends_badly_when_told_to_end_is_not_called_well(tmp_path: Path) -> None:
    with parent(tmp_path, "stubborn") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 1


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    with parent(tmp_path) as (process, _):
        (child,) = children_of(process.pid)
        process.kill()
        process.wait(PATIENCE_S)
        until(lambda: child not in running())


def running() -> set[int]:
    said = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True)
    pairs = (line.split() for line in said.stdout.splitlines())
    return {int(pid) for pid, state in pairs if not state.startswith("Z")}
