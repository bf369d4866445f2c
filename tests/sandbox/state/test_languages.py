"""Names of priorities, statuses and types in the language of the account that asks."""

from __future__ import annotations

from sandbox import Sandbox
from tests.sandbox.conftest import Client, Receiver
from tests.waiting import until


def test_an_account_reads_names_in_its_language_and_the_ids_stay(
    sandbox: Sandbox, client: Client, person: Client
) -> None:
    issue = client.create(priority={"name": "Highest"})
    sandbox.model.accounts.speak("sluice", "de")
    german, english = (c.get(f"issue/{issue}")["fields"] for c in (client, person))
    assert (german["priority"]["name"], english["priority"]["name"]) == ("Höchste", "Highest")
    assert german["priority"]["id"] == english["priority"]["id"] == "1"
    assert german["status"]["name"] == "Zu erledigen"
    assert german["issuetype"]["name"] == "Fehler"
    assert client.get("priority")[0]["name"] == "Höchste"
    assert german["priority"]["iconUrl"].endswith("/icons/priorities/highest.svg")


def test_either_name_can_be_written_and_searched(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.accounts.speak("sluice", "de")
    issue = client.create("a")
    for name in ("Höchste", "Highest"):
        answer = client.put(f"issue/{issue}", {"fields": {"priority": {"name": name}}})
        assert answer.status_code == 204
        assert client.found(f"priority = {name}") == ["a"]


def test_webhooks_are_in_the_language_of_the_site(
    sandbox: Sandbox, client: Client, receiver: Receiver
) -> None:
    sandbox.model.accounts.speak_by_default("zh")
    sandbox.model.accounts.speak("sluice", "en")
    sandbox.webhooks.add(receiver.url)
    issue = client.create()
    (got,) = until(lambda: receiver.got)
    assert got.body["issue"]["fields"]["status"]["name"] == "待办"
    assert client.get(f"issue/{issue}")["fields"]["status"]["name"] == "To Do"
