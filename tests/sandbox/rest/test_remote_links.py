"""Links of issues to things outside of Jira."""

from __future__ import annotations

from tests.sandbox.conftest import Client

THING = {"url": "https://crm.example/1", "title": "Customer 1"}


def test_a_link_is_made_once_by_its_global_id(client: Client) -> None:
    issue = client.create()
    body = {"globalId": "crm-1", "object": THING}
    made = client.post(f"issue/{issue}/remotelink", body)
    again = client.post(f"issue/{issue}/remotelink", body | {"relationship": "asked by"})
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    (link,) = client.get(f"issue/{issue}/remotelink")
    assert link["relationship"] == "asked by"
    assert client.get(f"issue/{issue}/remotelink", globalId="crm-1")["object"] == THING


def test_a_link_is_replaced_and_removed(client: Client) -> None:
    issue = client.create()
    ident = client.post(f"issue/{issue}/remotelink", {"object": THING}).json()["id"]
    new = THING | {"title": "Customer one"}
    assert client.put(f"issue/{issue}/remotelink/{ident}", {"object": new}).status_code == 204
    assert client.get(f"issue/{issue}/remotelink/{ident}")["object"]["title"] == "Customer one"
    assert client.call("DELETE", f"issue/{issue}/remotelink/{ident}").status_code == 204
    assert client.call("DELETE", f"issue/{issue}/remotelink/{ident}").status_code == 404
    assert client.call("DELETE", f"issue/{issue}/remotelink?globalId=crm-1").status_code == 404


def test_a_link_needs_an_address_and_a_title(client: Client) -> None:
    issue = client.create()
    refused = client.post(f"issue/{issue}/remotelink", {"object": {"url": ""}})
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"title", "url"})
