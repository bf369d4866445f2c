"""Draw the faults of a run: what breaks, after which event, and for how long. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

KILLS = (
    "kill worker a",
    "kill worker b",
    "kill a pool child of a",
    "kill a pool child of b",
    "kill web",
    "kill beat",
    "kill redis",
    "kill all",
    "restart worker a",
    "restart web",
)
"""SIGKILL and a start some seconds later. A restart is a SIGTERM. Redis comes back from its AOF."""

REDIS = ("wipe redis", "hang redis")

RULES = ("two rule files", "one rule file")
"""Host b gets another version of a rule file; later its files are those of host a."""

JIRA: Mapping[str, Mapping[str, object]] = {
    "slow": {"latency_ms": [800, 3000]},
    "slower than the client waits": {"latency_ms": 11_000},
    "late answer": {"late_ms": 11_000, "only": {"method": "PUT", "account": "sluice"}},
    "401": {"status": 401},
    "404 of a gateway": {"status": 404},
    "429": {"rate_429": 0.5, "retry_after_429": 2},
    "503": {"rate_503": 0.7},
    "500": {"status": 500, "rate_status": 0.5},
    "502": {"status": 502},
    "PUT cut before": {"drop_before": 0.7, "only": {"method": "PUT", "account": "sluice"}},
    "PUT cut after": {"drop_after": 0.7, "only": {"method": "PUT", "account": "sluice"}},
}
"""What Jira does to Sluice's own requests, by name; people are served as usual."""

WEBHOOKS: Mapping[str, Mapping[str, object]] = {
    "webhooks doubled": {"duplicate_webhooks": 0.7},
    "webhooks reversed": {"disorder_webhooks": 0.8, "webhook_delay_ms": [50, 4000]},
    "webhooks old": {
        "duplicate_webhooks": 1.0,
        "disorder_webhooks": 0.5,
        "webhook_delay_ms": [4000, 9000],
    },
    "webhooks lost": {"lose_webhooks": 0.5},
}
"""What happens to webhooks on their way."""

LANES: Mapping[str, Sequence[str]] = {
    "hosts": (*KILLS, *REDIS, *RULES),
    "jira": tuple(JIRA),
    "webhooks": tuple(WEBHOOKS),
}
"""Faults of one lane follow each other, those of different lanes meet each other."""

EARLY, LATE = 0.05, 0.9
"""The parts of the events between which faults begin."""


@dataclass(frozen=True)
class Fault:
    """A fault that begins after so many events and lasts some seconds.

    A process that is killed is away for these seconds.
    """

    after: int
    lane: str
    kind: str
    seconds: float

    def __str__(self) -> str:
        return f"after event {self.after}: {self.kind} for {self.seconds:g} s"


def draw(random: Random, events: int) -> tuple[Fault, ...]:
    """Draw the faults of a run: each kind once, in any order, at any time; a few kills more."""
    found: list[Fault] = []
    for lane, kinds in LANES.items():
        order = [*kinds, *random.choices(KILLS, k=4)] if lane == "hosts" else [*kinds]
        random.shuffle(order)
        starts = sorted(random.uniform(EARLY, LATE) for _ in order)
        found += [
            Fault(int(start * events), lane, kind, _seconds(random, kind))
            for start, kind in zip(starts, _rules_in_order(order), strict=True)
        ]
    return tuple(sorted(found, key=lambda fault: (fault.after, fault.lane)))


def _rules_in_order(kinds: Sequence[str]) -> list[str]:
    """Return the kinds with the two rule files before the one."""
    places = [place for place, kind in enumerate(kinds) if kind in RULES]
    found = [*kinds]
    for place, kind in zip(places, RULES, strict=False):
        found[place] = kind
    return found


def _seconds(random: Random, kind: str) -> float:
    if kind in RULES or kind == "wipe redis":
        return 0.0
    if kind == "hang redis":
        return round(random.uniform(3.0, 8.0), 1)
    if kind in KILLS:
        return round(random.uniform(0.2, 2.5), 1)
    return round(random.uniform(2.0, 5.0), 1)
