"""Make the plan of a run: its events and faults, a pure function of the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from chaos import events, faults
from chaos.events import Event
from chaos.faults import Fault


@dataclass(frozen=True)
class Plan:
    """What a run does. Two plans of equal seed and sizes are equal."""

    seed: int
    events: tuple[Event, ...]
    faults: tuple[Fault, ...]

    def lines(self) -> Iterator[str]:
        """Yield the plan, a line an event and a fault, in the order of the run."""
        after = {
            event.number: [f for f in self.faults if f.after == event.number]
            for event in self.events
        }
        for event in self.events:
            yield from map(str, after[event.number])
            yield str(event)

    def of_issue(self, issue: int) -> list[Event]:
        """Return what happens to an issue, in order."""
        return [event for event in self.events if event.issue == issue]


def make_plan(seed: int, count: int = 2_000, issues: int = 500) -> Plan:
    """Return the plan of a seed: so many events, of which `issues` are creations."""
    # A random of its own for each part: more faults leave the events as they are.
    people, trouble = Random(f"{seed} events"), Random(f"{seed} faults")
    return Plan(seed, events.draw(people, count, issues), faults.draw(trouble, count))
