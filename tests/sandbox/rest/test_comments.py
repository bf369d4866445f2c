"""Comments that not everybody sees, and their properties."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client

INTERNAL = [{"key": "sd.public.comment", "value": {"internal": True}}]


def test_an_internal_note_keeps_its_property(client: Client) -> None:
    issue = client.create()
    body = {"body": "ours", "properties": INTERNAL}
    made = client.post(f"issue/{issue}/comment", body).json()
    assert made["jsdPublic"] is False
    shown = client.get(f"issue/{issue}/comment/{made['id']}", expand="properties")
    assert shown["properties"] == INTERNAL
    kept = client.get(f"comment/{made['id']}/properties/sd.public.comment")
    assert kept["value"] == {"internal": True}


def test_an_edit_of_the_issue_can_add_an_internal_note(client: Client) -> None:
    issue = client.create()
    step = {"add": {"body": "ours", "properties": INTERNAL}}
    assert client.put(f"issue/{issue}", {"update": {"comment": [step]}}).status_code == 204
    (found,) = client.get(f"issue/{issue}")["fields"]["comment"]["comments"]
    assert found["jsdPublic"] is False


@pytest.mark.parametrize("kind", ["role", "group"])
def test_a_comment_of_a_role_or_group_says_so(client: Client, kind: str) -> None:
    issue = client.create()
    level = {"type": kind, "value": "Developers"}
    made = client.post(f"issue/{issue}/comment", {"body": "a", "visibility": level})
    assert made.status_code == 201
    assert made.json()["visibility"] == level | {"identifier": "Developers"}


def test_who_is_not_in_the_role_sees_no_comment_of_it(
    sandbox: Sandbox, client: Client, person: Client
) -> None:
    issue = client.create()
    level = {"type": "role", "value": "Developers"}
    client.post(f"issue/{issue}/comment", {"body": "a", "visibility": level})
    sandbox.model.rights.leave_role("pm", "Developers")
    assert person.get(f"issue/{issue}")["fields"]["comment"]["total"] == 0
    assert person.get(f"issue/{issue}/comment")["total"] == 0
    assert client.get(f"issue/{issue}/comment")["total"] == 1


def test_a_comment_cannot_be_restricted_to_a_role_of_others(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.rights.leave_role("sluice", "Developers")
    issue = client.create()
    level = {"type": "role", "value": "Developers"}
    refused = client.post(f"issue/{issue}/comment", {"body": "a", "visibility": level})
    assert refused.status_code == 400
    words = "You are currently not a member of the project role: Developers."
    assert refused.json()["errors"] == {"commentLevel": words}
