"""`python -m webhooks`: serve the app with waitress."""

from __future__ import annotations

import argparse
import logging

import waitress

from webhooks.app import MAX_BODY, create_app

THREADS = 4


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="sluice web", description="Take Jira's webhooks.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    # waitress reads a request whole before it takes a thread, so slow clients hold none.
    waitress.serve(
        create_app(),
        host=options.host,
        port=options.port,
        threads=THREADS,
        # Above the app's own limit, which answers in a line; waitress keeps large bodies on disk.
        max_request_body_size=2 * MAX_BODY,
        channel_timeout=30,
        ident=None,
    )


if __name__ == "__main__":
    main()
