"""Accounts that are added, closed and replaced."""

from __future__ import annotations

from sandbox import Sandbox
from tests.sandbox.conftest import Client


def test_a_replaced_account_leaves_its_comments_behind(sandbox: Sandbox, client: Client) -> None:
    issue = client.create()
    client.post(f"issue/{issue}/comment", {"body": "mine"})
    old = client.get("myself")["accountId"]
    sandbox.model.accounts.replace("sluice", "sluice2", "Sluice (new)")
    assert client.call("GET", "myself").status_code == 401
    new = Client(sandbox, "sluice2")
    assert new.get("myself")["displayName"] == "Sluice (new)"
    (comment,) = new.get(f"issue/{issue}/comment")["comments"]
    assert comment["author"]["accountId"] == old != new.get("myself")["accountId"]
    assert comment["author"]["active"] is False


def test_a_token_can_be_handed_on_to_the_new_account(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.accounts.replace("sluice", "sluice2", "Sluice (new)", keep_token=True)
    assert client.get("myself")["displayName"] == "Sluice (new)"
