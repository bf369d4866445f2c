"""The door to Jira: searches by pages, and every odd answer as what has to happen next."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from connector.client import Account, JiraBusy, JiraRefused, Site
from connector.http import connection
from connector.issue.read_issue import MARKER, MAX_ANSWERS
from connector.layout.field_mapping import LayoutError
from connector.plan_update import Update
from sandbox import Sandbox
from sandbox.operations.comments import CommentStep, apply_comments
from worker.settings.settings import WORDS

NAMES = {
    "class": "Sluice Class",
    "score": "Sluice Score",
    "gate": "Sluice Gate",
    "points": "Story Points",
}
URL = "https://jira.example.com"
API = f"{URL}/rest/api/2"
NOTE = Update({}, {"comment": [{"add": {"body": "x"}}]}, ())
FIELDS = [
    {"id": "customfield_1", "name": "Sluice Class", "schema": {"type": "option"}},
    {"id": "customfield_2", "name": "Sluice Score", "schema": {"type": "number"}},
    {"id": "customfield_3", "name": "Sluice Gate", "schema": {"type": "option"}},
]


def site_at(url: str, kind: Any = "cloud", token: str = "token-sluice") -> Site:
    return Site(Account(url, kind, token, "sluice@example.com"), NAMES, WORDS)


@pytest.fixture
def odd() -> Iterator[responses.RequestsMock]:
    """A Jira whose every answer is written by the test, after a good layout."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/field", json=FIELDS)
        mock.get(f"{API}/myself", json={"accountId": "me"})
        mock.get(f"{API}/priority", json=[{"id": "1", "name": "Highest"}])
        yield mock


@pytest.fixture
def site() -> Site:
    return site_at(URL)


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
def test_a_search_reads_all_pages_in_order(deployment: Any, count: int) -> None:
    with Sandbox(deployment=deployment, context_path="/jira") as jira:
        model = jira.model
        for number in range(count):
            values = {"summary": f"Issue {number}"}
            model.insert(model.projects["DEMO"], values, model.accounts.by_name["pm"])
        found = list(site_at(jira.url, deployment).search('project = "DEMO" ORDER BY key ASC'))
        assert [issue.summary for issue in found] == [f"Issue {n}" for n in range(count)]
        assert jira.log.count(path="search", account="sluice") == max(1, -(-count // 100))
        assert jira.log.count(path="/issue/", account="sluice") == 0


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_query_that_jira_does_not_take_is_refused_in_its_words(deployment: Any) -> None:
    with Sandbox(deployment=deployment) as jira, pytest.raises(JiraRefused, match="answered 400"):
        list(site_at(jira.url, deployment).search("project = NOPE ORDER BY"))


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 415, 422])
def test_what_jira_does_not_do_is_refused(
    odd: responses.RequestsMock, site: Site, status: int
) -> None:
    odd.put(f"{API}/issue/10001", json={"errors": {"priority": "Can't be set"}}, status=status)
    with pytest.raises(JiraRefused, match=f"^{URL} answered {status}: .*Can't be set") as raised:
        site.write("10001", NOTE)
    assert ("Check the token" in str(raised.value)) is (status == 403)
    assert (raised.value.status, raised.value.errors) == (status, {"priority": "Can't be set"})
    assert raised.value.final is raised.value.missing is (status == 404)


@pytest.mark.parametrize(
    ("reason", "scope"),
    [
        ("jira-per-issue-on-write", "issue"),
        ("jira-burst-based", "endpoint"),
        ("jira-quota-global-based", "site"),
        (None, "site"),
    ],
)
def test_a_429_says_how_long_and_who_has_to_wait(
    odd: responses.RequestsMock, site: Site, reason: str | None, scope: str
) -> None:
    headers = {"Retry-After": "9", **({"RateLimit-Reason": reason} if reason else {})}
    odd.put(f"{API}/issue/10001", status=429, headers=headers)
    with pytest.raises(JiraBusy) as raised:
        site.write("10001", NOTE)
    assert (raised.value.wait, raised.value.scope) == (9.0, scope)


