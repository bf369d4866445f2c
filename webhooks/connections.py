"""Keep the door open: limits and time-outs of waitress's connections, and an end without loss.

The only place that knows the insides of waitress. Its own limit of 100 connections stops to accept
at the 101st, for as long as the first hundred please.
"""

from __future__ import annotations

import io
import logging
import resource
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import FixedStreamReceiver
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import BadRequest, Error

from webhooks.door import MAX_BODY
from webhooks.paths import Wsgi
from webhooks.polling import Poller

CONNECTIONS = 1000
"""One more connection closes the one that has been silent for longest."""

IDLE_S = 75
"""A connection without a request is closed after so long: later than usual proxies close it."""

REQUEST_S = 20.0
"""A request has to arrive whole in this time: Jira itself gives up after 20 s."""

DRAIN_S = 7.0
"""At its end, the process waits so long for requests under way. Docker kills after 10 s."""

QUIET_S = 1.0
"""At the end, a connection without a request is closed after so long: one may be on its way."""

IN_MEMORY = 64 * 1024
"""A body larger than this is kept in a file until it is whole."""

ROOM = 8 * MAX_BODY
"""All bodies that are not answered yet have at most this size together. Beyond it, Jira is asked
to send a body that does not stay in memory later."""

FILES_OF_OTHERS = 64
"""Files that are open beside connections: Redis, rule files, the log."""

MAX_HEADERS = 32 * 1024
MAX_CHUNK_LINE = 1024

log = logging.getLogger("sluice.web")


class NoRoom(Error):  # type: ignore[misc]
    """Too many large bodies arrive at once: answer 503, so that Jira sends it again."""

    code = 503
    reason = "Service Unavailable"


