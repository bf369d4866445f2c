"""Rights that an account lacks, and what Jira says then."""

from __future__ import annotations

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client

EDIT = "You do not have permission to edit issues in this project."


def test_an_account_without_the_right_to_edit_is_refused_in_that_project_only(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.model.add_project("PAY")
    issue, other = client.create(), client.create(project={"key": "PAY"})
    sandbox.model.take_right("sluice", "EDIT_ISSUES", project="DEMO")
    refused = client.put(f"issue/{issue}", {"fields": {"labels": ["a"]}})
    assert (refused.status_code, refused.json()["errorMessages"]) == (400, [EDIT])
    assert client.put(f"issue/{issue}/properties/x", 1).status_code == 403
    assert client.get(f"issue/{issue}/editmeta") == {"fields": {}}
    assert client.get(f"issue/{other}/editmeta")["fields"]
    assert client.put(f"issue/{other}", {"fields": {"labels": ["a"]}}).status_code == 204


def test_comments_need_rights_of_their_own(
    sandbox: Sandbox, client: Client, person: Client
) -> None:
    issue = client.create()
    own = client.post(f"issue/{issue}/comment", {"body": "mine"}).json()["id"]
    for right in ("ADD_COMMENTS", "EDIT_ALL_COMMENTS", "EDIT_OWN_COMMENTS"):
        sandbox.model.take_right("sluice", right)
    added = client.post(f"issue/{issue}/comment", {"body": "more"})
    edited = client.put(f"issue/{issue}/comment/{own}", {"body": "other"})
    assert "do not have the permission to comment" in added.json()["errorMessages"][0]
    assert "do not have the permission to edit this comment" in edited.json()["errorMessages"][0]
    both = client.put(f"issue/{issue}", {"update": {"comment": [{"add": {"body": "c"}}]}})
    assert (both.status_code, list(both.json()["errors"])) == (400, ["comment"])
    assert person.put(f"issue/{issue}/comment/{own}", {"body": "other"}).status_code == 200


def test_somebody_without_admin_rights_can_silence_no_mail(sandbox: Sandbox) -> None:
    for deployment, status in (("cloud", 204), ("datacenter", 403)):
        with Sandbox(deployment=deployment) as jira:
            jira.model.take_right("sluice", "ADMINISTER")
            jira.model.take_right("sluice", "ADMINISTER_PROJECTS")
            client = Client(jira)
            issue = client.create()
            body = {"fields": {"labels": ["a"]}}
            answer = client.call("PUT", f"issue/{issue}?notifyUsers=false", body)
            assert answer.status_code == status, deployment


def test_a_right_that_does_not_exist_is_a_mistake_of_the_test(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError, match="no right 'EDIT'"):
        sandbox.model.take_right("sluice", "EDIT")
