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
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Serve from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close every socket."""
        # Told in the server's own thread: it closes the trigger, which nobody may pull after that.
        self._server.trigger.pull_trigger(self._end)
        if self._thread.is_alive():
            self._thread.join(2 * PATIENCE_S)

    def _end(self) -> None:
        self._stopping = True

    def _run(self) -> None:
        server = self._server
        while not self._stopping:
            server.asyncore.loop(timeout=5, use_poll=True, map=server._map, count=1)
        # Its threads pull the trigger when they are done: they go first.
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=PATIENCE_S)
        for channel in list(server._map.values()):
            channel.close()
