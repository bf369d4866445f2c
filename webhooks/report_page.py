"""Show the page of a week at GET /report/PROJECT/WEEK, to who has a token or comes by a proxy.

Off unless a token or a header of the proxy is set. The page comes from Redis, where the worker put
it when it posted the week: no request of a stranger reaches Jira.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping

from flask import Flask, Response, request

from worker.settings.settings import ReportAccess
from worker.store.work_queue import Store

_WEEK = re.compile(r"\d{4}-W\d{2}")


def add_report_page(app: Flask, access: ReportAccess, stores: Mapping[str, Store]) -> None:
    """Add the route. `stores` has the store of each project, by the project's key."""
    if not (access.token or access.header):
        return

    @app.get("/report/<project>/<week>")
    def report(project: str, week: str) -> Response:
        if not _allowed(access):
            answer = _answer(401, "the report needs its token: Authorization: Bearer …")
            answer.headers["WWW-Authenticate"] = 'Bearer realm="Sluice"'
            return answer
        store = stores.get(project)
        found = store.pages.read(project, week) if store and _WEEK.fullmatch(week) else None
        if found is None:
            return _answer(404, "no week of that name was posted here; write one such as 2026-W47")
        answer = Response(found, content_type="text/html; charset=utf-8")
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _allowed(access: ReportAccess) -> bool:
    """Return whether the proxy names a person, or the request has the token."""
    if access.header and request.headers.get(access.header, "").strip():
        return True
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if not access.token or kind.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), access.token.encode())


def _answer(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