class _Nowhere:
    """A buffer that forgets: what is too large is read to its end, but not kept."""

    def append(self, _: bytes) -> None:
        """Forget it."""

    def __len__(self) -> int:
        return 0

    def getfile(self) -> Any:
        """Return an empty file."""
        return io.BytesIO()

    def close(self) -> None:
        """Do nothing."""


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request as it arrives. A body that is too large goes on to the app, which answers 413."""

    def received(self, data: bytes) -> int:
        """Take bytes; return how many belong to this request."""
        taken: int = super().received(data)
        if self.chunked and self.body_rcv is not None and not self.error:
            self._check_chunks()
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers. A body that is announced as too large is not kept."""
        try:
            super().parse_header(header_plus)
        except ValueError:  # of `int` or `urlsplit`
            raise ParsingError("a number or the address is malformed") from None
        if self.content_length > MAX_BODY:
            self.body_rcv = FixedStreamReceiver(self.content_length, _Nowhere())

    @property
    def held(self) -> int:
        """Return how many bytes of the body are kept."""
        return len(self.body_rcv) if self.body_rcv is not None else 0

    def _check_chunks(self) -> None:
        """End a body in chunks that is too large, or of more frame than content.

        waitress looks for the end of a line again with each piece of it, and limits no line.
        """
        body = self.body_rcv
        if len(body) > MAX_BODY:
            self.headers["CONTENT_LENGTH"] = str(len(body))
            self.connection_close = self.completed = True
            self.headers["CONNECTION"] = "close"
        frame = self.body_bytes_received - len(body)
        lines = len(body.control_line) + len(body.trailer)
        if lines > MAX_CHUNK_LINE or frame > max(len(body), IN_MEMORY):
            self.error = BadRequest("the chunks are too small, or a line of theirs is too long")
            self.completed = True


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection. It knows since when its request arrives, and ends with the process."""

    parser_class = Parser
    began: float | None = None
    """When the request began that is not whole yet."""

    def add_channel(self, map: dict[int, Any] | None = None) -> None:
        """Wait for this connection, too."""
        super().add_channel(map)
        self.server.poller.watch(self._fileno)

    def del_channel(self, map: dict[int, Any] | None = None) -> None:
        """Wait for it no more."""
        self.server.poller.forget(self._fileno)
        super().del_channel(map)

    def received(self, data: bytes) -> bool:
        """Take bytes of one request or more."""
        going_on = self.request
        taken: bool = super().received(data)
        if self.request is None:
            self.began = None
        elif self.request is not going_on:
            self.began = self.last_activity
        if self.request is not None and self.request.held > IN_MEMORY:
            self.server.check_room(self)
        return taken

    @property
    def held(self) -> int:
        """Return how many bytes of bodies this connection keeps."""
        under_way = [self.request, *self.requests]
        return sum(one.held for one in under_way if one is not None)

    @property
    def busy(self) -> bool:
        """Return whether a request is being answered, or its answer sent."""
        return bool(self.requests or self.total_outbufs_len)

    @property
    def settled(self) -> bool:
        """Return whether only the client can change what this connection waits for."""
        return not (self.busy or self.will_close or self.close_when_flushed)

    def overdue(self, now: float) -> bool:
        """Return whether the client takes too long, with a request or with reading the answer."""
        if self.requests:
            return False
        if self.began is not None and now - self.began > REQUEST_S:
            return True
        patience = REQUEST_S if self.total_outbufs_len else IDLE_S
        return bool(now - self.last_activity > patience)

    def say_last(self) -> None:
        """Let the answer to a request that is under way say that no other is taken."""
        for request in list(self.requests):
            request.headers["CONNECTION"] = "close"

    def service(self) -> None:
        """Answer one request."""
        if self.server.ending:
            self.say_last()
        super().service()


class Listener(TcpWSGIServer):  # type: ignore[misc]
    """An address that waitress listens on."""

    channel_class = Channel
    ending = False
    most = CONNECTIONS
    poller: Poller

    def handle_accept(self) -> None:
        """Take one more connection. If there is no place, the most silent one is closed."""
        super().handle_accept()
        channels = self.active_channels
        if len(channels) > self.most:
            silent = min(channels.values(), key=_silence)
            if not silent.requests:
                silent.handle_close()

    def maintenance(self, now: float) -> None:
        """Close the connections whose clients take too long."""
        for channel in list(self.active_channels.values()):
            if channel.overdue(now):
                channel.handle_close()

    def check_room(self, channel: Channel) -> None:
        """Refuse a large body if the bodies of all connections have no room beside it."""
        if sum(one.held for one in list(self.active_channels.values())) <= ROOM:
            return
        request, channel.request, channel.began = channel.request, None, None
        request.close()
        request.body_rcv = None
        request.error, request.completed = NoRoom("too much arrives at once: try again"), True
        with channel.requests_lock:
            channel.requests.append(request)
            if len(channel.requests) == 1:
                self.add_task(channel)

    def stop_listening(self) -> None:
        """Take the connections that wait, then no more."""
        for _ in range(self.adj.backlog):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                break
        self.poller.forget(self._fileno)
        self.del_channel()
        self.socket.close()
        self.accepting, self.ending = False, True
        for channel in list(self.active_channels.values()):
            channel.say_last()


def _silence(channel: Channel) -> tuple[bool, float]:
    """Return the order in which connections are closed for want of place: the newest is the last.

    Half a request counts from its beginning, so that drops of it gain nothing.
    """
    return channel.busy, channel.began or channel.last_activity


class Server:
    """A waitress server on all addresses of a host. `end` may be called by a signal."""

    def __init__(self, app: Wsgi, host: str, port: int, threads: int) -> None:
        # Raises OSError or ValueError if it can't listen there.
        adjustments = Adjustments(
            host=host,
            port=port,
            threads=threads,
            connection_limit=100 * CONNECTIONS,  # `Listener` has its own limit
            channel_timeout=IDLE_S,
            cleanup_interval=1,
            inbuf_overflow=IN_MEMORY,
            max_request_header_size=MAX_HEADERS,
            max_request_body_size=1 << 62,  # `Parser` has its own limit
            ident=None,
        )
        self._map: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(threads)
        shared = {"dispatcher": self._dispatcher, "adj": adjustments}
        self._listeners = [
            Listener(app, self._map, True, None, sockinfo=one, **shared)
            for one in adjustments.listen
        ]
        self._poller = Poller(self._map)
        for listener in self._listeners:
            listener.most, listener.poller = _places() // len(self._listeners), self._poller
        for fd in self._map:  # the listeners, and the pipes by which threads wake this one
            self._poller.watch(fd)
        self._ending = False
        # It warns for each request that waits for a thread, which is what a thread pool is for.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)

    @property
    def addresses(self) -> list[str]:
        """Return the addresses that it listens on."""
        return [f"http://{one.effective_host}:{one.effective_port}" for one in self._listeners]

    def end(self) -> None:
        """Take no new connections, finish the requests under way, and let `run` return."""
        if not self._ending:
            self._ending = True
            self._listeners[0].pull_trigger()

    def run(self) -> None:
        """Serve until `end` is called. Returns when each request under way is answered."""
        while not self._ending:
            self._poller.turn(1.0)
        for listener in self._listeners:
            listener.stop_listening()
        until = time.time() + DRAIN_S
        while (left := list(self._channels())) and time.time() < until:
            for channel in left:
                silent = time.time() - channel.last_activity > QUIET_S
                if silent and channel.request is None and not channel.busy:
                    channel.handle_close()
            self._poller.turn(0.05)
        if left:
            log.warning("%d connections are cut: their requests took too long", len(left))
        self._dispatcher.shutdown(timeout=2)
        wasyncore.close_all(self._map, ignore_all=True)
        self._poller.close()

    def _channels(self) -> Iterator[Channel]:
        return chain.from_iterable(one.active_channels.values() for one in self._listeners)


def _places() -> int:
    """Return how many connections there may be: each takes two files of those that are allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS + FILES_OF_OTHERS
    if 0 <= soft < wanted:
        soft = wanted if hard < 0 else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft < 0 else max(1, min(CONNECTIONS, (soft - FILES_OF_OTHERS) // 2))
