"""One edit: fields, comment and properties in one body, all of it or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client

OWN = ("project", "issuetype")

CLASS, SCORE, GATE = "customfield_10050", "customfield_10051", "customfield_10052"


def test_one_put_carries_fields_comment_and_properties(client: Client) -> None:
    key = client.create()
    body = {
        "fields": {SCORE: 71, CLASS: {"value": "Tech debt"}, "priority": {"name": "High"}},
        "update": {"comment": [{"add": {"body": "why"}}], "labels": [{"add": "a"}]},
        "properties": [{"key": "sluice", "value": {"n": 1}}],
    }
    assert client.call("PUT", f"issue/{key}?notifyUsers=false", body).status_code == 204
    issue = client.get(f"issue/{key}", properties="sluice", expand="changelog")
    fields = issue["fields"]
    assert fields[SCORE] == 71.0
    assert fields[CLASS].keys() == {"self", "value", "id"}
    assert (fields["priority"]["name"], fields["labels"]) == ("High", ["a"])
    assert fields["comment"]["comments"][0]["body"] == "why"
    assert issue["properties"] == {"sluice": {"n": 1}}
    items = issue["changelog"]["histories"][0]["items"]
    assert {(i["fieldId"], i["fromString"], i["toString"]) for i in items} == {
        (SCORE, None, "71"),
        (CLASS, None, "Tech debt"),
        ("priority", "Medium", "High"),
        ("labels", None, "a"),
    }


@pytest.mark.parametrize(
    ("bad", "blamed", "message"),
    [
        ({"fields": {CLASS: {"value": "x"}}}, CLASS, "Option value 'x' is not valid"),
        ({"fields": {CLASS: {"id": "9"}}}, CLASS, "Option id '9' is not valid"),
        ({"fields": {SCORE: "many"}}, SCORE, "Operation value must be a number"),
        ({"fields": {"priority": {"name": "x"}}}, "priority", "The priority selected is invalid."),
        ({"fields": {"labels": ["a b"]}}, "labels", "contains spaces"),
        ({"fields": {"status": {"name": "Done"}}}, "status", "Field 'status' cannot be set."),
        ({"fields": {"nonsense": 1}}, "nonsense", "Field 'nonsense' cannot be set."),
        ({"fields": {"assignee": {"accountId": "x"}}}, "assignee", "does not exist"),
        ({"fields": {"summary": ""}}, "summary", "You must specify a summary of the issue."),
        ({"update": {"comment": [{"add": {"body": "x" * 32768}}]}}, "comment", "too long"),
    ],
)
def test_a_wrong_part_refuses_the_whole_edit(
    client: Client, bad: dict[str, dict[str, Any]], blamed: str, message: str
) -> None:
    key = client.create()
    good: dict[str, Any] = {"description": "new"}
    body = {**bad, "fields": good | bad.get("fields", {}), "properties": [{"key": "p", "value": 1}]}
    refused = client.put(f"issue/{key}", body)
    assert refused.status_code == 400
    assert message in refused.json()["errors"][blamed]
    issue = client.get(f"issue/{key}", properties="*all")
    assert issue["fields"]["description"] is None
    assert issue.get("properties", {}) == {}


def test_a_property_that_is_too_long_refuses_the_edit(client: Client) -> None:
    key = client.create()
    body = {"fields": {SCORE: 1}, "properties": [{"key": "p", "value": "x" * 32767}]}
    assert client.put(f"issue/{key}", body).status_code == 400
    assert client.get(f"issue/{key}")["fields"][SCORE] is None
    body["properties"] = [{"key": "p", "value": "x" * 32766}]
    assert client.put(f"issue/{key}", body).status_code == 204


def test_a_field_off_the_edit_screen_cannot_be_set(sandbox: Sandbox, client: Client) -> None:
    key = client.create()
    sandbox.model.hide_field("Sluice Class")
    refused = client.put(f"issue/{key}", {"fields": {CLASS: {"value": "Tech debt"}}})
    assert refused.json()["errors"] == {
        CLASS: f"Field '{CLASS}' cannot be set. It is not on the appropriate screen, or unknown."
    }
    assert CLASS not in client.get(f"issue/{key}/editmeta")["fields"]
    sandbox.model.show_field("Sluice Class")
    assert client.put(f"issue/{key}", {"fields": {CLASS: None}}).status_code == 204


def test_comments_can_be_edited_and_removed_inside_an_edit(client: Client) -> None:
    key = client.create()
    comment = client.post(f"issue/{key}/comment", {"body": "one"}).json()["id"]
    edit = {"update": {"comment": [{"edit": {"id": comment, "body": "two"}}]}}
    assert client.put(f"issue/{key}", edit).status_code == 204
    assert client.get(f"issue/{key}/comment/{comment}")["body"] == "two"
    remove = {"update": {"comment": [{"remove": {"id": comment}}]}}
    assert client.put(f"issue/{key}", remove).status_code == 204
    assert client.get(f"issue/{key}/comment")["total"] == 0


def test_fields_properties_and_expansions_are_given_as_asked(client: Client) -> None:
    key = client.create(description="*b*")
    client.put(f"issue/{key}/properties/a", {"x": 1})
    some = client.get(f"issue/{key}", fields="summary,status", properties="a,b")
    assert (some["fields"].keys(), some["properties"]) == ({"summary", "status"}, {"a": {"x": 1}})
    assert "comment" not in client.get(f"issue/{key}", fields="*navigable")["fields"]
    without = client.get(f"issue/{key}", fields="*all,-comment")["fields"]
    assert "comment" not in without
    assert "attachment" in without
    wide = client.get(f"issue/{key}", expand="names,renderedFields")
    assert wide["names"][CLASS] == "Sluice Class"
    assert "<strong>b</strong>" in wide["renderedFields"]["description"]


def test_a_new_custom_field_takes_a_screen_and_options_before_it_can_be_set(
    client: Client,
) -> None:
    kind = "com.atlassian.jira.plugin.system.customfieldtypes:select"
    made = client.post("field", {"name": "Colour", "type": kind, "searcherKey": f"{kind}searcher"})
    assert made.status_code == 201
    fid = made.json()["id"]
    key = client.create()
    assert client.put(f"issue/{key}", {"fields": {fid: None}}).status_code == 400
    client.post(f"screens/addToDefault/{fid}", {})
    context = client.get(f"field/{fid}/context")["values"][0]["id"]
    client.post(f"field/{fid}/context/{context}/option", {"options": [{"value": "Red"}]})
    assert client.put(f"issue/{key}", {"fields": {fid: {"value": "Red"}}}).status_code == 204
    assert client.found(f"Colour = Red and cf[{fid[12:]}] is not empty") == ["It broke"]


def test_a_historic_issue_keeps_its_dates_status_and_new_components(
    sandbox: Sandbox, client: Client
) -> None:
    fields = {
        "project": {"key": "DEMO"},
        "issuetype": {"name": "Sub-task"},
        "summary": "old",
        "components": [{"name": "iOS"}],
    }
    body = {
        "fields": fields,
        "created": "2011-04-15T01:54:25.000+0000",
        "resolutiondate": "2012-08-13T09:59:30.000+0000",
        "resolution": "Fixed",
    }
    made = client.post(f"{sandbox.url}/sandbox/issues", body)
    assert made.status_code == 201, made.text
    old = client.get(f"issue/{made.json()['key']}")["fields"]
    assert old["created"] == "2011-04-15T01:54:25.000+0000"
    assert old["resolutiondate"] == "2012-08-13T09:59:30.000+0000"
    assert old["status"]["statusCategory"]["key"] == "done"
    assert old["resolution"]["name"] == "Fixed"
    assert client.found("resolved < 2013-01-01 and component = iOS") == ["old"]


@pytest.mark.parametrize("version", ["2", "latest"])
def test_both_names_of_the_second_version_answer_the_same(client: Client, version: str) -> None:
    client.base = client.base.replace("/2/", f"/{version}/")
    key = client.create(description="*text*")
    issue = client.get(f"issue/{key}")
    assert issue["fields"]["description"] == "*text*"
    assert "/rest/api/2/issue/" in issue["self"]


def test_an_issue_that_moves_keeps_its_id_and_answers_to_its_old_key(
    sandbox: Sandbox, client: Client
) -> None:
    key = client.create()
    sandbox.model.add_project("NEW")
    sandbox.model.move(key, "NEW")
    assert client.get(f"issue/{key}")["key"] == "NEW-1"


def test_an_edit_may_name_the_issues_own_project_and_type(client: Client) -> None:
    issue = client.create(issuetype={"name": "Bug"})
    own = client.get(f"issue/{issue}")["fields"]
    named = {n: {"id": own[n]["id"]} for n in ("project", "issuetype")}
    by_name = {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}}
    for fields in (named, by_name):
        answer = client.put(f"issue/{issue}", {"fields": fields | {"summary": "new"}})
        assert answer.status_code == 204, answer.text
    assert client.get(f"issue/{issue}")["fields"]["summary"] == "new"


@pytest.mark.parametrize(
    ("project", "words"),
    [
        ({"key": "PAY"}, "Field 'project' cannot be set. It is not on the appropriate screen"),
        ({"key": "NOPE"}, "Could not find project by id or key."),
        ({}, "Could not find project by id or key."),
        ("DEMO", "Could not find project by id or key."),
    ],
)
def test_an_edit_moves_no_issue_to_another_project(
    sandbox: Sandbox, client: Client, project: object, words: str
) -> None:
    sandbox.model.add_project("PAY")
    issue = client.create()
    refused = client.put(f"issue/{issue}", {"fields": {"project": project, "summary": "new"}})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["project"])
    assert words in refused.json()["errors"]["project"]
    assert client.get(f"issue/{issue}")["fields"]["summary"] == "It broke"


def test_checkboxes_hold_several_options(sandbox: Sandbox, client: Client) -> None:
    field = sandbox.model.add_field("Parts", "checkboxes", ("Door", "Roof", "Wall")).id
    issue = client.create("a", **{field: [{"value": "Door"}, {"value": "Roof"}]})
    client.put(f"issue/{issue}", {"update": {field: [{"remove": {"value": "Door"}}]}})
    found = client.get(f"issue/{issue}", expand="changelog")
    assert [one["value"] for one in found["fields"][field]] == ["Roof"]
    assert found["changelog"]["histories"][0]["items"][0]["toString"] == "Roof"
    assert client.found("Parts = Roof") == ["a"]
    assert client.put(f"issue/{issue}", {"fields": {field: [{"value": "Hat"}]}}).status_code == 400


@pytest.mark.parametrize(
    "value", [{"requestType": {"id": "7", "name": "Help"}}, [{"objectId": "1"}], "DEMO-1", 3, None]
)
def test_a_field_of_an_app_keeps_any_shape(sandbox: Sandbox, client: Client, value: Any) -> None:
    field = sandbox.model.add_field("Request Type", "any").id
    issue = client.create()
    assert client.put(f"issue/{issue}", {"fields": {field: value}}).status_code == 204
    assert client.get(f"issue/{issue}", expand="changelog")["fields"][field] == value


def test_what_recorded_webhooks_say_of_an_issue_can_be_written_back(
    client: Client, sandbox: Sandbox, shared: Path
) -> None:
    """Clients write back what they got: the whole project and type, with all that hangs on them."""
    written = 0
    for file in sorted((shared / "payloads" / "webhooks").glob("*.json")):
        fields = (json.loads(file.read_text("utf-8")).get("issue") or {}).get("fields") or {}
        if not {"project", "issuetype", "summary"} <= fields.keys():
            continue
        issue = client.create(str(fields["summary"])[:200])
        own = client.get(f"issue/{issue}")["fields"]
        again = {n: fields[n] | {k: own[n][k] for k in ("id", "name")} for n in OWN}
        again["project"]["key"] = own["project"]["key"]
        answer = client.put(f"issue/{issue}", {"fields": again | {"labels": ["seen"]}})
        assert answer.status_code == 204, (file.name, answer.text)
        written += 1
    assert written >= 30
