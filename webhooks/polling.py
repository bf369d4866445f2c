"""Wait for connections without a look at each of them: hundreds that are idle cost nothing.

waitress asks each open connection, in each turn, whether it wants to read or write. With 490 idle
ones that takes longer than the webhook itself. Only what just moved is asked here.
"""

from __future__ import annotations

import selectors
from select import POLLIN, POLLOUT
from typing import Any

from waitress import wasyncore

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Poller:
    """What waitress's objects wait for. All calls come from the thread that serves.

    `map` has the objects by their file, as waitress keeps it. An object may have `settled`: it is
    asked again only after an event of its own.
    """

    def __init__(self, map: dict[int, Any]) -> None:
        self._map = map
        self._selector = selectors.DefaultSelector()
        self._waits: dict[int, int] = {}
        self._moving: set[int] = set()

    def watch(self, fd: int) -> None:
        """Ask an object in the next turn what it waits for."""
        self._moving.add(fd)

    def forget(self, fd: int) -> None:
        """Stop waiting for a file; to be called before it is closed."""
        self._moving.discard(fd)
        if self._waits.pop(fd, 0):
            self._selector.unregister(fd)

    def turn(self, seconds: float) -> None:
        """Wait for events, at most so many seconds, and let the objects handle them."""
        for fd in list(self._moving):
            self._ask(fd)
        for key, events in self._selector.select(seconds):
            one = self._map.get(key.fd)
            if one is not None:
                self._moving.add(key.fd)
                flags = (POLLIN if events & _READ else 0) | (POLLOUT if events & _WRITE else 0)
                wasyncore.readwrite(one, flags)

    def _ask(self, fd: int) -> None:
        one = self._map.get(fd)
        if one is None:
            self.forget(fd)
            return
        wants = _READ if one.readable() else 0
        if one.writable() and not one.accepting:
            wants |= _WRITE
        self._wait(fd, wants)
        if wants == _READ and getattr(one, "settled", False):
            self._moving.discard(fd)

    def _wait(self, fd: int, wants: int) -> None:
        before = self._waits.get(fd, 0)
        if wants == before:
            return
        if not wants:
            self._selector.unregister(fd)
        elif before:
            self._selector.modify(fd, wants)
        else:
            self._selector.register(fd, wants)
        self._waits[fd] = wants

    def close(self) -> None:
        """Close the selector."""
        self._selector.close()
