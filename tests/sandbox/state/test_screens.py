"""What a screen lacks: fields by project and type, options by project, read-only statuses."""

from __future__ import annotations

from typing import Any

from sandbox import Sandbox
from tests.sandbox.conftest import Client

OFF_SCREEN = "It is not on the appropriate screen, or unknown."


def refusal(client: Client, issue: str, **fields: Any) -> dict[str, Any]:
    answer = client.put(f"issue/{issue}", {"fields": fields})
    assert answer.status_code == 400, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_field_can_be_hidden_from_one_type_of_one_project(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.hide_field("Sluice Score", project="DEMO", issue_type="Bug")
    bug = client.create(issuetype={"name": "Bug"})
    task = client.create(issuetype={"name": "Task"})
    assert "customfield_10051" not in client.get(f"issue/{bug}/editmeta")["fields"]
    assert "customfield_10051" in client.get(f"issue/{task}/editmeta")["fields"]
    assert OFF_SCREEN in refusal(client, bug, customfield_10051=3)["errors"]["customfield_10051"]
    assert client.put(f"issue/{task}", {"fields": {"customfield_10051": 3}}).status_code == 204
    sandbox.model.show_field("Sluice Score")
    assert client.put(f"issue/{bug}", {"fields": {"customfield_10051": 3}}).status_code == 204


def test_a_field_of_one_project_is_not_on_the_issues_of_another(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.add_project("TEAM", style="next-gen")
    field = sandbox.model.add_field("Sluice Class", "option", ("Tech debt",), project="TEAM")
    ours = client.create(project={"key": "TEAM"})
    theirs = client.create()
    named = [f for f in client.get("field") if f["name"] == "Sluice Class"]
    assert [f.get("scope", {}).get("project") for f in named] == [
        None,
        {"id": sandbox.model.must_project("TEAM").id},
    ]
    assert field.id in client.get(f"issue/{ours}")["fields"]
    assert field.id not in client.get(f"issue/{theirs}")["fields"]
    value = {field.id: {"value": "Tech debt"}}
    assert client.put(f"issue/{ours}", {"fields": value}).status_code == 204
    assert OFF_SCREEN in refusal(client, theirs, **value)["errors"][field.id]


def test_an_option_can_be_missing_in_the_context_of_a_project(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.hide_option("Sluice Class", "Exploration", project="DEMO")
    issue = client.create()
    allowed = client.get(f"issue/{issue}/editmeta")["fields"]["customfield_10050"]["allowedValues"]
    assert "Exploration" not in [one["value"] for one in allowed]
    errors = refusal(client, issue, customfield_10050={"value": "Exploration"})["errors"]
    assert errors == {"customfield_10050": "Option value 'Exploration' is not valid"}


def test_an_issue_of_a_read_only_status_takes_no_edit_but_a_comment(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.lock_status("Done")
    issue = client.create()
    client.post(f"issue/{issue}/transitions", {"transition": {"id": "31"}})
    assert client.get(f"issue/{issue}/editmeta") == {"fields": {}}
    assert refusal(client, issue, labels=["a"])["errorMessages"] == [
        "You do not have permission to edit issues in this project."
    ]
    assert client.post(f"issue/{issue}/comment", {"body": "late"}).status_code == 201
    client.post(f"issue/{issue}/transitions", {"transition": {"id": "11"}})
    assert client.put(f"issue/{issue}", {"fields": {"labels": ["a"]}}).status_code == 204


def test_the_points_of_a_team_managed_project_have_a_type_of_their_own(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.add_field("Story point estimate", "points")
    sandbox.model.rename_field("Story Points", "Storypunkte")
    found = {f["name"]: f["schema"]["custom"] for f in client.get("field") if f["custom"]}
    assert found["Story point estimate"] == "com.pyxis.greenhopper.jira:jsw-story-points"
    assert found["Storypunkte"] == "com.atlassian.jira.plugin.system.customfieldtypes:float"