def test_a_page_of_html_is_told_as_a_person_would_read_it(
    odd: responses.RequestsMock, site: Site
) -> None:
    page = (
        "<!DOCTYPE html><html><head><title>x</title><style>b {c: d}</style></head>"
        "<body><h1>502 Bad Gateway</h1>\n<p>nginx</p></body></html>"
    )
    odd.get(f"{API}/issue/10001", body=page, status=502, content_type="text/html")
    with pytest.raises(JiraBusy) as raised:
        site.open("10001")
    assert str(raised.value) == f"{URL} answered 502: 502 Bad Gateway nginx"


def test_an_error_without_a_body_still_says_its_status(
    odd: responses.RequestsMock, site: Site
) -> None:
    odd.get(f"{API}/issue/10001", body=b"", status=404)
    with pytest.raises(JiraBusy, match=r"answered 404: no reason given"):
        site.open("10001")


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"",
        b"<html>Log in</html>",
        b"\xff\xfe\x00",
        b"{" * 5,
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_no_issue_is_busy_and_asks_for_the_address(
    odd: responses.RequestsMock, site: Site, body: bytes
) -> None:
    odd.get(f"{API}/issue/10001", body=body, content_type="application/json")
    with pytest.raises(JiraBusy, match=r"Check `url` in sluice\.yaml"):
        site.open("10001")


@pytest.mark.parametrize(
    "body", [b"null", b"7", b"<html>", b'{"issues": 7}', b'{"issues": [null]}']
)
@pytest.mark.parametrize(("kind", "path"), [("cloud", "search/jql"), ("datacenter", "search")])
def test_a_search_that_is_answered_with_something_else_is_busy(
    odd: responses.RequestsMock, kind: str, path: str, body: bytes
) -> None:
    for method in ("GET", "POST"):
        odd.add(method, f"{API}/{path}", body=body, content_type="application/json")
    with pytest.raises(JiraBusy, match="Check `url`"):
        list(site_at(URL, kind).search("project = SHOP"))


@pytest.mark.parametrize("body", [b"null", b"{}", b"[1]"])
def test_fields_that_are_no_list_are_busy(site: Site, body: bytes) -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{API}/field", body=body, content_type="application/json")
        with pytest.raises(JiraBusy, match="Check `url`"):
            site.open("10001")


def test_an_issue_full_of_nulls_reads_as_empty(odd: responses.RequestsMock, site: Site) -> None:
    fields = dict.fromkeys(site.layout.wanted())
    odd.get(f"{API}/issue/10001", json={"id": "10001", "key": "A-1", "fields": fields})
    issue = site.open("10001")
    assert (issue.key, issue.project, issue.summary) == ("A-1", "A", "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_redirect_is_not_followed_and_says_where_it_leads(
    odd: responses.RequestsMock, site: Site, method: str, status: int
) -> None:
    there = "https://other.example.com/login"
    odd.add(method, f"{API}/issue/10001", status=status, headers={"Location": there})
    odd.get(there, json={"id": "1"})
    odd.put(there, status=204)
    with pytest.raises(JiraBusy, match=rf"redirects to the login page {there}\. Check the token"):
        site.open("10001") if method == "GET" else site.write("10001", NOTE)
    assert not any(call.request.url == there for call in odd.calls), "nor is the token sent there"


def test_a_write_that_is_answered_with_a_page_did_not_happen(
    odd: responses.RequestsMock, site: Site
) -> None:
    odd.put(f"{API}/issue/10001", body="<html>Log in</html>", status=200)
    with pytest.raises(JiraBusy, match="did not return JSON"):
        site.write("10001", NOTE)


def test_a_refused_connection_is_busy_in_a_few_words() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(JiraBusy) as raised:
            site_at(url).open("10001")
    assert str(raised.value) == f"{url} does not answer: Connection refused"


