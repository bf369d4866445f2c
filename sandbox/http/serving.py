"""A waitress server in a background thread that can be stopped."""

from __future__ import annotations

import threading
from typing import Any

PATIENCE_S = 10.0


class Serving:
    """Serves until `stop`, which lets requests that are under way end first."""

    def __init__(self, server: Any, name: str) -> None:
        self._server = server
        self._stopping = False
        self._pulled = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Serve from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close every socket; a second time does nothing."""
        if self._pulled.is_set():
            return
        # Told in the server's own thread: it closes the trigger, which nobody may pull after that.
        self._server.trigger.pull_trigger(self._end)
        self._pulled.set()
        if self._thread.ident is None:
            self._close()
        else:
            self._thread.join(2 * PATIENCE_S)

    def _end(self) -> None:
        self._stopping = True

    def _run(self) -> None:
        while not self._stopping:
            server = self._server
            server.asyncore.loop(timeout=5, use_poll=True, map=server._map, count=1)
        # A request that ends pulls the trigger too, so word may come before `stop` has pulled it.
        self._pulled.wait()
        self._close()

    def _close(self) -> None:
        # The dispatcher's threads pull the trigger when they are done: they go first.
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=PATIENCE_S)
        for channel in list(self._server._map.values()):
            channel.close()
