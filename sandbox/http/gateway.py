"""Answer as what stands before Jira does: a gateway, a login page, a proxy, an expired sign-in."""

from __future__ import annotations

import math
from http import HTTPStatus

from flask import Response, request

from sandbox.http.answers import answer

UNAUTHORIZED = {
    "message": "Client must be authenticated to access this resource.",
    "status-code": 401,
}
PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"


def retry_after(wait: float | str | None) -> dict[str, str]:
    """Return the header that tells a wait: whole seconds, or a date as it is."""
    if wait is None:
        return {}
    return {"Retry-After": wait if isinstance(wait, str) else str(math.ceil(wait))}


def gateway(status: int, base_url: str, wait: float | str | None = None) -> Response:
    """Return an answer that is not from Jira: a page, whatever the client accepts."""
    headers = retry_after(wait)
    if status == 401:
        return answer(UNAUTHORIZED, 401, headers | {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    if 300 <= status < 400:
        headers["Location"] = f"{base_url}/login.jsp?os_destination={request.path}"
    return page(status, headers)


def page(status: int, headers: dict[str, str] | None = None) -> Response:
    """Return a page of HTML that names its status."""
    known = {each.value: each.phrase for each in HTTPStatus}
    title = f"{status} {known.get(status, 'Unknown Error')}"
    return Response(PAGE.format(title), status, headers, content_type="text/html; charset=utf-8")
