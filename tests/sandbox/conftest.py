"""Fixtures of the sandbox's own tests: plain HTTP clients, and a receiver of webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from sandbox import Sandbox


class Client:
    """A signed-in HTTP client: `client.put("issue/DEMO-1", {...})`."""

    def __init__(self, jira: Sandbox, account: str = "sluice") -> None:
        self.base = f"{jira.url}/rest/api/2/"
        self.session = requests.Session()
        self.session.headers.update(jira.authorization(account))

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """One request; `body` is sent as JSON."""
        url = path if path.startswith("http") else self.base + path
        return self.session.request(method, url, json=body, timeout=60, **more)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that must succeed."""
        response = self.call("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: Any) -> requests.Response:
        """POST JSON."""
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> requests.Response:
        """PUT JSON."""
        return self.call("PUT", path, body)

    def create(self, summary: str = "It broke", **fields: Any) -> str:
        """Create an issue of DEMO; its key."""
        asked = {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}, "summary": summary}
        response = self.post("issue", {"fields": asked | fields})
        assert response.status_code == 201, response.text
        return str(response.json()["key"])

    def found(self, jql: str) -> list[str]:
        """Summaries that a query finds, in order (Cloud)."""
        body = {"jql": jql, "fields": ["summary"], "maxResults": 100}
        response = self.post("search/jql", body)
        assert response.status_code == 200, response.text
        return [issue["fields"]["summary"] for issue in response.json()["issues"]]


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    """A client signed in as the bot."""
    return Client(sandbox)


@pytest.fixture
def person(sandbox: Sandbox) -> Client:
    """A client signed in as the PM."""
    return Client(sandbox, "pm")


@dataclass
class Got:
    """One webhook as it arrived."""

    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body."""
        value: dict[str, Any] = json.loads(self.raw)
        return value


@dataclass
class Receiver:
    """Receives webhooks; `answers` are the statuses to give first, then 200."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def events(self) -> list[str]:
        """The names of the events that arrived."""
        return [g.body["webhookEvent"] for g in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real HTTP server that keeps what it gets."""
    kept = Receiver()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                kept.got.append(Got(dict(self.headers), raw))
                status = kept.answers.pop(0) if kept.answers else 200
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()
