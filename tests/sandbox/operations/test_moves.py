"""An issue of the past comes with its history, as Jira would have written it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client

CLASS, GATE, POINTS = "customfield_10050", "customfield_10052", "customfield_10016"
MOVES: list[dict[str, Any]] = [
    {"at": "2026-11-02T09:00:00+08:00", "by": "sluice", "class": "Tech debt", "gate": "Accept"},
    {"at": "2026-11-03T09:00:00+08:00", "by": "pm", "assignee": "dev", "points": 3},
    {"at": "2026-11-04T09:00:00+08:00", "by": "dev", "status": "In Progress"},
    {"at": "2026-11-05T09:00:00+08:00", "by": "dev", "status": "Done", "resolution": "Won't Do"},
]


def load(sandbox: Sandbox, client: Client, moves: Any) -> Any:
    fields = {
        "project": {"key": "DEMO"},
        "issuetype": {"name": "Task"},
        "summary": "old",
    }
    body = {"fields": fields, "created": "2026-11-01T09:00:00+08:00", "moves": moves}
    return client.post(f"{sandbox.url}/sandbox/issues", body)


def test_each_move_is_in_the_fields_and_the_changelog_with_its_time_and_person(
    sandbox: Sandbox, client: Client
) -> None:
    made = load(sandbox, client, MOVES)
    assert made.status_code == 201, made.text
    issue = client.get(f"issue/{made.json()['key']}", expand="changelog")
    fields = issue["fields"]
    assert fields["status"]["name"] == "Done"
    assert fields["resolution"]["name"] == "Won't Do"
    assert fields["assignee"]["displayName"] == "Dan Dev"
    assert (fields[CLASS]["value"], fields[GATE]["value"], fields[POINTS]) == (
        *("Tech debt", "Accept", 3.0),
    )
    done = "2026-11-05T01:00:00.000+0000"
    assert (fields["resolutiondate"], fields["updated"]) == (done, done)
    histories = sorted(issue["changelog"]["histories"], key=lambda one: str(one["created"]))
    said = [
        (one["created"][:16], one["author"]["displayName"], item["fieldId"], item["toString"])
        for one in histories
        for item in one["items"]
    ]
    assert said == [
        ("2026-11-02T01:00", "Sluice", CLASS, "Tech debt"),
        ("2026-11-02T01:00", "Sluice", GATE, "Accept"),
        ("2026-11-03T01:00", "Ada PM", POINTS, "3"),
        ("2026-11-03T01:00", "Ada PM", "assignee", "Dan Dev"),
        ("2026-11-04T01:00", "Dan Dev", "status", "In Progress"),
        ("2026-11-05T01:00", "Dan Dev", "status", "Done"),
        ("2026-11-05T01:00", "Dan Dev", "resolution", "Won't Do"),
    ]


def test_an_issue_that_is_reopened_has_no_resolution(sandbox: Sandbox, client: Client) -> None:
    again = {"at": "2026-11-06T09:00:00+08:00", "status": "In Progress"}
    made = load(sandbox, client, [*MOVES, again, again | {"assignee": None, "class": None}])
    fields = client.get(f"issue/{made.json()['key']}")["fields"]
    assert (fields["status"]["name"], fields["resolution"]) == ("In Progress", None)
    assert (fields["assignee"], fields[CLASS]) == (None, None)


@pytest.mark.parametrize(
    "moves",
    [
        7,
        [7],
        [{}],
        [{"at": "yesterday", "status": "Done"}],
        [{"at": "2026-11-02T09:00:00Z", "status": "Lost"}],
        [{"at": "2026-11-02T09:00:00Z", "by": "nobody", "status": "Done"}],
        [{"at": "2026-11-02T09:00:00Z", "assignee": "nobody"}],
        [{"at": "2026-11-02T09:00:00Z", "class": "No class"}],
        [{"at": "2026-11-02T09:00:00Z", "points": "many"}],
        [{"at": "2026-11-02T09:00:00Z", "colour": "red"}],
        MOVES[::-1],
    ],
)
def test_a_wrong_move_is_refused_and_no_issue_is_created(
    sandbox: Sandbox, client: Client, moves: Any
) -> None:
    before = len(sandbox.model.issues)
    assert load(sandbox, client, moves).status_code == 400
    assert len(sandbox.model.issues) == before
