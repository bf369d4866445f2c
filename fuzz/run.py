"""Run the targets, each in a process of its own, and see to it that each runs all its inputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.drive import Now
from fuzz.watch import keep

STILL_S = 60.0
"""A process whose input takes longer by the clock hangs where no signal reaches it, and is killed.

It is longer than the limit of an input: that counts processor time, and the machine may be busy.
"""
_PAUSE_S = 0.2
_ROOT = Path(__file__).resolve().parent.parent


def program() -> list[str]:
    """Return the command of a target's process, without its arguments."""
    return [sys.executable, "-m", "fuzz.drive"]


@dataclass
class Job:
    """A target's inputs, and what became of them."""

    name: str
    wanted: int
    folder: Path
    engine: str
    seed: int
    found: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    _child: subprocess.Popen[bytes] | None = None
    _began: float = 0.0
    _moved: tuple[float, int] = (0.0, 0)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self._now = Now(self.folder / f"{self.name}.now")

    @property
    def ran(self) -> int:
        """Return how many inputs ran."""
        return self._now.get()[0]

    @property
    def runs(self) -> bool:
        """Return whether a process works on it."""
        return self._child is not None

    def start(self) -> None:
        """Start a process for the inputs that are left."""
        self.starts += 1
        left = max(self.wanted - self.ran, 0)
        command = [*program(), self.engine, self.name, str(left)]
        command += [str(self.seed + self.starts - 1), str(self.folder)]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._child = subprocess.Popen(command, cwd=_ROOT, stdout=log, stderr=log)
        self._began = time.monotonic()
        self._moved = (self._began, self.ran)

    def look(self) -> None:
        """Take note if the process ended; kill it if its input does not."""
        assert self._child
        ended, now = self._child.poll(), time.monotonic()
        if ended is None and self.ran != self._moved[1]:
            self._moved = (now, self.ran)
        elif ended is None and now - self._moved[0] > STILL_S:
            self._stop()
            self._lost("hang without an end")
        elif ended is not None:
            self._take_in()
            if ended:
                self._lost(f"the process died with status {ended}")

    def _lost(self, kind: str) -> None:
        number, data = self._now.get()
        self.found[kind] += 1
        keep(self.folder / "kept", self.name, kind, data, f"input {number}; see {self.name}.log")

    def _take_in(self) -> None:
        assert self._child
        told = self.folder / f"{self.name}.{self._child.pid}.json"
        if told.exists():
            self.found.update(json.loads(told.read_text("utf-8"))["found"])
        self.seconds += time.monotonic() - self._began
        self._child = None

    def _stop(self) -> None:
        assert self._child
        self._child.kill()
        self._child.wait()
        self._take_in()

    def close(self) -> None:
        """End the process, if one runs."""
        if self._child:
            self._stop()


_MOST_STARTS = 50
"""A target that ends its process so often is given up: its inputs are missing in the table."""


def run(jobs: list[Job], at_once: int = os.cpu_count() or 1) -> Iterator[list[Job]]:
    """Run the jobs, so many at a time. Yield the jobs each moment, to be shown."""
    try:
        while any(job.runs or _waits(job) for job in jobs):
            for job in jobs:
                if job.runs:
                    job.look()
            free = at_once - sum(job.runs for job in jobs)
            for job in [one for one in jobs if _waits(one) and not one.runs][:free]:
                job.start()
            yield jobs
            time.sleep(_PAUSE_S)
    finally:
        for job in jobs:
            job.close()


def _waits(job: Job) -> bool:
    return job.ran < job.wanted and job.starts < _MOST_STARTS


def counts(shares: Mapping[str, float], inputs: int) -> dict[str, int]:
    """Return how many inputs each target has, at least one; the largest takes what is left."""
    each = {
        name: max(int(inputs * share / sum(shares.values())), 1) for name, share in shares.items()
    }
    largest = max(each, key=lambda name: each[name])
    each[largest] += max(inputs - sum(each.values()), 0)
    return each


def table(jobs: list[Job]) -> str:
    """Return a row for each target, and one for all."""
    rows = [
        "| target | inputs | of | crashes | hangs over 5 s | seconds |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    rows += [_row(job.name, [job]) for job in jobs]
    return "\n".join([*rows, _row("all", jobs)])


def _row(name: str, jobs: list[Job]) -> str:
    found = sum((job.found for job in jobs), Counter[str]())
    hangs = sum(count for kind, count in found.items() if kind.startswith("hang"))
    ran, wanted = sum(job.ran for job in jobs), sum(job.wanted for job in jobs)
    seconds = sum(job.seconds for job in jobs)
    crashes = found.total() - hangs
    return f"| {name} | {ran:,} | {wanted:,} | {crashes:,} | {hangs:,} | {seconds:,.0f} |"
