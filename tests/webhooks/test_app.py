"""The door to the street: what is let in, what is refused, and what is queued."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from cli.demo_run.redis_server import RedisServer
from sandbox import Sandbox
from tests.live import SECRET, Live, live


@pytest.fixture
def door(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[Live]:
    """The web app on a real Redis, with nobody at work on the queue."""
    with live(sandbox, redis_url, tmp_path) as found:
        yield found


def post(door: Live, body: bytes, sign: bool = True, **headers: str) -> requests.Response:
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    signature = {"X-Hub-Signature": f"sha256={mac}"} if sign else {}
    return requests.post(
        f"{door.web}/webhooks/main", body, headers={**signature, **headers}, timeout=60
    )


def event(issue: object = "10001", name: str = "jira:issue_updated", **more: object) -> bytes:
    found = issue if isinstance(issue, dict) else {"id": issue}
    return json.dumps({"webhookEvent": name, "issue": found, **more}).encode()


def queued(door: Live) -> int:
    return int(door.store._redis.llen("sluice"))


def test_a_signed_event_is_accepted_and_queued(door: Live) -> None:
    answer = post(door, event())
    assert (answer.status_code, answer.text) == (202, "queued\n")
    assert queued(door) == 1


def test_an_issue_that_is_pending_is_not_queued_twice(door: Live) -> None:
    for number in range(10):
        assert post(door, event(), **{"X-Atlassian-Webhook-Identifier": str(number)}).ok
    assert queued(door) == 1


def test_a_repeated_delivery_is_ignored(door: Live) -> None:
    name = {"X-Atlassian-Webhook-Identifier": "one"}
    post(door, event(), **name)
    door.store._redis.delete("sluice:main:pending:10001", "sluice")
    assert "came before" in post(door, event(), **name).text
    assert queued(door) == 0


def test_both_ends_of_a_link_are_queued_once(door: Live) -> None:
    link = {"sourceIssueId": 10001, "destinationIssueId": 10002}
    body = json.dumps({"webhookEvent": "issuelink_created", "issueLink": link}).encode()
    name = {"X-Atlassian-Webhook-Identifier": "one"}
    assert post(door, body, **name).text == "queued\n"
    assert queued(door) == 2
    door.store._redis.delete(*door.pending(), "sluice")
    assert "came before" in post(door, body, **name).text
    assert queued(door) == 0


def test_the_issues_that_were_linked_to_a_deleted_one_are_queued(door: Live) -> None:
    fields = {"issuelinks": [{"inwardIssue": {"id": "10002"}}]}
    issue = {"id": "10001", "fields": fields}
    assert post(door, event(name="jira:issue_deleted", issue=issue)).text == "queued\n"
    assert [key.rpartition(":")[2] for key in door.pending()] == ["10002"]


@pytest.mark.parametrize(
    "path", ["/webhooks/main/", "//webhooks/main", "/webhooks//main//", "/webhooks/main%20"]
)
def test_the_address_may_have_slashes_too_many(door: Live, path: str) -> None:
    body = event()
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    prepared = requests.Request(
        "POST", door.web, data=body, headers={"X-Hub-Signature": f"sha256={mac}"}
    ).prepare()
    prepared.url = door.web + path  # as typed: the library would tidy it
    answer = requests.Session().send(prepared, timeout=60, allow_redirects=False)
    assert (answer.status_code, answer.text) == (202, "queued\n")
    assert queued(door) == 1


def test_half_an_emoji_in_a_payload_is_taken(door: Live) -> None:
    half = {"fields": {"summary": "Pay \ud83d"}, "id": "10001"}
    person = {"accountId": "5b1\ud83d", "displayName": "\ude00"}
    assert post(door, event(issue=half, user=person)).text == "queued\n"


def test_an_event_of_our_own_account_is_ignored_but_not_what_it_creates(door: Live) -> None:
    door.store.introduce("5b1")
    mine = {"user": {"accountId": "5b1"}}
    assert "made this change itself" in post(door, event(**mine)).text
    assert queued(door) == 0
    assert post(door, event(name="jira:issue_created", **mine)).text == "queued\n"


def test_a_deleted_issue_is_forgotten(door: Live) -> None:
    post(door, event())
    assert "deleted" in post(door, event(name="jira:issue_deleted")).text
    assert door.pending() == []


@pytest.mark.parametrize("signature", ["", "sha256=00", "sha1=00", "sha256=" + "0" * 64, "\u00e4"])
def test_a_wrong_signature_is_refused_with_401_and_nothing_is_queued(
    door: Live, signature: str
) -> None:
    answer = post(door, event(), sign=False, **{"X-Hub-Signature": signature.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.text.count("\n") == 1
    assert queued(door) == 0 and door.pending() == []


def test_a_missing_signature_is_refused_with_401(door: Live) -> None:
    assert post(door, event(), sign=False).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1, 2]",
        b"{}",
        b"null",
        b"\xff\xff",
        b"[" * 50000,
        event("../../etc"),
        event("1" * 40),
        b'{"issue": {"id": {"a": 1}}}',
    ],
)
def test_a_body_of_another_shape_is_refused_in_one_line(door: Live, body: bytes) -> None:
    answer = post(door, body)
    assert answer.status_code == 400
    assert answer.text.count("\n") == 1 and len(answer.text) < 200
    assert queued(door) == 0 and door.pending() == []


def test_a_body_of_30_mb_is_refused_and_the_next_event_is_served(door: Live) -> None:
    answer = post(door, b" " * (30 * 1024 * 1024))
    assert (answer.status_code, answer.text) == (413, "the body is larger than 25 MB\n")
    assert queued(door) == 0
    assert post(door, event()).status_code == 202


def test_an_unknown_site_or_path_or_method_is_told_in_one_line(door: Live) -> None:
    assert requests.post(f"{door.web}/webhooks/other", b"{}", timeout=60).status_code == 404
    assert requests.get(f"{door.web}/nothing", timeout=60).status_code == 404
    answer = requests.get(f"{door.web}/webhooks/main", timeout=60)
    assert (answer.status_code, answer.text) == (405, "method not allowed\n")


def test_health_tells_what_waits_and_the_dead_letters(door: Live) -> None:
    post(door, event())
    answer = requests.get(f"{door.web}/health", timeout=60)
    told = {"status": "ok", "waiting": 1, "sites": {"main": {"dead_letters": 0}}}
    assert answer.json() == {**told, "books": {"main": {}}, "processes": []}


def test_all_captured_payloads_are_taken_or_deliberately_ignored(door: Live, shared: Path) -> None:
    files = sorted((shared / "payloads" / "webhooks").glob("*.json"))
    assert len(files) == 60
    told = {}
    for file in files:
        answer = post(
            door, file.read_bytes(), **{"X-Atlassian-Webhook-Identifier": str(uuid.uuid4())}
        )
        assert answer.status_code == 202, file.name
        told[file.name] = answer.text.strip()
    ignored = {name for name, text in told.items() if text.startswith("ignored")}
    assert all("issue_deleted" in name or "issue-deleted" in name for name in ignored)
    assert queued(door) >= len(door.pending()) > 10


def test_without_redis_jira_is_asked_to_try_again(sandbox: Sandbox, tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis, live(sandbox, redis.url, tmp_path) as door:
        assert post(door, event()).status_code == 202
        redis.stop()
        answer = post(door, event("10002"))
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert requests.get(f"{door.web}/health", timeout=60).status_code == 503
