"""Faults, rate limits and the request log."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import requests

from sandbox import Sandbox
from sandbox.state.faults import BadFaults
from tests.sandbox.conftest import Client


def test_a_429_says_when_to_come_back_and_why(sandbox: Sandbox, client: Client) -> None:
    key = client.create()
    sandbox.faults.set(rate_429=1.0, retry_after_429=7, times=1, only={"method": "PUT"})
    assert client.call("GET", f"issue/{key}").status_code == 200
    refused = client.put(f"issue/{key}", {"fields": {"description": "x"}})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "7"
    assert refused.headers["RateLimit-Reason"] == "jira-burst-based"
    for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"):
        assert name in refused.headers
    assert client.get(f"issue/{key}")["fields"]["description"] is None
    assert client.put(f"issue/{key}", {"fields": {"description": "x"}}).status_code == 204


def test_a_503_may_come_with_or_without_retry_after(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(rate_503=1.0)
    assert "Retry-After" not in client.call("GET", "myself").headers
    sandbox.faults.set(rate_503=1.0, retry_after_503=3)
    refused = client.call("GET", "myself")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "3")


@pytest.mark.parametrize(("fault", "written"), [("drop_before", None), ("drop_after", "new")])
def test_a_connection_is_lost_before_or_after_the_work(
    sandbox: Sandbox, client: Client, fault: str, written: str | None
) -> None:
    key = client.create()
    sandbox.faults.set(**{fault: 1.0}, only={"method": "PUT", "path": "/issue/"}, times=1)
    with pytest.raises(requests.ConnectionError):
        client.put(f"issue/{key}", {"fields": {"description": "new"}})
    assert client.get(f"issue/{key}")["fields"]["description"] == written
    (entry,) = sandbox.log.entries(method="PUT")
    assert (entry.fault, entry.status) == (fault, 204 if written else 0)
    assert entry.account == "sluice"


def test_latency_is_added(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(sleep=slept.append, perf_counter=lambda: 0.0)
    monkeypatch.setattr("sandbox.http.request_checks.time", clock)
    sandbox.faults.set(latency_ms=[80, 90])
    client.get("myself")
    assert len(slept) == 1 and 0.08 <= slept[0] <= 0.09


def test_the_same_seed_gives_the_same_trouble(sandbox: Sandbox, client: Client) -> None:
    def statuses() -> list[int]:
        sandbox.faults.set(rate_429=0.3, rate_503=0.3, seed=5)
        return [client.call("GET", "myself").status_code for _ in range(20)]

    first = statuses()
    assert first == statuses()
    assert set(first) == {200, 429, 503}


def test_faults_are_set_read_and_cleared_over_http(sandbox: Sandbox, client: Client) -> None:
    address = f"{sandbox.url}/sandbox/faults"
    assert client.put(address, {"rate_503": 1, "times": 1}).status_code == 200
    assert client.call("GET", "myself").status_code == 503
    assert client.call("GET", "myself").status_code == 200
    assert client.get(address)["left"] == 0
    for wrong in ({"rate_503": 2}, {"nope": 1}, {"only": {"path": "("}}, {"latency_ms": [1]}):
        assert client.put(address, wrong).status_code == 400
    assert client.call("DELETE", address).status_code == 204
    assert client.get(address)["rate_503"] == 0
    with pytest.raises(BadFaults, match="use a rate from 0 to 1"):
        sandbox.faults.set(rate_429="often")


def test_bursts_and_writes_to_one_issue_are_limited() -> None:
    with Sandbox(rate_limits=True) as jira:
        client = Client(jira)
        one, two = client.create("a"), client.create("b")
        answers = [client.put(f"issue/{one}", {"fields": {}}) for _ in range(21)]
        assert [a.status_code for a in answers[:20]] == [204] * 20
        assert answers[20].status_code == 429
        assert answers[20].headers["RateLimit-Reason"] == "jira-per-issue-on-write"
        assert client.put(f"issue/{two}", {"fields": {}}).status_code == 204
        jira.limits.clock = lambda: 1000.0
        burst = [client.call("GET", "myself") for _ in range(101)]
        assert burst[99].headers["X-RateLimit-NearLimit"] == "true"
        assert burst[100].status_code == 429
        assert burst[100].headers["RateLimit-Reason"] == "jira-burst-based"
        assert int(burst[100].headers["Retry-After"]) >= 1


def test_the_log_knows_who_did_what_to_which_issue(
    sandbox: Sandbox, client: Client, person: Client
) -> None:
    key = person.create()
    client.get(f"issue/{key}")
    client.put("issue/10000", {"fields": {"description": "x"}})
    client.put(f"issue/{key}", {"fields": {"nope": 1}})
    log = sandbox.log
    assert log.count(method="PUT", issue="10000", account="sluice") == 2
    assert log.count(method="PUT", issue="10000", account="sluice", status=204) == 1
    assert log.count(account="pm") == 1
    assert log.entries(method="GET")[0].path == "/rest/api/2/issue/{issue}"
    assert log.count(since=log.last_seq()) == 0
    assert len(client.get(f"{sandbox.url}/sandbox/log", issue=key, account="sluice")) == 3
    stats = client.get(f"{sandbox.url}/sandbox/stats")["issues"]["10000"]
    assert (stats["gets"], stats["puts"], stats["writes"]) == (1, 2, 1)
    assert stats["event_at"] <= stats["first_write_at"]
    client.call("DELETE", f"{sandbox.url}/sandbox/log")
    assert log.entries() == []


@pytest.mark.parametrize("status", [404, 407, 423, 500, 501, 505, 507, 508, 520, 530])
def test_a_gateway_answers_with_a_page(sandbox: Sandbox, client: Client, status: int) -> None:
    sandbox.faults.set(status=status, retry_after="Mon, 30 Nov 2026 12:00:00 GMT")
    refused = client.call("GET", "myself")
    assert refused.status_code == status
    assert refused.headers["Content-Type"].startswith("text/html")
    assert refused.headers["Retry-After"] == "Mon, 30 Nov 2026 12:00:00 GMT"
    sandbox.faults.clear()
    assert client.get("myself")


def test_a_site_sends_everybody_to_its_login_page(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(status=302)
    sent = client.call("GET", "myself", allow_redirects=False)
    assert sent.headers["Location"].startswith(f"{sandbox.url}/login.jsp")
    page = client.call("GET", "myself")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_an_expired_token_answers_401_for_all(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(status=401)
    refused = client.call("GET", "myself")
    assert (refused.status_code, refused.json()["status-code"]) == (401, 401)


def test_an_edit_can_be_applied_long_before_it_is_answered(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = client.create()
    seen: list[object] = []
    clock = SimpleNamespace(
        sleep=lambda seconds: seen.append((seconds, sandbox.model.issue(issue).values["labels"])),
        perf_counter=lambda: 0.0,
    )
    monkeypatch.setattr("sandbox.http.request_checks.time", clock)
    sandbox.faults.set(late_ms=14_000, only={"method": "PUT"})
    assert client.put(f"issue/{issue}", {"fields": {"labels": ["a"]}}).status_code == 204
    assert seen == [(14.0, ["a"])]


def test_a_search_can_repeat_its_token_for_ever(sandbox: Sandbox, client: Client) -> None:
    client.create()
    sandbox.faults.set(search="same_token")
    first = client.post("search/jql", {"jql": "project = DEMO"}).json()
    token = first["nextPageToken"]
    then = client.post("search/jql", {"jql": "project = DEMO", "nextPageToken": token}).json()
    assert (then["nextPageToken"], then["isLast"]) == (token, False)


def test_a_search_can_stay_empty_with_ever_new_tokens(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(search="empty_pages")
    tokens: list[str | None] = [None]
    for _ in range(3):
        asked = {"jql": "project = DEMO", "nextPageToken": tokens[-1]}
        page = client.post("search/jql", asked).json()
        assert (page["issues"], page["isLast"]) == ([], False)
        tokens.append(page["nextPageToken"])
    assert len(set(tokens)) == 4


@pytest.mark.parametrize(
    "wrong", [{"status": 200}, {"retry_after": "a\nb"}, {"search": "lost"}, {"late_ms": -1}]
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, wrong: dict[str, object]) -> None:
    with pytest.raises(BadFaults, match=next(iter(wrong)).split("_")[0]):
        sandbox.faults.set(**wrong)


def test_a_fault_for_one_account_spares_the_others(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(status=401, only={"account": "sluice"})
    assert client.call("GET", "myself").status_code == 401
    person = requests.get(
        f"{sandbox.url}/rest/api/2/myself", headers=sandbox.authorization("pm"), timeout=60
    )
    assert person.status_code == 200


def test_webhooks_may_be_late_for_as_long_as_is_said(sandbox: Sandbox) -> None:
    sandbox.faults.set(disorder_webhooks=1.0, webhook_delay_ms=[4000, 9000])
    assert 4.0 <= sandbox.faults.webhook_delay() <= 9.0


def test_a_range_that_is_none_is_refused_by_its_name(sandbox: Sandbox) -> None:
    with pytest.raises(BadFaults, match="webhook_delay_ms: use milliseconds"):
        sandbox.faults.set(webhook_delay_ms="soon")