def test_an_answer_that_does_not_come_is_busy_after_the_timeout(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TIMEOUT", (0.2, 0.2))
    sandbox.faults.set(latency_ms=1000)
    with pytest.raises(JiraBusy, match=r"does not answer: no answer within 0\.2 s$"):
        site_at(sandbox.url).me  # noqa: B018 - the question is the point


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_connection_is_busy(sandbox: Sandbox, kind: str) -> None:
    sandbox.faults.set(**{kind: 1.0})
    with pytest.raises(JiraBusy, match="does not answer: ") as raised:
        site_at(sandbox.url).me  # noqa: B018
    assert "object at 0x" not in str(raised.value)


def test_an_address_that_nobody_has_is_busy_in_a_few_words(
    odd: responses.RequestsMock, site: Site
) -> None:
    wrong = requests.ConnectionError(
        "HTTPSConnectionPool(host='x', port=443): Max retries exceeded with url: /rest "
        '(Caused by NameResolutionError("<urllib3.connection.HTTPSConnection object at 0x7f>: '
        "Failed to resolve 'x' ([Errno -2] Name or service not known)\"))"
    )
    odd.get(f"{API}/issue/10001", body=wrong)
    with pytest.raises(JiraBusy) as raised:
        site.open("10001")
    assert str(raised.value) == f"{URL} does not answer: Name or service not known"


ODD_KEYS = [
    *("", "../../admin", "10001/../10002", "DEMO-1?x=y", "DEMO-1#", "DEMO 1", "DEMO-1\n", "-1"),
    *("DEMO-", "１２", "DEMO-１", "%2e%2e", "DEMO-1/comment", "9" * 19, "A" * 10_000, "ДЕМО-1"),
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_with_odd_characters_is_refused_before_any_request(key: str) -> None:
    with responses.RequestsMock() as mock:
        for question in (
            lambda: site_at(URL).open(key),
            lambda: site_at(URL).write(key, NOTE),
            lambda: site_at(URL).note(key, "x"),
        ):
            with pytest.raises(JiraRefused, match="is not an issue id or key") as raised:
                question()
            assert len(str(raised.value)) < 200
        assert len(mock.calls) == 0


def test_a_key_may_be_of_small_letters_and_have_digits_and_underscores(
    odd: responses.RequestsMock, site: Site
) -> None:
    for key in ("demo-1", "A1_B-12", "10001"):
        odd.get(f"{API}/issue/{key}", json={"id": "1", "key": key})
        assert site.open(key).key == key


def test_layout_and_account_are_asked_for_once(sandbox: Sandbox) -> None:
    account = sandbox.model.accounts.by_name["pm"]
    for _ in range(3):
        sandbox.model.insert(sandbox.model.projects["DEMO"], {"summary": "x"}, account)
    site = site_at(sandbox.url)
    for number in range(3):
        site.open(f"DEMO-{number + 1}")
    assert [sandbox.log.count(path=path) for path in ("/field", "/myself")] == [1, 1]


def test_a_field_that_is_created_later_is_found_without_a_restart(sandbox: Sandbox) -> None:
    sandbox.model.remove_field("Sluice Gate")
    site = site_at(sandbox.url)
    with pytest.raises(LayoutError, match="no field 'Sluice Gate': create it"):
        site.layout  # noqa: B018
    sandbox.model.add_field("Sluice Gate", "option", ("Accept",))
    assert site.layout.verdict.name == "Sluice Gate"


def test_the_token_is_in_no_repr() -> None:
    assert "a-token" not in repr(Account(URL, "cloud", "a-token", "a@b.c"))


def test_cloud_signs_in_by_email_and_data_center_by_token(odd: responses.RequestsMock) -> None:
    assert site_at(URL, "cloud").me == site_at(URL, "datacenter").me == "me"
    signed = [str(call.request.headers["Authorization"]).split()[0] for call in odd.calls]
    assert signed == ["Basic", "Bearer"]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize(("count", "gets"), [(0, 1), (98, 1), (100, 2), (250, 3)])
def test_comments_beyond_the_first_page_are_read_opened_or_found(
    deployment: Any, count: int, gets: int
) -> None:
    """On Cloud an issue holds a page of comments; the newest are asked for, and ours is found."""
    with Sandbox(deployment=deployment) as jira:
        model, site = jira.model, site_at(jira.url, deployment)
        by = model.accounts.by_name
        issue = model.insert(model.projects["DEMO"], {"summary": "Talk"}, by["pm"])
        steps = [CommentStep("add", "", f"Answer {n}.") for n in range(count)]
        apply_comments(model, issue, steps, by["dev"])
        apply_comments(model, issue, [CommentStep("add", "", "Built.")] * (count > 0), by["robot"])
        apply_comments(model, issue, [CommentStep("add", "", f"{MARKER} x")], by["sluice"])
        _ = site.layout
        since = jira.log.last_seq()
        opened = site.open(issue.key)
        asked = jira.log.count(account="sluice", since=since)
        assert asked == (gets if deployment == "cloud" else 1)
        (found,) = site.search(f"key = {issue.key}")
        for one in (opened, found):
            assert len(one.answers) == count + (count > 0 and deployment == "datacenter")
            assert one.note and one.note.body == f"{MARKER} x"
        assert opened.fields["answers"] == found.fields["answers"]
        assert len(str(opened.fields["answers"] or "")) <= MAX_ANSWERS


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (1_793_955_600, "2026-11-06T09:00:00.000+00:00"),
        (1_793_955_600_000, "2026-11-06T09:00:00.000+00:00"),
        ("2026-11-06T09:00:00.000+0000", "2026-11-06T09:00:00.000+0000"),
        (True, True),
        (10**40, 10**40),
    ],
)
def test_changes_of_many_issues_have_times_as_those_of_one(
    odd: responses.RequestsMock, created: object, expected: object
) -> None:
    change = {"created": created, "items": []}
    body = {"issueChangeLogs": [{"issueId": "7", "changeHistories": [change]}]}
    odd.post(f"{URL}/rest/api/3/changelog/bulkfetch", json=body)
    found = site_at(URL).changelogs(["7"], ["status"])
    assert [one["created"] for one in found["7"]] == [expected]


