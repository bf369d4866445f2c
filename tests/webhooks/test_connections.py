"""The door stays open, whatever strangers do with their connections."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tests.waiting import until
from webhooks import connections
from webhooks.connections import Server

POST = b"POST /webhooks/main HTTP/1.1\r\nHost: x\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Asked = threading.Event


class Echo:
    """An app that answers with the length of the body; `gate` holds its answers back."""

    def __init__(self) -> None:
        self.asked, self.gate = threading.Event(), threading.Event()
        self.gate.set()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.set()
        self.gate.wait(60)
        said = environ.get("CONTENT_LENGTH") or "0"
        body = f"{said} {len(environ['wsgi.input'].read())}".encode()
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]


class Running:
    """A server in a thread; `stop` ends it as a signal would."""

    def __init__(self, app: Echo) -> None:
        self.app, self.server = app, Server(app, "127.0.0.1", 0, 4)
        self.port = self.server._listeners[0].effective_port
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def connect(self, first: bytes = b"") -> socket.socket:
        found = socket.create_connection(("127.0.0.1", int(self.port)), timeout=60)
        found.sendall(first)
        return found

    def ask(self, request: bytes = GET) -> bytes:
        with self.connect(request) as connection:
            return answer(connection)

    @property
    def open(self) -> int:
        return len(self.server._listeners[0].active_channels)

    def stop(self) -> None:
        self.server.end()
        self.thread.join(60)
        assert not self.thread.is_alive()


def answer(connection: socket.socket) -> bytes:
    """Read one answer, or "" if the connection was closed without one."""
    got = b""
    try:
        while b"\r\n\r\n" not in got or not got.partition(b"\r\n\r\n")[2]:
            more = connection.recv(65536)
            if not more:
                break
            got += more
    except ConnectionResetError:
        pass
    return got


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(connections, "CONNECTIONS", 50)
    monkeypatch.setattr(connections, "QUIET_S", 0.1)
    found = Running(Echo())
    yield found
    found.app.gate.set()
    found.stop()


def test_more_connections_than_there_is_place_for_close_the_silent_ones(running: Running) -> None:
    idle = [running.connect() for _ in range(120)]
    assert b"200 OK" in running.ask()
    assert running.open <= 51
    assert answer(idle[0]) == b"", "the one that was silent for longest is closed"
    for one in idle:
        one.close()


def test_half_a_request_gives_way_to_a_whole_one(running: Running) -> None:
    halves = [running.connect(POST + b"Content-Length: 9\r\n\r\nab") for _ in range(80)]
    assert b"200 OK" in running.ask()
    for one in halves:
        one.close()


def test_a_request_that_is_answered_keeps_its_connection(running: Running) -> None:
    running.app.gate.clear()
    mine = running.connect(GET)
    assert running.app.asked.wait(60)
    idle = [running.connect() for _ in range(120)]
    until(lambda: running.open <= 51)
    running.app.gate.set()
    assert b"200 OK" in answer(mine)
    for one in (mine, *idle):
        one.close()


def test_a_request_that_arrives_drop_by_drop_is_cut(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_S", 0.5)
    slow = running.connect(POST)

    def one_more_drop() -> bool:
        try:
            slow.sendall(b"x")
        except OSError:
            return True
        return running.open == 0

    until(one_more_drop)
    slow.close()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"Content-Length: 3\r\n\r\nabc", b"3 3"),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"3 3"),
    ],
)
def test_a_body_is_read_whole(running: Running, body: bytes, said: bytes) -> None:
    assert running.ask(POST + body).endswith(said)


def test_a_body_that_is_too_large_is_read_to_its_end_and_not_kept(running: Running) -> None:
    size = connections.MAX_BODY + 5
    assert running.ask(POST + f"Content-Length: {size}\r\n\r\n".encode() + b"x" * size).endswith(
        f"{size} 0".encode()
    )


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: " + b"9" * 9000 + b"\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 100_000,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 50_000,
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"y" * 100_000,
        b"Transfer-Encoding: gzip\r\n\r\n",
        b"X: " + b"y" * 40_000 + b"\r\n\r\n",
        b"\xff\xfe: \xff\r\n\r\n",
        b"no header\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_an_error_and_the_next_one_is_served(
    running: Running, body: bytes
) -> None:
    found = running.ask(POST + body)
    assert found == b"" or found.split()[1][:1] in (b"4", b"5")
    assert b"200 OK" in running.ask()


@pytest.mark.parametrize(
    "line", [b"GET http://[ HTTP/1.1", b"GET", b"\x00\x01", b"get / HTTP/1.1", b"GET / HTTP/9.9"]
)
def test_a_line_that_is_no_request_gets_an_answer(running: Running, line: bytes) -> None:
    assert running.ask(line + b"\r\n\r\n").startswith(b"HTTP/1.")
    assert b"200 OK" in running.ask()


def test_a_chunked_body_without_end_is_answered_at_the_limit(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_BODY", 100_000)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    found = running.ask(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 2)
    assert int(found.rpartition(b"\r\n")[2].split()[0]) > 100_000


def test_large_bodies_beyond_the_room_are_to_come_again(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "ROOM", 300_000)
    begun = POST + b"Content-Length: 400000\r\n\r\n" + b"x" * 200_000
    first = running.connect(begun)
    until(lambda: sum(c.held for c in [*running.server._channels()]) >= 200_000)
    second = running.connect(begun)
    assert b"503" in answer(second)
    assert b"200 OK" in running.ask(POST + b"Content-Length: 3\r\n\r\nabc")
    first.close()


def test_many_requests_on_one_connection_are_answered_in_turn(running: Running) -> None:
    with running.connect(GET * 200) as connection:
        got = b""
        while got.count(b"200 OK") < 200:
            got += connection.recv(65536)


def test_at_the_end_a_request_under_way_is_answered(running: Running) -> None:
    running.app.gate.clear()
    answered, half = running.connect(GET), running.connect(POST + b"Content-Length: 4\r\n\r\nab")
    idle = running.connect()
    assert running.app.asked.wait(60)
    until(lambda: running.open == 3)
    running.server.end()
    until(lambda: running.server._listeners[0].ending)
    running.app.gate.set()
    half.sendall(b"cd")
    for one in (answered, half):
        found = answer(one)
        assert b"200 OK" in found and b"Connection: close" in found
    assert answer(idle) == b""
    with pytest.raises(ConnectionRefusedError):
        running.connect()


def test_at_the_end_a_request_without_end_is_cut(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "DRAIN_S", 0.3)
    half = running.connect(POST + b"Content-Length: 4\r\n\r\nab")
    until(lambda: any(c.request for c in running.server._channels()))
    running.stop()
    assert "1 connections are cut" in caplog.text
    half.close()
