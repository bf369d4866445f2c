"""Boards, sprints and epics."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client, Receiver
from tests.waiting import until

DATES = {"startDate": "2026-11-30T09:00:00.000+0000", "endDate": "2026-12-11T17:00:00.000+0000"}


@pytest.fixture
def agile(sandbox: Sandbox) -> Client:
    """A client of Jira Software's API."""
    client = Client(sandbox)
    client.base = f"{sandbox.url}/rest/agile/1.0/"
    return client


def new_sprint(agile: Client, name: str = "Sprint 1") -> int:
    board = agile.get("board", projectKeyOrId="DEMO")["values"][0]["id"]
    made = agile.post("sprint", {"name": name, "originBoardId": board})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def test_a_project_has_a_board_with_its_issues(client: Client, agile: Client) -> None:
    client.create("a")
    (board,) = agile.get("board", projectKeyOrId="DEMO")["values"]
    assert board["location"]["projectKey"] == "DEMO"
    assert agile.get(f"board/{board['id']}/issue")["total"] == 1
    assert agile.get(f"board/{board['id']}/backlog", jql="summary ~ b")["total"] == 0
    points = agile.get(f"board/{board['id']}/configuration")["estimation"]["field"]
    assert points == {"fieldId": "customfield_10016", "displayName": "Story Points"}


def test_a_sprint_is_filled_started_and_closed(client: Client, agile: Client) -> None:
    issue, sprint = client.create("a"), new_sprint(agile)
    assert agile.post(f"sprint/{sprint}/issue", {"issues": [issue]}).status_code == 204
    assert client.found("sprint in openSprints()") == []
    assert agile.post(f"sprint/{sprint}", {"state": "active"}).status_code == 400
    assert agile.post(f"sprint/{sprint}", DATES | {"state": "active"}).status_code == 200
    assert client.found("sprint in openSprints()") == client.found('sprint = "Sprint 1"') == ["a"]
    (shown,) = client.get(f"issue/{issue}")["fields"]["customfield_10020"]
    assert (shown["name"], shown["state"]) == ("Sprint 1", "active")
    assert agile.get("board/1/backlog")["total"] == 0
    assert agile.post(f"sprint/{sprint}", {"state": "closed"}).json()["completeDate"]
    second = new_sprint(agile, "Sprint 2")
    agile.post(f"sprint/{second}/issue", {"issues": [issue]})
    names = [one["name"] for one in client.get(f"issue/{issue}")["fields"]["customfield_10020"]]
    assert names == ["Sprint 1", "Sprint 2"]
    agile.post("backlog/issue", {"issues": [issue]})
    assert agile.get(f"sprint/{second}/issue")["total"] == 0
    states = [one["state"] for one in agile.get("board/1/sprint", state="closed")["values"]]
    assert states == ["closed"]


@pytest.fixture
def server() -> Iterator[Sandbox]:
    with Sandbox(deployment="datacenter") as jira:
        yield jira


def test_data_center_writes_sprints_as_java_does(server: Sandbox) -> None:
    client = Client(server)
    issue, base = client.create(), f"{server.url}/rest/agile/1.0"
    made = client.post(f"{base}/sprint", {"name": "Sprint 1", "originBoardId": 1}).json()
    client.put(f"issue/{issue}", {"fields": {"customfield_10020": made["id"]}})
    (shown,) = client.get(f"issue/{issue}")["fields"]["customfield_10020"]
    assert f"[id={made['id']},rapidViewId=1,state=FUTURE,name=Sprint 1," in shown


def test_an_epic_gets_a_story_and_the_webhook_names_both_by_id_only(
    server: Sandbox, receiver: Receiver
) -> None:
    client = Client(server)
    epic, story = client.create("epic", issuetype={"name": "Epic"}), client.create("story")
    events = ("issuelink_created", "jira:issue_updated")
    server.webhooks.add(receiver.url, events=events)
    path = f"{server.url}/rest/agile/1.0/epic/{epic}/issue"
    assert client.post(path, {"issues": [story]}).status_code == 204
    (got,) = until(lambda: receiver.got)
    ids = [int(client.get(f"issue/{key}")["id"]) for key in (epic, story)]
    link = got.body["issueLink"]
    assert [link["sourceIssueId"], link["destinationIssueId"]] == ids
    assert got.body["webhookEvent"] == "issuelink_created"
    assert client.get(path)["total"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "board/99", None, 404),
        ("GET", "board/x", None, 404),
        ("GET", "board?projectKeyOrId=NOPE", None, 400),
        ("POST", "sprint", {"name": "a"}, 400),
        ("POST", "sprint", {"name": "a", "originBoardId": [1]}, 400),
        ("POST", "sprint", {"name": " ", "originBoardId": 1}, 400),
        ("POST", "sprint", {"name": "a", "originBoardId": 1, "startDate": "soon"}, 400),
        ("GET", "sprint/77", None, 404),
        ("POST", "backlog/issue", {"issues": []}, 400),
        ("POST", "backlog/issue", {"issues": ["NO-1"]}, 404),
    ],
)
def test_what_no_board_knows_is_refused(
    agile: Client, method: str, path: str, body: object, status: int
) -> None:
    assert agile.call(method, path, body).status_code == status
