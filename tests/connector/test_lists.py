"""Lists of Jira that are not whole: the rest is asked for, counted by the total, or said."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses

from connector.client import Account, JiraRefused, Site
from connector.http.progress import MOST_EMPTY
from sandbox import Sandbox
from sandbox.operations.comments import CommentStep, apply_comments
from tests.connector.test_client import API, FIELDS, NAMES, URL
from worker.settings.settings import WORDS

GROWTH = ["growth"]


def site_at(url: str, kind: Any = "cloud", custom: Any = ()) -> Site:
    account = Account(url, kind, "token-sluice", "sluice@example.com")
    return Site(account, NAMES, WORDS, custom)


def talk(jira: Sandbox, count: int) -> str:
    """An issue with so many comments of people and one of Sluice, the first."""
    model, by = jira.model, jira.model.accounts.by_name
    issue = model.insert(model.projects["DEMO"], {"summary": "Talk"}, by["pm"])
    apply_comments(model, issue, [CommentStep("add", "", "Sluice · x")], by["sluice"])
    steps = [CommentStep("add", "", f"Answer {n}.") for n in range(count)]
    apply_comments(model, issue, steps, by["dev"])
    return issue.key


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize("count", [0, 7, 120, 620])
def test_comments_are_counted_by_their_total_without_ours(deployment: Any, count: int) -> None:
    with Sandbox(deployment=deployment) as jira:
        site, key = site_at(jira.url, deployment), talk(jira, count)
        (found,) = site.search(f"key = {key}")
        assert site.open(key).fields["comments"] == found.fields["comments"] == count


@pytest.mark.parametrize("fault", ["same_token", "empty_pages"])
def test_a_search_without_an_end_ends_with_a_word(sandbox: Sandbox, fault: str) -> None:
    talk(sandbox, 0)
    site = site_at(sandbox.url)
    _ = site.layout
    sandbox.faults.set(search=fault)
    with pytest.raises(JiraRefused, match="does not end") as raised:
        list(site.search("project = DEMO"))
    assert not raised.value.final
    assert sandbox.log.count(path="search", account="sluice") <= MOST_EMPTY + 1


def change(number: int) -> dict[str, Any]:
    at = f"2026-11-{1 + number // 24:02}T{number % 24:02}:00:00.000+0000"
    item = {"field": "summary", "fieldId": "summary", "fromString": f"{number}", "toString": "x"}
    return {"id": str(number), "created": at, "items": [item], "author": {"accountId": "dev"}}


@pytest.mark.parametrize(("real", "asked"), [(40, 1), (95, 2), (250, 4)])
def test_a_changelog_of_forty_that_calls_itself_whole_is_asked_for_its_total(
    real: int, asked: int
) -> None:
    every = [change(n) for n in range(real)]
    newest = [*reversed(every)][:40]
    site = site_at(URL, custom=GROWTH)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/field", json=FIELDS)
        mock.get(f"{API}/myself", json={"accountId": "me"})
        mock.get(f"{API}/priority", json=[])
        log = {"startAt": 0, "maxResults": 40, "total": 40, "histories": newest}
        mock.get(f"{API}/issue/1", json={"id": "1", "key": "A-1", "fields": {}, "changelog": log})

        def page(request: Any) -> tuple[int, dict[str, str], str]:
            start = int(request.params.get("startAt", 0))
            size = int(request.params["maxResults"])
            values = every[start : start + size]
            return 200, {}, json.dumps({"startAt": start, "total": real, "values": values})

        mock.add_callback("GET", f"{API}/issue/1/changelog", page)
        issue = site.open("1")
        paged = [one for one in mock.calls if "/changelog" in str(one.request.url)]
    assert len(paged) == asked
    assert len(issue.history.versions) == real
