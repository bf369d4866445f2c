"""Work that is logged on issues."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from sandbox.render.adf import to_adf, to_wiki
from tests.sandbox.conftest import Client, Receiver
from tests.waiting import until


def test_logged_work_is_counted_on_the_issue(client: Client) -> None:
    issue = client.create()
    made = client.post(f"issue/{issue}/worklog", {"timeSpent": "1d 3h 20m", "comment": "a"})
    assert made.status_code == 201
    assert made.json()["timeSpentSeconds"] == (8 + 3) * 3600 + 20 * 60
    client.post(f"issue/{issue}/worklog", {"timeSpentSeconds": 600})
    fields = client.get(f"issue/{issue}")["fields"]
    assert fields["timespent"] == 41_400
    assert fields["timetracking"] == {"timeSpent": "1d 3h 30m", "timeSpentSeconds": 41_400}
    assert [one["timeSpent"] for one in fields["worklog"]["worklogs"]] == ["1d 3h 20m", "10m"]


def test_a_worklog_is_changed_and_removed(client: Client) -> None:
    issue = client.create()
    ident = client.post(f"issue/{issue}/worklog", {"timeSpent": "1h"}).json()["id"]
    changed = client.put(f"issue/{issue}/worklog/{ident}", {"timeSpent": "2h"})
    assert changed.json()["timeSpentSeconds"] == 7200
    assert client.get(f"issue/{issue}/worklog/{ident}")["timeSpent"] == "2h"
    assert client.get(f"issue/{issue}")["fields"]["timespent"] == 7200
    assert client.call("DELETE", f"issue/{issue}/worklog/{ident}").status_code == 204
    assert client.get(f"issue/{issue}/worklog")["total"] == 0
    assert client.get(f"issue/{issue}")["fields"]["timespent"] is None


def test_the_comment_of_a_worklog_is_adf_in_v3(client: Client) -> None:
    issue = client.create()
    client.base = client.base.replace("/api/2/", "/api/3/")
    body = {"timeSpent": "1h", "comment": to_adf("*done*")}
    made = client.post(f"issue/{issue}/worklog", body).json()
    assert to_wiki(made["comment"]) == "*done*"


def test_a_worklog_sends_its_event_without_the_issue(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    issue = client.create()
    sandbox.webhooks.add(receiver.url, events=("worklog_created",))
    client.post(f"issue/{issue}/worklog", {"timeSpent": "1h"})
    (got,) = until(lambda: receiver.got)
    assert got.body["worklog"]["issueId"] == client.get(f"issue/{issue}")["id"]
    assert "issue" not in got.body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"timeSpent": "soon"},
        {"timeSpent": "1h later"},
        {"timeSpent": 3},
        {"timeSpentSeconds": True},
        {"timeSpentSeconds": 10**12},
        {"timeSpent": "999999w 999999w"},
        {"timeSpent": "1h", "started": "yesterday"},
        {"timeSpent": "1h", "comment": {"a": 1}},
    ],
)
def test_work_that_cannot_be_logged_is_refused(client: Client, body: dict[str, object]) -> None:
    issue = client.create()
    refused = client.post(f"issue/{issue}/worklog", body)
    assert refused.status_code == 400
    assert refused.json()["errors"]
