"""Measure how near shares by each unit come to the worklogs of a simulated team."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from rules.capacity.finished import Unit
from tests.rules.capacity.simulator import simulate
from tests.rules.capacity.test_against_worklogs import FIRST, largest_gaps

SEEDS = 12
NEAR = 5.0
UNITS: tuple[Unit, ...] = ("person_days", "points", "count")


def measure() -> Iterator[str]:
    """Yield a line for each unit: of each week the largest gap of a class, in points."""
    teams = [simulate(seed, FIRST) for seed in range(SEEDS)]
    for unit in UNITS:
        gaps = [gap for team in teams for gap in largest_gaps(team, unit)]
        near = sum(gap <= NEAR for gap in gaps)
        yield (
            f"worklogs, by {unit.replace('_', '-')}: {near} of {len(gaps)} weeks within "
            f"{NEAR:g} points; median {median(gaps):.1f}, largest {max(gaps):.1f}"
        )
