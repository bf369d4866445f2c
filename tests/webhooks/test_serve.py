"""The process `sluice web`: it stays open under many connections, and ends without loss."""

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from cli.demo_run.redis_server import free_port
from sandbox import Sandbox
from tests.live import SECRET, environment
from tests.waiting import until
from worker.store.work_queue import Store

ROOT = Path(__file__).resolve().parents[2]
OPEN = 490


class Web:
    """A process `sluice web`."""

    def __init__(self, env: dict[str, str]) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "cli", "web", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env={**os.environ, **env}, cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        until(self.answers)

    def answers(self) -> bool:
        assert self.process.poll() is None
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/nothing", timeout=60).ok is False
        except requests.ConnectionError:
            return False

    def connect(self, first: bytes = b"") -> socket.socket:
        found = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        found.sendall(first)
        return found


@pytest.fixture
def web(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[Web]:
    env = environment(sandbox, redis_url, tmp_path)
    found = Web({**env, "SLUICE_MAIN_SECRET_OLD": "the secret before"})
    yield found
    found.process.kill()
    found.process.communicate()


def webhook(issue: int, secret: str = SECRET) -> tuple[bytes, bytes]:
    """The headers and the body of a signed webhook."""
    event = {"webhookEvent": "jira:issue_updated", "issue": {"id": issue}}
    body = json.dumps(event).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    head = f"POST /webhooks/main HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha256={mac}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode(), body


def test_490_idle_connections_leave_the_door_open_and_a_request_under_way_is_finished(
    web: Web, redis_url: str
) -> None:
    idle = [web.connect() for _ in range(OPEN)]
    head, body = webhook(10001)
    with web.connect(head + body) as one:
        assert b" 202 " in one.recv(4096)
    head, body = webhook(10002, "the secret before")
    half = web.connect(head + body[:5])
    web.process.send_signal(signal.SIGTERM)
    until(lambda: not web.answers())
    half.sendall(body[5:])
    assert b" 202 " in half.recv(4096)
    assert web.process.wait(60) == 0
    store = Store(redis_url, "main")
    assert store.begin("10002").events, "what was answered is queued"
    assert store.deliveries.seen().secret == "old"
    for connection in idle:
        connection.close()
