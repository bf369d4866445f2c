"""A request that is prepared from a kept one is the request that the library would send."""

from __future__ import annotations

from typing import Any

import pytest
from requests import PreparedRequest, Request, Response, Session

from connector.http.prepared import Prepared

ROOT = "https://jira.example.com/base/"


class Sent(Session):
    """A session that keeps what it would send."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = ("sluice@example.com", "secret")
        self.trust_env = False
        self.sent: list[PreparedRequest] = []

    def send(self, request: PreparedRequest, **more: Any) -> Response:
        self.sent.append(request)
        return Response()


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "rest/api/2/issue/10001", {"params": {"fields": "summary,a b", "expand": "ä&="}}),
        ("GET", "rest/api/2/priority", {}),
        ("GET", "rest/api/2/myself", {"params": None}),
        ("PUT", "rest/api/2/issue/10001", {"params": {}, "json": {"fields": {"a": "ü"}}}),
        ("PUT", "rest/api/2/issue/1", {"params": {"notifyUsers": "false"}, "json": {}}),
    ],
)
def test_it_is_the_request_that_the_library_would_send(
    method: str, path: str, more: dict[str, Any]
) -> None:
    session = Sent()
    session.cookies.set("JSESSIONID", "one")
    prepared = Prepared(session, ROOT, (3, 10))
    for _ in range(2):
        send = prepared.request(method, path, more)
        assert send
        send()
        theirs = session.prepare_request(Request(method, ROOT + path, **more))
        ours = session.sent[-1]
        assert (ours.method, ours.url, ours.body) == (theirs.method, theirs.url, theirs.body)
        assert dict(ours.headers) == dict(theirs.headers)
        session.cookies.set("JSESSIONID", "two")


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("POST", "rest/api/2/search", {"json": {}}),
        ("PUT", "rest/api/2/issue/1", {}),
        ("GET", "rest/api/2/issue/../x", {}),
        ("GET", "rest/api/2/issue/ü", {}),
        ("GET", "rest/api/2/issue/1", {"headers": {"a": "b"}}),
    ],
)
def test_what_is_not_plain_is_left_to_the_library(
    method: str, path: str, more: dict[str, Any]
) -> None:
    assert Prepared(Sent(), ROOT, (3, 10)).request(method, path, more) is None
