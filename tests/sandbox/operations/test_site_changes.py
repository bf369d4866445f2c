"""What admins do to a site: rename, migrate, copy, replace accounts."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from sandbox.operations.site_changes import copy_issue, rename_project, renumber
from tests.sandbox.conftest import Client, Receiver
from tests.waiting import until


def test_a_renamed_project_keeps_its_id_and_is_found_by_its_old_key(
    sandbox: Sandbox, client: Client
) -> None:
    issue = client.create("a")
    before = client.get("project/DEMO")["id"]
    rename_project(sandbox.model, "DEMO", "SHOP")
    after = client.get("project/DEMO")
    assert (after["id"], after["key"]) == (before, "SHOP")
    assert client.get(f"issue/{issue}")["key"] == "SHOP-1"
    assert client.found("project = DEMO") == client.found("project = SHOP") == ["a"]
    assert client.found("key = DEMO-1") == ["a"]
    assert client.create("b", project={"key": "DEMO"}) == "SHOP-2"


def test_an_admin_renames_a_project_by_rest(sandbox: Sandbox, client: Client) -> None:
    answer = client.put("project/DEMO", {"key": "SHOP"})
    assert (answer.status_code, answer.json()["key"]) == (200, "SHOP")
    sandbox.model.take_right("sluice", "ADMINISTER_PROJECTS")
    assert client.put("project/SHOP", {"key": "DEMO"}).status_code == 403


@pytest.mark.parametrize("keep", [True, False])
def test_a_migration_gives_new_ids_to_issues_and_comments(
    sandbox: Sandbox, client: Client, keep: bool
) -> None:
    parent = client.create("a")
    child = client.create("b", issuetype={"name": "Sub-task"}, parent={"key": parent})
    client.post(f"issue/{parent}/comment", {"body": "c"})
    client.put(f"issue/{parent}/properties/sluice", {"v": 1})
    before = client.get(f"issue/{parent}")
    renumber(sandbox.model, keep_properties=keep)
    after = client.get(f"issue/{parent}", properties="sluice")
    assert after["id"] != before["id"]
    assert client.call("GET", f"issue/{before['id']}").status_code == 404
    comments = [issue["fields"]["comment"]["comments"] for issue in (before, after)]
    assert comments[0][0]["id"] != comments[1][0]["id"]
    assert after["properties"] == ({"sluice": {"v": 1}} if keep else {})
    assert client.get(f"issue/{child}")["fields"]["parent"]["id"] == after["id"]
    assert client.create("later") == "DEMO-3"


def test_a_copy_has_the_fields_and_no_link(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    issue = client.create("a", customfield_10051=4, labels=["x"])
    client.put(f"issue/{issue}/properties/sluice", {"v": 1})
    sandbox.webhooks.add(receiver.url)
    robot = sandbox.model.accounts.by_name["robot"]
    copy = copy_issue(sandbox.model, issue, robot, properties=True)
    found = client.get(f"issue/{copy.key}", properties="sluice")
    assert found["fields"]["customfield_10051"] == 4
    assert found["fields"]["issuelinks"] == []
    assert found["properties"] == {"sluice": {"v": 1}}
    assert found["fields"]["creator"]["displayName"] == "Automation for Jira"
    assert until(receiver.events) == ["jira:issue_created"]
