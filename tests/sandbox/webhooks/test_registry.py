"""Webhooks: what is sent, signed, retried, and when nothing is."""

from __future__ import annotations

import hashlib
import hmac
import json

from sandbox import Sandbox
from tests.sandbox.conftest import Client, Receiver
from tests.waiting import PATIENCE_S, until

SECTION = "issue-related-events-section"
SCORE = "customfield_10051"


def _hook(sandbox: Sandbox, receiver: Receiver, secret: str = "", jql: str = "") -> str:
    hook = sandbox.webhooks.add(receiver.url, secret, jql=jql)
    return hook.id


def _settle(sandbox: Sandbox) -> None:
    assert sandbox.webhooks.courier.wait_idle(PATIENCE_S)


def test_a_hook_is_registered_listed_and_deleted_over_rest(
    sandbox: Sandbox, client: Client
) -> None:
    address = f"{sandbox.url}/rest/webhooks/1.0/webhook"
    asked = {
        "name": "Sluice",
        "url": "http://127.0.0.1:9/hook",
        "events": ["jira:issue_created"],
        "filters": {"issue-related-events-section": "project = DEMO"},
        "secret": "s",
    }
    made = client.post(address, asked)
    assert made.status_code == 201
    assert made.json()["isSigned"] is True
    assert "secret" not in made.json()
    assert [h["name"] for h in client.get(address)] == ["Sluice"]
    assert client.call("DELETE", made.json()["self"]).status_code == 204
    assert client.get(address) == []
    bad = asked | {"filters": {"issue-related-events-section": "x = "}}
    assert client.post(address, bad).status_code == 400


