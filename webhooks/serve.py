"""Serve the app with waitress."""

from __future__ import annotations

import logging

import waitress

from webhooks.app import MAX_BODY, create_app
from worker.settings.settings import Settings

THREADS = 4


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal ends the process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # waitress reads a whole request before it takes a thread: slow clients hold no thread.
    waitress.serve(
        create_app(settings),
        host=host,
        port=port,
        threads=THREADS,
        # Above the app's own limit, so that the app answers; waitress keeps large bodies on disk.
        max_request_body_size=2 * MAX_BODY,
        channel_timeout=30,
        ident=None,
    )
