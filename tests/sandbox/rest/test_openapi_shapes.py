"""The shape of answers, held against Atlassian's OpenAPI document; skipped where it is absent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from sandbox import Sandbox
from sandbox.render.adf import to_adf
from tests.sandbox.conftest import Client

SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"


@lru_cache(maxsize=3)
def _components(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text("utf-8"))
    schemas = document["components"]["schemas"]
    _allow_null(schemas)
    return {"schemas": schemas}


def _allow_null(node: Any) -> None:
    # The document never says `nullable`, though Jira sends null for what has no value.
    if isinstance(node, list):
        for each in node:
            _allow_null(each)
    elif isinstance(node, dict):
        for each in node.values():
            _allow_null(each)
        if isinstance(node.get("type"), str) and "enum" not in node:
            node["type"] = [node["type"], "null"]
    # Data Center's document says that each value of a field is an object; texts and numbers are.
    if isinstance(node, dict) and "fields" in node.get("properties", {}):
        node["properties"]["fields"].pop("additionalProperties", None)


def problems_of(document: Path, schema: str, value: Any) -> list[str]:
    """Return where a value differs from a schema of an OpenAPI document."""
    whole = {"$ref": f"#/components/schemas/{schema}", "components": _components(document)}
    return [
        f"{list(e.absolute_path)}: {e.message[:300]}"
        for e in Draft4Validator(whole).iter_errors(value)
    ]


@pytest.fixture
def check(shared: Path) -> Any:
    def holds(schema: str, value: Any, document: str = "jira-cloud-v2.json") -> None:
        assert problems_of(shared / "openapi" / document, schema, value) == []

    return holds


def test_answers_have_the_shapes_of_the_openapi_document(
    sandbox: Sandbox, client: Client, check: Any
) -> None:
    made = client.post(
        "issue",
        {"fields": {"project": {"key": "DEMO"}, "issuetype": {"id": "10004"}, "summary": "a"}},
    )
    check("CreatedIssue", made.json())
    key = made.json()["key"]
    client.put(f"issue/{key}", {"fields": {"customfield_10050": {"value": "Tech debt"}}})
    check("Comment", client.post(f"issue/{key}/comment", {"body": "b"}).json())
    expand = "changelog,names,schema,editmeta,transitions,renderedFields"
    check("IssueBean", client.get(f"issue/{key}", expand=expand, properties="*all"))
    check("PageOfComments", client.get(f"issue/{key}/comment"))
    check("PageBeanChangelog", client.get(f"issue/{key}/changelog"))
    check("Transitions", client.get(f"issue/{key}/transitions"))
    check("IssueUpdateMetadata", client.get(f"issue/{key}/editmeta"))
    client.put(f"issue/{key}/properties/p", {"x": 1})
    check("PropertyKeys", client.get(f"issue/{key}/properties"))
    check("EntityProperty", client.get(f"issue/{key}/properties/p"))
    check("Watchers", client.get(f"issue/{key}/watchers"))
    check("Votes", client.get(f"issue/{key}/votes"))
    check("ServerInformation", client.get("serverInfo"))
    check("User", client.get("myself"))
    check("PageBeanPriority", client.get("priority/search"))
    check("PageBeanProject", client.get("project/search"))
    check("Project", client.get("project/DEMO"))
    check("IssueCreateMetadata", client.get("issue/createmeta"))
    check("IssueLinkTypes", client.get("issueLinkType"))
    for field in client.get("field"):
        check("FieldDetails", field)
    made_field = client.post("field", {"name": "X", "type": SELECT})
    check("FieldDetails", made_field.json())
    for each in client.get("priority"):
        check("Priority", each)
    for each in client.get("issuetype"):
        check("IssueTypeDetails", each)
    for each in client.get("status"):
        check("StatusDetails", each)
    check("ErrorCollection", client.call("GET", "issue/NOPE-1").json())
    new = client.post("project", {"key": "NEW", "name": "New"})
    check("ProjectIdentifiers", new.json())


def test_searches_have_the_shapes_of_the_openapi_document(client: Client, check: Any) -> None:
    client.create("a")
    client.create("b")
    v3 = "jira-cloud-v3.json"
    asked = {"jql": "project = DEMO", "fields": ["*all"], "maxResults": 1, "expand": "names"}
    check("SearchAndReconcileRequestBean", asked, v3)
    check("SearchAndReconcileResults", client.post("search/jql", asked).json(), v3)
    check("JQLCountResultsBean", client.post("search/approximate-count", asked).json(), v3)
    bulk = client.post("issue/bulkfetch", {"issueIdsOrKeys": ["DEMO-1", "NO-1"]}).json()
    del bulk["expand"]  # in Atlassian's own example, though its schema does not name it
    check("BulkIssueResults", bulk, v3)


@pytest.mark.parametrize("version", ["2", "3"])
def test_the_parts_of_an_issue_have_the_shapes_of_both_versions(
    client: Client, check: Any, version: str
) -> None:
    client.base = client.base.replace("/2/", f"/{version}/")
    document = f"jira-cloud-v{version}.json"

    def text(markup: str) -> Any:
        return to_adf(markup) if version == "3" else markup

    issue = client.create("a", description=text("*x*"))
    level = {"type": "role", "value": "Developers"}
    note = {"body": text("a"), "visibility": level, "properties": [{"key": "a", "value": 1}]}
    made = client.post(f"issue/{issue}/comment", note).json()
    check("Comment", made, document)
    check("PageOfComments", client.get(f"issue/{issue}/comment", expand="properties"), document)
    check("PropertyKeys", client.get(f"comment/{made['id']}/properties"), document)
    work = client.post(f"issue/{issue}/worklog", {"timeSpent": "1h", "comment": text("x")})
    check("Worklog", work.json(), document)
    check("PageOfWorklogs", client.get(f"issue/{issue}/worklog"), document)
    link = {"globalId": "g", "object": {"url": "https://a.example", "title": "b"}}
    made = client.post(f"issue/{issue}/remotelink", link).json()
    check("RemoteIssueLinkIdentifies", made, document)
    check("RemoteIssueLink", client.get(f"issue/{issue}/remotelink/{made['id']}"), document)
    check("IssueBean", client.get(f"issue/{issue}", expand="changelog,editmeta"), document)
    check("Permissions", client.get("mypermissions", permissions="ADMINISTER"), document)
    roles = client.get("project/DEMO/role")
    check("ProjectRole", client.get(roles["Developers"]), document)
    if version == "3":
        changes = client.post("changelog/bulkfetch", {"issueIdsOrKeys": [issue]}).json()
        check("BulkChangelogResponseBean", changes, document)


@pytest.fixture
def server() -> Iterator[Client]:
    with Sandbox(deployment="datacenter") as jira:
        yield Client(jira)


def test_answers_of_data_center_have_the_shapes_of_its_document(server: Client, check: Any) -> None:
    def same(schema: str, value: Any) -> None:
        check(schema, value, "jira-dc-10.3.json")

    issue = server.create("a")
    same("IssueBean", server.get(f"issue/{issue}", expand="changelog,names,schema,editmeta"))
    found = server.post("search", {"jql": "project = DEMO", "properties": ["x"]})
    same("SearchResultsBean", found.json())
    assert "properties" not in found.json()["issues"][0]
    level = {"type": "role", "value": "Developers"}
    note = server.post(f"issue/{issue}/comment", {"body": "a", "visibility": level})
    same("CommentJsonBean", note.json())
    same("CommentsWithPaginationJsonBean", server.get(f"issue/{issue}/comment"))
    same("worklog", server.post(f"issue/{issue}/worklog", {"timeSpent": "1h"}).json())
    same("WorklogWithPaginationBean", server.get(f"issue/{issue}/worklog"))
    same("PermissionsJsonBean", server.get("mypermissions"))
    same("ProjectBean", server.get("project/DEMO"))
    same("EditMetaBean", server.get(f"issue/{issue}/editmeta"))
    same("TransitionsMetaBean", server.get(f"issue/{issue}/transitions"))
    same("IssueLinkTypesBean", server.get("issueLinkType"))
    same("UserBean", server.get("myself"))
    same("ServerInfoBean", server.get("serverInfo"))
    roles = server.get("project/DEMO/role")
    same("ProjectRoleBean", server.get(roles["Developers"]))
    for each in server.get("priority"):
        same("PriorityJsonBean", each)
    for each in server.get("field"):
        same("FieldBean", each)
    same("ErrorCollection", server.call("GET", "issue/NO-1").json())
    agile = server.base.replace("/api/2/", "/agile/1.0/")
    same("BoardBean", server.get(f"{agile}board/1"))
    sprint = server.post(f"{agile}sprint", {"name": "a", "originBoardId": 1})
    same("SprintBean", sprint.json())
    hook = {"name": "a", "url": "https://a.example", "events": ["jira:issue_created"]}
    hooks = server.base.replace("/api/2/", "/jira-webhook/1.0/webhooks")
    same("RestWebhook", {k: v for k, v in server.post(hooks, hook).json().items() if k != "id"})
