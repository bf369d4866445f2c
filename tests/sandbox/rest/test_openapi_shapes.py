"""The shape of answers, held against Atlassian's OpenAPI document; skipped where it is absent."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from sandbox import Sandbox
from tests.sandbox.conftest import Client

SELECT = "com.atlassian.jira.plugin.system.customfieldtypes:select"


@lru_cache(maxsize=2)
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
