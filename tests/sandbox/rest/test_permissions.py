"""What an account may do, and who is in which role."""

from __future__ import annotations

from sandbox import Sandbox
from tests.sandbox.conftest import Client


def test_cloud_tells_the_asked_rights_by_project(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.take_right("sluice", "EDIT_ISSUES", project="DEMO")
    asked = {"permissions": "EDIT_ISSUES,ADMINISTER", "projectKey": "DEMO"}
    found = client.get("mypermissions", **asked)["permissions"]
    assert {k: v["havePermission"] for k, v in found.items()} == {
        "EDIT_ISSUES": False,
        "ADMINISTER": True,
    }
    assert client.call("GET", "mypermissions").status_code == 400
    assert client.call("GET", "mypermissions?permissions=FLY").status_code == 400


def test_data_center_tells_all_rights_unasked() -> None:
    with Sandbox(deployment="datacenter") as jira:
        jira.model.take_right("sluice", "ADD_COMMENTS")
        client = Client(jira)
        issue = client.create()
        found = client.get("mypermissions", issueKey=issue)["permissions"]
    assert not found["ADD_COMMENTS"]["havePermission"]
    assert not found["COMMENT_ISSUE"]["havePermission"]
    assert found["EDIT_ISSUES"]["havePermission"]


def test_a_project_has_roles_with_members(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.rights.leave_role("sluice", "Developers")
    link = client.get("project/DEMO/role")["Developers"]
    members = {actor["displayName"] for actor in client.get(link)["actors"]}
    assert "Ada PM" in members
    assert "Sluice" not in members
