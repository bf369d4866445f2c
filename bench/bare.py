"""Run a minimal webhook receiver, under the same server as Sluice: `python -m bench.bare`.

It parses the body and answers. It checks no signature, reads no field and queues nothing.
"""

from __future__ import annotations

import json
import sys

from flask import Flask, Response, request

from webhooks.connections import Server
from webhooks.serve import THREADS


def create_app() -> Flask:
    """Return an application with two routes: one parses the body, one reports health."""
    app = Flask("bare", static_folder=None)

    @app.post("/webhooks/<site>")
    def webhook(site: str) -> Response:
        json.loads(request.get_data())
        return Response("taken\n", 202, mimetype="text/plain")

    @app.get("/health")
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain")

    return app


if __name__ == "__main__":
    Server(create_app(), "127.0.0.1", int(sys.argv[1]), THREADS).run()
