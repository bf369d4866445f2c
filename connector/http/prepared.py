"""Send plain requests with less work: sign-in, headers and address are prepared once a method."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from requests import PreparedRequest, Request, Response, Session

_PLAIN = re.compile(r"[A-Za-z0-9/_.-]+")
"""The paths that need no encoding; `requests` prepares all others."""


class Prepared:
    """Requests to one address, by a session whose headers, sign-in and hooks stay as they are.

    Proxies and certificates are those of the session, which reads no environment.
    """

    def __init__(self, session: Session, root: str, timeout: tuple[float, float]) -> None:
        self._session, self._root, self._timeout = session, root, timeout
        self._kept: dict[str, PreparedRequest] = {}

    def request(
        self, method: str, path: str, more: Mapping[str, Any]
    ) -> Callable[[], Response] | None:
        """Return what sends a GET, or a PUT of JSON; None for a request of another kind."""
        wanted = {"GET": {"params"}, "PUT": {"params", "json"}}.get(method, set())
        plain = _PLAIN.fullmatch(path) and "/." not in path
        if not plain or not more.keys() <= wanted or (method == "PUT") is not ("json" in more):
            return None
        return lambda: self._send(self._prepared(method, path, **more))

    def _send(self, prepared: PreparedRequest) -> Response:
        proxies, verify = self._session.proxies, self._session.verify
        return self._session.send(prepared, timeout=self._timeout, proxies=proxies, verify=verify)

    def _prepared(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> PreparedRequest:
        """Return the request: what is kept, with its own path, parameters, body and cookies."""
        found = self._template(method).copy()
        query = f"?{urlencode(params)}" if params else ""
        found.url = f"{found.url}{path}{query}"
        if json is not None:
            found.prepare_body(None, None, json)
        if len(self._session.cookies):
            found.prepare_cookies(self._session.cookies)
        return found

    def _template(self, method: str) -> PreparedRequest:
        if method not in self._kept:
            found = self._session.prepare_request(Request(method, self._root))
            for name in ("Cookie", "Content-Length"):  # each request has its own
                found.headers.pop(name, None)
            self._kept[method] = found
        return self._kept[method]
