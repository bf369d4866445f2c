"""Run one seed: with faults, and quietly on a second sandbox; compare the two."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from chaos import rest
from chaos.compare import Difference, State, compare
from chaos.house import House
from chaos.look import Wait, states, waits, writes
from chaos.people import Crowd
from chaos.plan import Plan
from chaos.trouble import Trouble

PATIENCE_S = 300.0
"""How long Sluice may take to come to rest before a run says what is left."""

PACE_S = 0.03
"""The least time between two events: faults are spread over the whole run also on fast machines."""

QUIET_PACE_S = 0.02
"""The same of a quiet run: Sluice sees what stands on the issues between the events, too."""

MOST_SLOW = 10
ALLOWED_S = 30.0
"""The longest time from an event to its write once the last fault is over."""


@dataclass
class Result:
    """What a seed found. `waits` has the longest wait first."""

    seed: int
    events: int
    faults: int
    writes: int = 0
    quiet_writes: int = 0
    seconds: float = 0.0
    load: float = 0.0
    found: Difference = field(default_factory=Difference)
    waits: list[Wait] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    folder: str = ""

    def slowest_s(self, told: bool) -> float:
        """Return the longest wait of an event that Sluice was told, or was not told."""
        return max((wait.seconds for wait in self.waits if wait.told == told), default=0.0)

    @property
    def fails(self) -> list[str]:
        """Return what the run shows that may not be."""
        slow = [wait for wait in self.waits if wait.told and wait.seconds > ALLOWED_S]
        return [
            *self.found.lines(),
            *(f"left: {line}" for line in self.left),
            *(f"ended by itself: {line}" for line in self.ended),
            *(f"slow: {wait}" for wait in slow[:MOST_SLOW]),
        ]


def run(plan: Plan, folder: Path | None = None) -> Result:
    """Run a plan in a folder of its own, which is kept if the plan fails."""
    began = time.monotonic()
    place = folder or Path(tempfile.mkdtemp(prefix=f"sluice-chaos-{plan.seed}-"))
    rest.wait_for_hour()
    result = Result(plan.seed, len(plan.events), len(plan.faults), folder=str(place))
    wild = _wild(plan, place / "wild", result)
    calm = _calm(plan, place / "calm", result)
    result.found = compare(plan, wild, calm)
    result.seconds, result.load = time.monotonic() - began, os.getloadavg()[1]
    (place / "plan.txt").write_text("\n".join(plan.lines()), encoding="utf-8")
    (place / "faults.txt").write_text("\n".join(result.said), encoding="utf-8")
    (place / "failures.txt").write_text("\n".join(result.fails), encoding="utf-8")
    if not result.fails and folder is None:
        shutil.rmtree(place)
    return result


def _wild(plan: Plan, folder: Path, result: Result) -> dict[int, State]:
    with House(folder) as house:
        crowd = Crowd(house.jira, plan, PACE_S)
        crowd.register(house.web)
        with Trouble(house, crowd, plan) as trouble:
            crowd.work()
            trouble.end()
        began = max(trouble.ended_at, *crowd.last.values())
        if not rest.wait(house, began, PATIENCE_S, crowd.gone()):
            result.left = [
                *rest.left_over(house, crowd.gone()),
                "no rest, or no pass that read all",
            ]
        done = writes(house.jira)
        result.writes = done.count
        result.waits = waits(crowd, done, trouble.ended_at, trouble.wiped_at)
        result.said = sorted(trouble.said)
        result.ended = [
            f"{member.name} with status {status}"
            for member in house.members.values()
            for status in member.ended_by_itself
        ]
        return states(house.jira, crowd, folder / "issues.jsonl")


def _calm(plan: Plan, folder: Path, result: Result) -> dict[int, State]:
    with House(folder, quiet=True) as house:
        crowd = Crowd(house.jira, plan, QUIET_PACE_S)
        crowd.register(house.web)
        crowd.work()
        if not rest.wait(house, None, PATIENCE_S, crowd.gone()):
            result.left += [f"quiet run: {line}" for line in rest.left_over(house, crowd.gone())]
        result.quiet_writes = writes(house.jira).count
        return states(house.jira, crowd, folder / "issues.jsonl")
