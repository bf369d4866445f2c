"""REST v3 takes and gives ADF, v2 markup, of the same issue."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.render.adf import to_adf, to_wiki
from tests.sandbox.conftest import Client


@pytest.fixture
def third(sandbox: Sandbox) -> Client:
    """A client of v3."""
    client = Client(sandbox)
    client.base = client.base.replace("/api/2/", "/api/3/")
    return client


def test_a_description_of_v3_is_adf_and_markup_in_v2(client: Client, third: Client) -> None:
    key = third.create("a", description=to_adf("A *bold* word"))
    found = third.get(f"issue/{key}")
    assert to_wiki(found["fields"]["description"]) == "A *bold* word"
    assert "/rest/api/3/" in found["self"]
    assert client.get(f"issue/{key}")["fields"]["description"] == "A *bold* word"
    change = {"fields": {"environment": to_adf("here")}, "update": {"description": [{"set": None}]}}
    assert third.put(f"issue/{key}", change).status_code == 204
    fields = client.get(f"issue/{key}")["fields"]
    assert (fields["environment"], fields["description"]) == ("here", None)


def test_comments_of_v3_are_adf(client: Client, third: Client) -> None:
    key = client.create()
    made = third.post(f"issue/{key}/comment", {"body": to_adf("one")}).json()
    assert to_wiki(made["body"]) == "one"
    step = {"edit": {"id": made["id"], "body": to_adf("two")}}
    assert third.put(f"issue/{key}", {"update": {"comment": [step]}}).status_code == 204
    (found,) = third.get(f"issue/{key}/comment")["comments"]
    assert to_wiki(found["body"]) == "two"
    assert client.get(f"issue/{key}/comment")["comments"][0]["body"] == "two"


def test_a_search_of_v3_gives_adf(third: Client) -> None:
    third.create("a", description=to_adf("here"))
    asked = {"jql": "project = DEMO", "fields": ["description"]}
    (issue,) = third.post("search/jql", asked).json()["issues"]
    assert to_wiki(issue["fields"]["description"]) == "here"


@pytest.mark.parametrize(
    ("version", "value", "words"),
    [
        ("3", "text", "Operation value must be an Atlassian Document"),
        ("3", {"type": "doc"}, "Operation value must be an Atlassian Document"),
        ("2", to_adf("x"), "Operation value must be a string"),
    ],
)
def test_each_version_refuses_the_form_of_the_other(
    client: Client, version: str, value: Any, words: str
) -> None:
    key = client.create()
    client.base = client.base.replace("/api/2/", f"/api/{version}/")
    refused = client.put(f"issue/{key}", {"fields": {"description": value}})
    assert refused.status_code == 400
    assert words in refused.json()["errors"]["description"]
    comment = client.post(f"issue/{key}/comment", {"body": value})
    assert (comment.status_code, list(comment.json()["errors"])) == (400, ["comment"])
