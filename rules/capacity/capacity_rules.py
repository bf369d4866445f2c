"""Define how a project counts its capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.capacity.finished import NO_WORK, Unit
from rules.capacity.flow import WIP_LIMIT
from rules.capacity.shares import TOLERANCE
from rules.capacity.working_days import WorkCalendar


@dataclass(frozen=True)
class CapacityRules:
    """How a project counts its capacity: targets in percent, unit, working days, resolutions.

    `capacity` is what the coming week can do, in the unit; None: the median of the last weeks.
    """

    targets: Mapping[str, float]
    calendar: WorkCalendar
    unit: Unit = "person_days"
    tolerance: float = TOLERANCE
    no_work: frozenset[str] = NO_WORK
    wip_limit: int = WIP_LIMIT
    capacity: float | None = None

    def naming(self, people: Mapping[str, str]) -> CapacityRules:
        """Return the rules with the days off by account; `people` are names by account."""
        return replace(self, calendar=self.calendar.naming(people))
