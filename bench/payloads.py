"""Build signed webhooks: a captured one of median size, for a different issue each time."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

CAPTURED = Path(__file__).resolve().parents[2] / "shared" / "payloads" / "webhooks"
"""These files are not in the repository."""

_names = count(1)


def payload() -> dict[str, Any]:
    """Return the captured issue update of median size, else a generated one."""
    bodies = [json.loads(file.read_bytes()) for file in sorted(CAPTURED.glob("*.json"))]
    updates = [body for body in bodies if body.get("webhookEvent") == "jira:issue_updated"]
    fitting = [body for body in updates if (body.get("issue") or {}).get("id")]
    return sorted(fitting, key=lambda b: len(_dump(b)))[len(fitting) // 2] if fitting else made_up()


def made_up() -> dict[str, Any]:
    """Return an update in Jira's format, with fifty custom fields as on a usual site."""
    pm = {"self": "https://example.com/user", "accountId": "5b10a2844c20165700ede21g"}
    return {
        "timestamp": 1790000000000,
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic",
        "user": pm,
        "issue": {
            "id": "10001",
            "self": "https://example.com/rest/api/2/issue/10001",
            "key": "SHOP-1",
            "fields": {
                "summary": "The cart forgets its items",
                "description": "As a shopper I want to find my cart again. " * 40,
                "issuetype": {"id": "10004", "name": "Bug", "subtask": False},
                "project": {"id": "10000", "key": "SHOP", "name": "Shop"},
                "priority": {"id": "3", "name": "Medium"},
                "reporter": pm,
                "labels": ["cart", "checkout"],
                **{f"customfield_{10000 + n}": None for n in range(50)},
            },
        },
        "changelog": {"id": "10124", "items": [{"field": "summary", "fieldtype": "jira"}]},
    }


def size(body: dict[str, Any]) -> int:
    """Return the size in bytes on the wire."""
    return len(_dump(body))


def requests_about(body: dict[str, Any], issues: Iterator[int], secret: str, n: int) -> list[bytes]:
    """Return the next `n` complete HTTP requests, signed, each with its own delivery identifier."""
    return [_request(_about(body, next(issues)), secret) for _ in range(n)]


def _about(body: dict[str, Any], issue: int) -> bytes:
    return _dump({**body, "issue": {**body["issue"], "id": str(issue)}})


def _dump(body: dict[str, Any]) -> bytes:
    # Jira's JSON has no white space.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _request(body: bytes, secret: str) -> bytes:
    lines = (
        "POST /webhooks/bench HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: Atlassian Webhook HTTP Client",
        "Content-Type: application/json; charset=UTF-8",
        f"Content-Length: {len(body)}",
        f"X-Atlassian-Webhook-Identifier: bench-{next(_names)}",
        f"X-Hub-Signature: sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body
