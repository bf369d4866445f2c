"""The board, read and used as plain web pages."""

from __future__ import annotations

import re

import requests

from sandbox import Sandbox
from tests.sandbox.conftest import Client

CLASS, SCORE, GATE = "customfield_10050", "customfield_10051", "customfield_10052"


def _decide(client: Client, key: str, kind: str, score: float, gate: str = "Accept") -> None:
    body = {
        "fields": {CLASS: {"value": kind}, SCORE: score, GATE: {"value": gate}},
        "update": {"comment": [{"add": {"body": f"*{gate}*: score {score}"}}]},
    }
    assert client.put(f"issue/{key}", body).status_code == 204


def _page(sandbox: Sandbox, path: str = "/") -> str:
    answer = requests.get(sandbox.url + path, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.text


def _column(page: str, slug: str) -> str:
    found = re.search(rf'<section class="column {slug}".*?</section>', page, re.S)
    assert found
    return found[0]


def test_cards_stand_in_their_column_the_best_score_first(sandbox: Sandbox, client: Client) -> None:
    low, high, need, waiting = (client.create(n) for n in ("低分", "high", "need", "waiting"))
    _decide(client, low, "Tech debt", 3)
    _decide(client, high, "Tech debt", 90, "Needs info")
    _decide(client, need, "Business need", 50)
    page = _page(sandbox)
    debt = _column(page, "tech-debt")
    assert re.findall(r">(DEMO-\d+)<", debt) == [high, low]
    assert "低分" in debt
    assert '<span class="badge needs-info">Needs info</span>' in debt
    assert "<strong>Needs info</strong>: score 90" in debt
    assert need in _column(page, "business-need")
    assert "Nothing here." in _column(page, "exploration")
    assert waiting in page.split('class="columns"')[0]


def test_a_column_is_capped_at_100_cards(sandbox: Sandbox, client: Client) -> None:
    for n in range(103):
        _decide(client, client.create(f"n{n}"), "Exploration", n)
    column = _column(_page(sandbox), "exploration")
    assert column.count("<article") == 100
    assert "and 3 more" in column


def test_the_board_is_filtered_by_project_text_and_done(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.add_project("PAY")
    client.create("alpha")
    client.create("beta", project={"key": "PAY"})
    done = client.create("gamma")
    client.post(f"issue/{done}/transitions", {"transition": {"id": "31"}})
    assert "PAY-1" in _page(sandbox)
    assert "beta" not in _page(sandbox, "/board/fragment?project=DEMO")
    assert "alpha" not in _page(sandbox, "/board/fragment?q=BET")
    assert "gamma" not in _page(sandbox)
    assert "gamma" in _page(sandbox, "/board/fragment?done=1")


def test_the_fragment_is_not_sent_again_while_nothing_changes(
    sandbox: Sandbox, client: Client
) -> None:
    client.create()
    address = f"{sandbox.url}/board/fragment"
    first = requests.get(address, timeout=60)
    known = {"If-None-Match": first.headers["ETag"]}
    assert requests.get(address, headers=known, timeout=60).status_code == 304
    client.create()
    assert requests.get(address, headers=known, timeout=60).status_code == 200


def test_a_person_changes_class_gate_score_and_priority_by_hand(
    sandbox: Sandbox, client: Client
) -> None:
    key = client.create()
    _decide(client, key, "Tech debt", 3)
    options = {o["value"]: o["id"] for f in (CLASS, GATE) for o in sandbox.model.fields[f].options}
    form = {
        CLASS: options["Exploration"], GATE: options["Defer"], SCORE: "", "priority": "1",
        "comment": "no",
    }  # fmt: skip
    answer = requests.post(f"{sandbox.url}/browse/{key}", data=form, timeout=60)
    assert (answer.status_code, answer.url) == (200, f"{sandbox.url}/browse/{key}")
    issue = client.get(f"issue/{key}", expand="changelog")
    fields = issue["fields"]
    assert (fields[CLASS]["value"], fields[GATE]["value"]) == ("Exploration", "Defer")
    assert (fields[SCORE], fields["priority"]["name"]) == (None, "Highest")
    assert issue["changelog"]["histories"][0]["author"]["displayName"] == "Ada PM"
    assert "Exploration" in answer.text
    bad = requests.post(f"{sandbox.url}/browse/{key}", data={SCORE: "lots"}, timeout=60)
    assert bad.status_code == 400
    assert "Operation value must be a number" in bad.text
    moved = requests.post(f"{sandbox.url}/browse/{key}/status", data={"transition": "31"})
    assert moved.status_code == 200
    assert client.get(f"issue/{key}")["fields"]["status"]["name"] == "Done"


def test_a_person_creates_an_issue(sandbox: Sandbox, client: Client) -> None:
    form = {
        "project": "DEMO", "type": "Story", "summary": "新需求 <b>", "description": "* a",
        "priority": "High",
    }  # fmt: skip
    answer = requests.post(f"{sandbox.url}/create", data=form, timeout=60)
    assert "新需求 &lt;b&gt;" in answer.text
    assert "<li>a</li>" in answer.text
    made = client.get("issue/DEMO-1")["fields"]
    assert (made["issuetype"]["name"], made["priority"]["name"]) == ("Story", "High")
    empty = requests.post(f"{sandbox.url}/create", data=form | {"summary": " "}, timeout=60)
    assert empty.status_code == 400
    assert "You must specify a summary" in empty.text


def test_the_pages_have_a_language_labels_and_no_foreign_assets(
    sandbox: Sandbox, client: Client
) -> None:
    key = client.create()
    for path in ("/", f"/browse/{key}", "/create"):
        page = _page(sandbox, path)
        assert '<html lang="en">' in page
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
        controls = re.findall(r"<(?:input|select|textarea)[^>]*>", page)
        for control in controls:
            ident = re.search(r' id="([^"]+)"', control)
            unseen = re.search('type="(checkbox|hidden)"', control)
            assert unseen or (ident and ident[1] in labelled), control
        assert not re.findall(r'(?:src|href)="https?:', page)
        for asset in re.findall(r'(?:src|href)="(/board-static/[^"]+)"', page):
            assert requests.get(sandbox.url + asset, timeout=60).status_code == 200


def test_what_changed_since_the_page_was_made_is_let_be_and_texts_can_be_edited(
    sandbox: Sandbox, client: Client
) -> None:
    key = client.create()
    client.put(f"issue/{key}", {"fields": {"priority": {"name": "Lowest"}}})
    form = {
        "priority": "3", "was-priority": "3", "summary": "Another title", "was-summary": "old",
        "description": "Two\r\nlines", "was-description": "", "labels": "a b", "was-labels": "",
    }  # fmt: skip
    assert requests.post(f"{sandbox.url}/browse/{key}", data=form, timeout=60).status_code == 200
    fields = client.get(f"issue/{key}")["fields"]
    assert fields["priority"]["name"] == "Lowest"
    assert (fields["summary"], fields["description"]) == ("Another title", "Two\nlines")
    assert fields["labels"] == ["a", "b"]


def test_another_sites_page_cannot_write_through_the_reader(
    sandbox: Sandbox, client: Client
) -> None:
    key = client.create()
    headers = {"Origin": "https://evil.example"}
    answer = requests.post(
        f"{sandbox.url}/browse/{key}", data={SCORE: "1"}, headers=headers, timeout=60
    )
    assert answer.status_code == 403
    assert client.get(f"issue/{key}")["fields"][SCORE] is None


def test_an_unknown_issue_has_no_page(sandbox: Sandbox) -> None:
    assert requests.get(f"{sandbox.url}/browse/NOPE-1", timeout=60).status_code == 404


def test_the_board_works_under_a_context_path() -> None:
    with Sandbox(context_path="/jira") as jira:
        Client(jira).create()
        page = _page(jira)
        assert 'href="/jira/browse/DEMO-1"' in page
        outside = jira.url.removesuffix("/jira") + "/rest/api/2/serverInfo"
        assert requests.get(outside, timeout=60).status_code == 404
