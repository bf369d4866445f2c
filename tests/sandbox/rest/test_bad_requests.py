"""Whatever is sent, the sandbox answers as Jira would, and never with a 500."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import requests

from sandbox import Sandbox
from tests.sandbox.conftest import Client

NO_ISSUE = {
    "errorMessages": ["Issue does not exist or you do not have permission to see it."],
    "errors": {},
}


def test_missing_and_wrong_credentials_get_401(sandbox: Sandbox) -> None:
    address = f"{sandbox.url}/rest/api/2/myself"
    for headers in (
        {},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer token-sluice"},
        {"Authorization": "Basic \xff"},
    ):
        refused = requests.get(address, headers=headers, timeout=60)
        assert refused.status_code == 401
        assert refused.json()["message"].startswith("Client must be authenticated")
    assert requests.get(f"{sandbox.url}/rest/api/2/serverInfo", timeout=60).status_code == 200


def test_data_center_takes_a_bearer_token_and_no_basic_auth() -> None:
    with Sandbox(deployment="datacenter") as server:
        assert Client(server).get("myself")["key"] == "sluice"
        address = f"{server.url}/rest/api/2/myself"
        basic = requests.get(address, auth=("sluice@example.com", "token-sluice"), timeout=60)
        assert basic.status_code == 401


def test_an_unknown_issue_is_404_in_jiras_words(client: Client) -> None:
    for method, path in (
        ("GET", "issue/DEMO-9"),
        ("GET", "issue/99999"),
        ("DELETE", "issue/DEMO-9"),
        ("GET", "issue/DEMO-9/comment"),
        ("GET", "issue/DEMO-9/properties/x"),
    ):
        missing = client.call(method, path)
        assert (missing.status_code, missing.json()) == (404, NO_ISSUE)
    assert client.put("issue/DEMO-9", {"fields": {}}).json() == NO_ISSUE


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"summary": None}, {"summary": "You must specify a summary of the issue."}),
        ({"issuetype": {"name": "Nope"}}, {"issuetype": "Specify a valid issue type"}),
        ({"project": {"key": "NOPE"}}, {"project": "valid project is required"}),
        ({"zzz": 1}, {"zzz": "Field 'zzz' cannot be set. It is not on the appropriate screen, "
                             "or unknown."}),
        ({"description": "x" * 32768}, {"description": "The entered text is too long. It exceeds "
                                                       "the allowed limit of 32,767 characters."}),
    ],
)  # fmt: skip
def test_a_create_that_is_wrong_names_the_field(
    client: Client, fields: dict[str, object], errors: dict[str, str]
) -> None:
    good = {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}, "summary": "a"}
    refused = client.post("issue", {"fields": good | fields})
    assert (refused.status_code, refused.json()["errors"]) == (400, errors)


def test_a_body_that_is_not_json_is_400_and_a_huge_one_413(client: Client) -> None:
    key = client.create()
    url = f"{client.base}issue/{key}"
    for raw in (b"{", b"[1]", b"\xff\xfe", b"nan", b'{"a": NaN}', b"[" * 50_000, b'"\\ud800"', b""):
        assert client.session.put(url, data=raw, timeout=60).status_code == 400, raw[:20]
    assert client.session.put(url, data=b" " * 11_000_000, timeout=60).status_code == 413


def test_comments_of_a_wrong_size_are_400(client: Client) -> None:
    key = client.create()
    for text in ("", "   ", "x" * 32768, None, 5, {"type": "doc"}):
        assert client.post(f"issue/{key}/comment", {"body": text}).status_code == 400
    assert client.post(f"issue/{key}/comment", {"body": "x" * 32767}).status_code == 201


def test_unknown_addresses_and_methods_are_404_and_405_in_json(client: Client) -> None:
    assert client.call("GET", "nonsense").status_code == 404
    assert client.call("GET", client.base.replace("/2/", "/9/") + "myself").status_code == 404
    assert client.call("PATCH", "myself").status_code == 405
    assert client.call("GET", "nonsense").json()["errorMessages"]


ROUTES = (
    ("POST", "issue"),
    ("POST", "issue/bulk"),
    ("PUT", "issue/DEMO-1"),
    ("POST", "issue/DEMO-1/comment"),
    ("POST", "issue/DEMO-1/transitions"),
    ("PUT", "issue/DEMO-1/assignee"),
    ("PUT", "issue/DEMO-1/properties/p"),
    ("POST", "issue/DEMO-1/attachments"),
    ("POST", "issue/DEMO-1/watchers"),
    ("POST", "search/jql"),
    ("POST", "search/approximate-count"),
    ("POST", "issue/bulkfetch"),
    ("POST", "issueLink"),
    ("POST", "project"),
    ("POST", "field"),
    ("POST", "component"),
    ("POST", "field/customfield_10050/context/10050/option"),
    ("POST", "/rest/webhooks/1.0/webhook"),
    ("POST", "/sandbox/issues"),
    ("PUT", "/sandbox/limits"),
    ("PUT", "/sandbox/faults"),
    ("POST", "/sandbox/site/copy"),
    ("POST", "/sandbox/site/field"),
    ("POST", "/sandbox/site/hide-option"),
    ("POST", "/sandbox/site/language"),
    ("POST", "/sandbox/site/take-right"),
    ("PUT", "project/DEMO"),
    ("POST", "issue/DEMO-1/worklog"),
    ("POST", "issue/DEMO-1/remotelink"),
    ("PUT", "comment/10000/properties/p"),
    ("PUT", "/rest/api/3/issue/DEMO-1"),
    ("POST", "/rest/api/3/issue/DEMO-1/comment"),
    ("POST", "/rest/api/3/changelog/bulkfetch"),
    ("POST", "/rest/agile/1.0/sprint"),
    ("POST", "/rest/agile/1.0/sprint/1"),
    ("POST", "/rest/agile/1.0/sprint/1/issue"),
    ("POST", "/rest/agile/1.0/backlog/issue"),
    ("POST", "/rest/agile/1.0/epic/DEMO-1/issue"),
)
KEYS = [
    "fields",
    "update",
    "properties",
    "key",
    "value",
    "id",
    "name",
    "project",
    "issuetype",
    "summary",
    "description",
    "priority",
    "labels",
    "components",
    "comment",
    "add",
    "set",
    "remove",
    "edit",
    "body",
    "transition",
    "resolution",
    "jql",
    "nextPageToken",
    "maxResults",
    "expand",
    "issueIdsOrKeys",
    "type",
    "inwardIssue",
    "outwardIssue",
    "url",
    "events",
    "filters",
    "secret",
    "options",
    "issueUpdates",
    "accountId",
    "parent",
    "customfield_10050",
    "customfield_10051",
    "created",
    "status",
    "resolutiondate",
    "duedate",
    "assignee",
    "reporter",
    "fixVersions",
    "issue-related-events-section",
    "visibility",
    "content",
    "timeSpent",
    "started",
    "object",
    "globalId",
    "originBoardId",
    "state",
    "startDate",
    "issues",
    "issue",
    "right",
    "language",
    "kind",
    "content",
    "customfield_10020",
]
LEAVES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 1e300, "", "x", "DEMO", "DEMO-1", "Bug", "Done", "a b",
    "10000", "31", "project = DEMO", "summary ~ \"*\"", "created > -9999999999w", "\u0000",
    "中文", "customfield_10050", "doc", 1, "role",
    "Developers", "1h", "active", "pm", "option", "2026-01-01", "9999-99-99T00:00:00.000+0000",
    "http://[::1", "((",
)  # fmt: skip


def _junk(random: Random, depth: int = 0) -> Any:
    roll = random.random()
    if depth > 4 or roll < 0.35:
        return random.choice(LEAVES)
    if roll < 0.5:
        return [_junk(random, depth + 1) for _ in range(random.randrange(4))]
    return {random.choice(KEYS): _junk(random, depth + 1) for _ in range(random.randrange(5))}


def _shaped(random: Random) -> Any:
    fields = {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}, "summary": "a"}
    fields |= {random.choice(KEYS): _junk(random, 2) for _ in range(2)}
    update = {random.choice(KEYS): [{random.choice(("add", "set", "edit")): _junk(random, 3)}]}
    return {"fields": fields, "update": update, random.choice(KEYS): _junk(random, 1)}


def test_random_json_never_makes_a_500(sandbox: Sandbox, client: Client) -> None:
    client.create()
    client.post(f"{sandbox.url}/rest/agile/1.0/sprint", {"name": "a", "originBoardId": 1})
    random = Random(11)
    for turn in range(900):
        method, path = ROUTES[turn % len(ROUTES)]
        url = sandbox.url + path if path.startswith("/") else path
        body = _shaped(random) if turn % 3 == 0 else _junk(random)
        answer = client.call(method, url, body)
        assert answer.status_code < 500, (method, path, body, answer.text)
    assert client.get("issue/DEMO-1", expand="changelog,names,editmeta,renderedFields")
    assert requests.get(sandbox.url, timeout=60).status_code == 200


@pytest.fixture(scope="module")
def shared_client() -> Iterator[Client]:
    with Sandbox() as jira:
        client = Client(jira)
        client.create()
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "issue/DEMO-1?fields=*all,-,,nope&expand=x&properties=%00",
        "issue/%00",
        "issue/DEMO-1/comment?startAt=-1",
        "issue/DEMO-1/comment?startAt=abc",
        "issue/DEMO-1/comment?startAt=99999999999999999999",
        "issue/DEMO-1/comment/x",
        "issue/DEMO-1/changelog?maxResults=²",
        "search/jql?jql=%ff%fe",
        "search/jql?jql=project=DEMO&maxResults=0",
        "search/jql?jql=created>99999999999999",
        "search/jql?jql=summary~%22(%5B%22",
        "attachment/x",
        "attachment/content/1",
        "priority/9",
        "project/NOPE",
        "field/summary/context",
        "user?accountId=x",
        "issue/DEMO-1/worklog/x",
        "issue/DEMO-1/remotelink/x",
        "comment/x/properties/y",
        "mypermissions?permissions=,",
        "mypermissions?permissions=EDIT_ISSUES&issueId=x",
        "project/DEMO/role/x",
        "issue/createmeta?projectKeys=DEMO&expand=projects.issuetypes.fields",
    ],
)
def test_odd_reads_are_answered_below_500(shared_client: Client, path: str) -> None:
    assert shared_client.call("GET", path).status_code < 500
