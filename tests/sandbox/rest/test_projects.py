"""Projects: what kind they are, and who may see them."""

from __future__ import annotations

from sandbox import Sandbox
from tests.sandbox.conftest import Client


def test_a_project_says_what_kind_it_is(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.add_project("HELP", type_key="service_desk")
    sandbox.model.add_project("TEAM", style="next-gen")
    desk, team = client.get("project/HELP"), client.get("project/TEAM")
    assert (desk["projectTypeKey"], desk["style"], desk["simplified"]) == (
        "service_desk",
        "classic",
        False,
    )
    assert (team["projectTypeKey"], team["style"], team["simplified"]) == (
        "software",
        "next-gen",
        True,
    )
    assert client.get(f"project/{desk['id']}")["key"] == "HELP"
    request = client.create(project={"key": "HELP"})
    assert client.get(f"issue/{request}")["fields"]["project"]["projectTypeKey"] == "service_desk"


def test_a_project_of_a_kind_is_made_by_rest(client: Client) -> None:
    body = {"key": "HELP", "name": "Help", "projectTypeKey": "service_desk"}
    assert client.post("project", body).status_code == 201
    assert client.get("project/HELP")["projectTypeKey"] == "service_desk"
    refused = client.post("project", body | {"key": "HALP", "projectTypeKey": "rocket"})
    assert list(refused.json()["errors"]) == ["projectTypeKey"]


def test_who_may_not_browse_a_project_sees_no_issue_of_it(sandbox: Sandbox, client: Client) -> None:
    issue = client.create("a")
    sandbox.model.take_right("sluice", "BROWSE_PROJECTS", project="DEMO")
    assert client.call("GET", f"issue/{issue}").status_code == 404
    assert client.found("project = DEMO") == []
    assert client.call("GET", "project/DEMO").status_code == 404
    assert client.get("project") == []