def test_a_created_issue_is_told_with_all_its_fields_and_a_signature(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    _hook(sandbox, receiver, "It's a Secret to Everybody")
    key = client.create("中文")
    _settle(sandbox)
    (got,) = receiver.got
    mac = hmac.new(b"It's a Secret to Everybody", got.raw, hashlib.sha256).hexdigest()
    assert got.headers["X-Hub-Signature"] == f"sha256={mac}"
    assert len(got.headers["X-Atlassian-Webhook-Identifier"]) == 36
    assert "X-Atlassian-Webhook-Retry" not in got.headers
    body = got.body
    assert body["webhookEvent"] == "jira:issue_created"
    assert body["issue_event_type_name"] == "issue_created"
    assert (body["issue"]["key"], body["issue"]["fields"]["summary"]) == (key, "中文")
    assert body["user"]["displayName"] == "Sluice"
    assert isinstance(body["timestamp"], int)


def test_one_edit_with_a_comment_is_one_update_and_one_comment(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    key = client.create()
    _hook(sandbox, receiver)
    edit = {"fields": {SCORE: 5}, "update": {"comment": [{"add": {"body": "b"}}]}}
    client.put(f"issue/{key}", edit)
    _settle(sandbox)
    assert sorted(receiver.events()) == ["comment_created", "jira:issue_updated"]
    by_name = {g.body["webhookEvent"]: g.body for g in receiver.got}
    update, comment = by_name["jira:issue_updated"], by_name["comment_created"]
    assert update["issue_event_type_name"] == "issue_commented"
    assert update["changelog"]["items"][0]["fieldId"] == SCORE
    assert len(comment["issue"]["fields"]) == 6
    assert comment["comment"]["body"] == "b"


def test_an_edit_that_changes_nothing_or_only_properties_tells_nothing(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    key = client.create()
    client.put(f"issue/{key}", {"fields": {SCORE: 5}})
    _hook(sandbox, receiver)
    client.put(f"issue/{key}", {"fields": {SCORE: 5}})
    client.put(f"issue/{key}", {"properties": [{"key": "a", "value": 1}]})
    client.put(f"issue/{key}/properties/b", 2)
    _settle(sandbox)
    assert receiver.got == []


def test_a_filter_keeps_other_issues_out(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    _hook(sandbox, receiver, jql="type = Story")
    client.create("a bug")
    client.create("a story", issuetype={"name": "Story"})
    _settle(sandbox)
    assert [g.body["issue"]["fields"]["summary"] for g in receiver.got] == ["a story"]


def test_a_failed_delivery_is_tried_again_under_the_same_identifier(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    sandbox.webhooks.courier.retry_delays = (0.05, 0.05)
    receiver.answers = [503, 429]
    _hook(sandbox, receiver)
    client.create()
    _settle(sandbox)
    assert len({g.headers["X-Atlassian-Webhook-Identifier"] for g in receiver.got}) == 1
    retries = [g.headers.get("X-Atlassian-Webhook-Retry") for g in receiver.got]
    assert retries == [None, "1", "2"]


def test_a_refusal_is_not_tried_again(sandbox: Sandbox, client: Client, receiver: Receiver) -> None:
    sandbox.webhooks.courier.retry_delays = (0.05,)
    receiver.answers = [400]
    _hook(sandbox, receiver)
    client.create()
    _settle(sandbox)
    assert len(receiver.got) == 1


def test_nothing_is_delivered_to_a_deleted_hook(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    sandbox.webhooks.courier.retry_delays = (0.2,)
    receiver.answers = [500]
    hook = _hook(sandbox, receiver)
    client.create()
    until(lambda: receiver.got, step=0.01)
    sandbox.webhooks.delete(hook)
    _settle(sandbox)
    assert len(receiver.got) == 1


def test_webhooks_can_be_doubled_and_out_of_order(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    _hook(sandbox, receiver)
    sandbox.faults.set(duplicate_webhooks=1.0)
    client.create()
    _settle(sandbox)
    assert len(receiver.got) == 2
    assert receiver.got[0].raw == receiver.got[1].raw
    receiver.got.clear()
    sandbox.faults.set(disorder_webhooks=0.5, seed=3)
    for n in range(12):
        client.create(f"{n:02}")
    _settle(sandbox)
    order = [g.body["issue"]["fields"]["summary"] for g in receiver.got]
    assert sorted(order) == [f"{n:02}" for n in range(12)]
    assert order != sorted(order)


def test_a_lost_webhook_is_noted_and_not_tried_again(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    sandbox.webhooks.add(receiver.url)
    sandbox.faults.set(lose_webhooks=1.0)
    client.create("Lost")
    sandbox.faults.clear()
    client.create("Told")
    _settle(sandbox)
    assert [g.body["issue"]["fields"]["summary"] for g in receiver.got] == ["Told"]
    assert [one.status for one in sandbox.webhooks.courier.history] == [None, 200]
    assert sandbox.webhooks.courier.lost == 1


def test_data_center_sends_comments_without_an_issue_or_identifier(receiver: Receiver) -> None:
    with Sandbox(deployment="datacenter") as server:
        client = Client(server)
        key = client.create()
        _hook(server, receiver)
        client.post(f"issue/{key}/comment", {"body": "b"})
        _settle(server)
        by_name = {g.body["webhookEvent"]: g for g in receiver.got}
        comment = by_name["comment_created"]
        assert "issue" not in comment.body
        assert "/issue/10000/comment/" in comment.body["comment"]["self"]
        assert "X-Atlassian-Webhook-Identifier" not in comment.headers
        assert by_name["jira:issue_updated"].body["user"]["name"] == "sluice"


def test_attachments_and_links_are_updates(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    one, two = client.create("a"), client.create("b")
    _hook(sandbox, receiver)
    link = {
        "type": {"name": "Blocks"},
        "inwardIssue": {"key": one},
        "outwardIssue": {"key": two},
    }
    assert client.post("issueLink", link).status_code == 201
    token = {"X-Atlassian-Token": "no-check"}
    client.call("POST", f"issue/{one}/attachments", files={"file": b"x"}, headers=token)
    _settle(sandbox)
    told = {
        (g.body["issue"]["key"], i["field"], i["toString"])
        for g in receiver.got
        for i in g.body["changelog"]["items"]
    }
    assert told == {
        (one, "Link", f"This issue blocks {two}"),
        (two, "Link", f"This issue is blocked by {one}"),
        (one, "Attachment", "file"),
    }


def test_deleting_a_project_takes_its_issues_and_tells_nobody(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    key = client.create()
    _hook(sandbox, receiver)
    assert client.call("DELETE", "project/DEMO").status_code == 204
    _settle(sandbox)
    assert receiver.got == []
    assert client.call("GET", f"issue/{key}").status_code == 404


def test_deleting_an_issue_is_told(sandbox: Sandbox, client: Client, receiver: Receiver) -> None:
    key = client.create()
    _hook(sandbox, receiver)
    client.call("DELETE", f"issue/{key}")
    _settle(sandbox)
    assert receiver.events() == ["jira:issue_deleted"]


def test_data_center_keeps_webhooks_where_jira_10_does(receiver: Receiver) -> None:
    with Sandbox(deployment="datacenter") as jira:
        client = Client(jira)
        address = f"{jira.url}/rest/jira-webhook/1.0/webhooks"
        body = {"name": "a", "url": receiver.url, "events": ["jira:issue_created"], "secret": "no"}
        unsigned = client.post(address, body).json()
        assert (unsigned["active"], unsigned["scopeType"]) == (True, "global")
        signed = {
            "configuration": {"SECRET": "yes", "FILTERS": json.dumps({SECTION: "project = DEMO"})}
        }
        assert client.put(f"{address}/{unsigned['id']}", signed).status_code == 200
        (hook,) = jira.webhooks.all()
        assert (hook.secret, hook.filters) == ("yes", {SECTION: "project = DEMO"})
        assert client.post(f"{jira.url}/rest/webhooks/1.0/webhook", body).status_code == 404
        bad = {"configuration": {"FILTERS": "{"}}
        assert client.put(f"{address}/{unsigned['id']}", bad).status_code == 400
        assert client.call("DELETE", f"{address}/{unsigned['id']}").status_code == 204


def test_only_admins_see_webhooks(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.take_right("sluice", "ADMINISTER")
    answer = client.call("GET", f"{sandbox.url}/rest/webhooks/1.0/webhook")
    assert answer.status_code == 403