def test_people_open_the_pages_of_the_site_also_with_a_scoped_token() -> None:
    url = "https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555"
    with responses.RequestsMock() as mock:
        mock.get(f"{url}/rest/api/2/serverInfo", json={"baseUrl": "https://acme.atlassian.net"})
        assert site_at(url, "cloud").pages_url == "https://acme.atlassian.net"
    assert (
        site_at("https://acme.example/jira/", "datacenter").pages_url == "https://acme.example/jira"
    )


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize(("count", "gets"), [(120, 3), (1_200, 7)])
def test_sluices_comment_is_found_however_many_came_later(
    deployment: Any, count: int, gets: int
) -> None:
    """120 or more comments, ours the oldest: it is found to be edited, and not written again."""
    with Sandbox(deployment=deployment) as jira:
        model, site = jira.model, site_at(jira.url, deployment)
        by = model.accounts.by_name
        issue = model.insert(model.projects["DEMO"], {"summary": "Talk"}, by["pm"])
        apply_comments(model, issue, [CommentStep("add", "", f"{MARKER} x")], by["sluice"])
        own = issue.comments[0]["id"]
        steps = [CommentStep("add", "", f"Answer {n}.") for n in range(count)]
        apply_comments(model, issue, steps, by["dev"])
        assert site.layout
        for note in ("", own, "999999"):  # unknown to the record, known, and deleted since
            wrote = {"kind": "Tech debt"}
            issue.properties["sluice"] = {"wrote": wrote, "digest": "x", "note": note}
            since = jira.log.last_seq()
            found = site.open(issue.key)
            assert found.note is not None and found.note.id == own
            asked = jira.log.count(account="sluice", since=since)
            assert asked <= (gets + (note == "999999") if deployment == "cloud" else 1)


def test_a_renamed_user_of_data_center_is_the_same_account() -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/field", json=FIELDS)
        mock.get(f"{API}/priority", json=[])
        mock.get(f"{API}/myself", json={"name": "sluice-new", "key": "JIRAUSER10100"})
        assert site_at(URL, "datacenter").layout.accounts == {"sluice-new", "JIRAUSER10100"}
