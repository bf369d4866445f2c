"""Serve the app with waitress."""

from __future__ import annotations

import logging
import signal

from webhooks.app import create_app
from webhooks.connections import Server
from worker.settings.settings import Settings

THREADS = 4

log = logging.getLogger("sluice.web")


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal ends the process; a request under way is finished.

    A second signal ends it at once. Raises OSError or ValueError if it can't listen there.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # waitress reads a whole request before it takes a thread: slow clients hold no thread.
    server = Server(create_app(settings), host, port, THREADS)

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    for address in server.addresses:
        log.info("serving on %s", address)
    server.run()
    log.info("ended, with no request under way")
