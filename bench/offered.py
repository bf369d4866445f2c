"""Offer 500 webhooks a second, whether they are answered or not, and count what is lost or late.

The time of an answer counts from the moment at which the request was due: a server that falls
behind can't slow down who asks. Slices of both servers alternate, so that what else runs on the
machine meets both.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles

from bench.ground import SECRET, two_doors
from bench.payloads import payload, requests_about
from bench.rounds import Target
from cli.demo_run.processes import Children
from cli.demo_run.redis_server import RedisServer
from worker.store.broker import Broker

RATE = 500
SLICE_S, SLICES = 2, 30
CONNECTIONS = 64
PATIENCE_S = 20.0
"""Jira gives up on an answer after so long: then the webhook is lost, and sent again later."""

LATE_S = 1.0
IDLE = 490
P99 = Target(2.0, most=True)


@dataclass
class Offered:
    """What became of the requests of a server: seconds of each answer, and answers by status."""

    took: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    slices: list[float] = field(default_factory=list)
    """The p99 of each slice, in seconds."""

    @property
    def p99(self) -> float:
        """Return the seconds in which 99 % of the answers came."""
        return _p99(self.took)

    def line(self, name: str) -> str:
        """Return the result in words."""
        said = ", ".join(f"{n:,} x {status}" for status, n in sorted(self.answers.items()))
        late = sum(one > LATE_S for one in self.took)
        half = quantiles(self.took, n=2)[0] * 1e3
        return (
            f"  {name}: {said}; {self.lost} lost, {late} later than {LATE_S:.0f} s; "
            f"median {half:.1f} ms, p99 {self.p99 * 1e3:.1f} ms"
        )


class Client:
    """Many connections to a server, in one thread; each has one request under way at most."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        self._free = [self._connect() for _ in range(CONNECTIONS)]
        self._due: dict[socket.socket, float] = {}
        self._got: dict[socket.socket, bytes] = {}

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_S)

    def offer(self, requests: Sequence[bytes], into: Offered) -> None:
        """Send each request when it is due, or as soon as a connection is free."""
        began = time.perf_counter()
        waiting = deque((began + n / RATE, request) for n, request in enumerate(requests))
        while waiting or self._due:
            now = time.perf_counter()
            while waiting and self._free and waiting[0][0] <= now:
                due, request = waiting.popleft()
                self._send(self._free.pop(), due, request)
            if now - began > len(requests) / RATE + PATIENCE_S:
                break
            next_due = waiting[0][0] - now if waiting and self._free else 0.05
            for key, _ in self._selector.select(max(0.0, min(next_due, 0.05))):
                assert isinstance(key.fileobj, socket.socket)
                self._answered(key.fileobj, into)
        into.lost += len(waiting) + len(self._due)
        into.slices.append(_p99(into.took[-len(requests) :]))

    def _send(self, connection: socket.socket, due: float, request: bytes) -> None:
        connection.sendall(request)
        self._due[connection] = due
        self._selector.register(connection, selectors.EVENT_READ)

    def _answered(self, connection: socket.socket, into: Offered) -> None:
        """Take what came of an answer; each ends with its only line."""
        try:
            more = connection.recv(65536)
        except OSError:
            more = b""
        got = self._got.pop(connection, b"") + more
        if more and not (got.endswith(b"\n") and not got.endswith(b"\r\n")):
            self._got[connection] = got
            return
        self._selector.unregister(connection)
        due = self._due.pop(connection)
        if not more:
            into.lost += 1
            connection.close()
            connection = self._connect()
        else:
            into.took.append(time.perf_counter() - due)
            into.answers[got[9:12].decode("latin-1")] += 1
        self._free.append(connection)

    def close(self) -> None:
        """Close all connections."""
        for connection in (*self._free, *self._due):
            connection.close()
        self._selector.close()


def measure(folder: Path, slices: int = SLICES) -> Iterator[str]:
    """Yield the lines of the report. No worker runs, so that only the web process is measured."""
    with RedisServer(folder, own_session=True) as redis, Children(folder) as children:
        ports = two_doors(folder, redis.url, children)
        seconds = slices * SLICE_S
        yield f"  {RATE} webhooks a second, {seconds} s for each server, in turns of {SLICE_S} s"
        plain = _compare(ports, slices)
        queued, sent = Broker(redis.url).waiting(), RATE * seconds
        yield from _lines(plain)
        yield f"  {queued:,} of {sent:,} are queued" + ("" if queued == sent else ": LOST")
        with ExitStack() as idle:
            for port in ports.values():
                for _ in range(IDLE):
                    idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            yield f"  beside {IDLE} idle connections to each server"
            yield from _lines(_compare(ports, max(1, slices // 3)))


def _compare(ports: dict[str, int], slices: int) -> dict[str, Offered]:
    found = {name: Offered() for name in ports}
    clients = {name: Client(port) for name, port in ports.items()}
    body = payload()
    for _ in range(slices):
        for name, client in clients.items():
            client.offer(requests_about(body, _issues, SECRET, RATE * SLICE_S), found[name])
    for client in clients.values():
        client.close()
    return found


_issues = count(1_000_000)


def _lines(found: dict[str, Offered]) -> Iterator[str]:
    for name, one in found.items():
        yield one.line(name)
    ours, bare = found["webhooks"], found["bare"]
    ratio = ours.p99 / bare.p99
    each = [a / b for a, b in zip(ours.slices, bare.slices, strict=True)]
    low, middle, high = quantiles(each, method="inclusive") if len(each) > 1 else each * 3
    yield (
        f"offered load: p99 is {ratio:.2f} times that of the bare route ({P99.describe(ratio)}); "
        f"turn by turn {middle:.2f}, half of them {low:.2f} to {high:.2f}"
    )


def _p99(took: Sequence[float]) -> float:
    return quantiles(took, n=100)[98] if len(took) > 1 else float("nan")
