"""Take the address of the webhook as people type it: with slashes too many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def tidy_path(app: Wsgi) -> Wsgi:
    """Return an app that takes `//webhooks/main/` for `/webhooks/main`.

    Jira follows no redirect with a webhook: the event would be lost.
    """

    def tidied(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = re.sub("/{2,}", "/", environ.get("PATH_INFO") or "/").strip()
        environ["PATH_INFO"] = path.rstrip("/") or "/"
        return app(environ, start_response)

    return tidied
