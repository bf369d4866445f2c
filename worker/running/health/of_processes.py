"""Say whether web, worker and beat live, on whatever host, and whether their clocks agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rules.vocabulary.plural import many
from worker.running.health.heartbeat import EVERY_S, ROLES, Heartbeat, Processes
from worker.running.health.line import Line, at

STARTING = timedelta(minutes=1)
"""Processes may start one after the other: what never lived is missed after so long."""

AHEAD_S = 10.0
"""A clock this far from Redis's is told: comparing times of two hosts goes wrong."""

_LIVING = timedelta(seconds=EVERY_S * 1.5)
"""A beat that said nothing for longer may have been replaced by the one that lives."""


def process_lines(found: Processes) -> list[Line]:
    """Return a line for each role, and one for the clocks and the versions."""
    return [*(_role(found, role) for role in ROLES), _clocks(found), _versions(found)]


def _role(found: Processes, role: str) -> Line:
    alive, seen = found.of(role), found.seen.get(role)
    if role == "beat" and len(twice := [*_of_now(found, alive)]) > 1:
        places = " and ".join(f"{one.host} (pid {one.pid})" for one in twice)
        return Line(role, False, f"{len(twice)} beats run, on {places}: stop all but one")
    if alive:
        hosts = ", ".join(sorted({one.host for one in alive}))
        return Line(role, True, f"{many(len(alive), 'process', 'processes')} on {hosts}")
    if seen:
        said = f"no {role} is alive since {at(seen)}: start `sluice {role}` and look at its log"
        return Line(role, False, said)
    started = min((one.started for one in found.alive), default=found.now.timestamp())
    waits = found.now.timestamp() - started > STARTING.total_seconds()
    return Line(role, not waits, f"no {role} has ever run here: start `sluice {role}`")


def _of_now(found: Processes, alive: list[Heartbeat]) -> Iterator[Heartbeat]:
    return (one for one in alive if found.now - one.seen < _LIVING)


def _clocks(found: Processes) -> Line:
    wrong = {one.host: one.ahead_s for one in found.alive if abs(one.ahead_s) > AHEAD_S}
    if not wrong:
        return Line("clocks", True, f"within {AHEAD_S:.0f} s of Redis's clock")
    told = ", ".join(
        f"that of {host} is {abs(s):.0f} s {'ahead' if s > 0 else 'behind'}"
        for host, s in sorted(wrong.items())
    )
    return Line("clocks", False, f"clocks differ from Redis's: {told}. Let the hosts use NTP")


def _versions(found: Processes) -> Line:
    """Say which versions run. Two are normal while an upgrade rolls out, so it is no fault."""
    versions = sorted({one.version for one in found.alive})
    return Line("versions", True, f"version {' and '.join(versions)}" if versions else "none runs")
