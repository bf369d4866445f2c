"""Send prepared requests over open connections: the client must be cheaper than the server."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

CONNECTIONS = 8
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class WrongAnswer(RuntimeError):
    """The server gave an unexpected answer. The message is the answer."""


class Hammer:
    """Eight connections to a local server, open until `close`."""

    def __init__(self, port: int) -> None:
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        self._open = [
            socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(CONNECTIONS)
        ]

    def requests_a_second(self, requests: Sequence[bytes], answer: bytes) -> float:
        """Send the requests; raise WrongAnswer unless each gets 202 and `answer`."""
        hands = [requests[n::CONNECTIONS] for n in range(CONNECTIONS)]
        began = time.perf_counter()
        for got in self._pool.map(_send, self._open, hands):
            for one in got:
                if not (one.startswith(b"HTTP/1.1 202 ") and one.endswith(answer)):
                    raise WrongAnswer(repr(one[-300:]))
        return len(requests) / (time.perf_counter() - began)

    def close(self) -> None:
        """Close all connections."""
        self._pool.shutdown()
        for connection in self._open:
            connection.close()


def _send(connection: socket.socket, requests: Sequence[bytes]) -> list[bytes]:
    answers = []
    for request in requests:
        connection.sendall(request)
        answers.append(_read(connection))
    return answers


def _read(connection: socket.socket) -> bytes:
    """Return one complete answer."""
    got, whole = b"", -1
    while len(got) != whole:
        more = connection.recv(65536)
        if not more:
            raise WrongAnswer(f"the connection was closed after {got[-300:]!r}")
        got += more
        if whole < 0 and b"\r\n\r\n" in got:
            head = got.index(b"\r\n\r\n") + 4
            length = _LENGTH.search(got, 0, head)
            whole = head + int(length.group(1) if length else 0)
    return got
