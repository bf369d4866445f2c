"""Measure the web process against a bare Flask route under the same server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count, cycle
from pathlib import Path
from statistics import median

from bench.ground import SECRET, SITE, two_doors
from bench.hammer import Hammer
from bench.payloads import payload, requests_about, size
from bench.rounds import Target, interleave, ratio_of
from cli.demo_run.processes import Children
from cli.demo_run.redis_server import RedisServer
from worker.store.work_queue import Store

ANOTHER, PENDING = Target(0.65), Target(0.65)
WAITING = range(1, 41)
"""Issues that are already pending: the warm-up posts an event of each, and no worker runs."""


def measure(folder: Path, rounds: int = 60, events: int = 160) -> Iterator[str]:
    """Yield the lines of the report. No worker runs, so that only the web process is measured."""
    with RedisServer(folder, own_session=True) as redis, Children(folder) as children:
        ports = two_doors(folder, redis.url, children)
        Store(redis.url, SITE).introduce("5b10ac8d82e05b22cc7d4ef5")
        yield f"  the body has {size(payload()):,} bytes; rounds of {events} events"
        posts = _Posts({name: Hammer(port) for name, port in ports.items()}, events)
        yield posts.compare("each event a new issue", count(1000), b"queued\n", ANOTHER, rounds)
        posts.send("webhooks", iter(WAITING), b"queued\n", len(WAITING))
        pending = cycle(WAITING)
        yield posts.compare("issue already pending", pending, b"queued already\n", PENDING, rounds)
        posts.close()


class _Posts:
    """Post events to either process."""

    def __init__(self, hammers: Mapping[str, Hammer], events: int) -> None:
        self.hammers, self.events, self.body = hammers, events, payload()

    def send(self, to: str, issues: Iterator[int], answer: bytes, events: int) -> float:
        """Return requests a second of one round."""
        ready = requests_about(self.body, issues, SECRET, events)
        return self.hammers[to].requests_a_second(ready, answer)

    def close(self) -> None:
        for hammer in self.hammers.values():
            hammer.close()

    def compare(
        self, case: str, issues: Iterator[int], answer: bytes, target: Target, rounds: int
    ) -> str:
        ours, bare = interleave(
            [
                lambda _: self.send("webhooks", issues, answer, self.events),
                lambda _: self.send("bare", issues, b"taken\n", self.events),
            ],
            rounds,
            warm_up=3,
        )
        rates = f"{median(ours):,.0f}/s, bare Flask route {median(bare):,.0f}/s"
        return f"webhooks, {case}: {rates}: {ratio_of(ours, bare, target)}"
