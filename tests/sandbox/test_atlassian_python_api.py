"""The `atlassian-python-api` library cannot tell the sandbox from a Jira."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.render.adf import to_adf, to_wiki

pytest.importorskip("atlassian", reason="atlassian-python-api is not installed: make install")
from atlassian import Jira
from atlassian.jira import JiraCloud

BUG = {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}}


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    """A client of a Cloud site, then of a Data Center below a path."""
    path = "/jira" if request.param == "datacenter" else ""
    with Sandbox(deployment=request.param, context_path=path) as site:
        if request.param == "cloud":
            who = {"username": "sluice@example.com", "password": "token-sluice"}
            yield Jira(site.url, cloud=True, **who)
        else:
            yield Jira(site.url, token="token-sluice")


def make(jira: Jira, summary: str = "It broke") -> str:
    return str(jira.issue_create(BUG | {"summary": summary})["key"])


def test_an_issue_is_made_read_edited_and_deleted(jira: Jira) -> None:
    key = make(jira)
    jira.update_issue_field(key, {"summary": "new"})
    jira.edit_issue(key, {"labels": [{"add": "db"}]})
    fields = jira.issue(key)["fields"]
    assert (fields["summary"], fields["labels"]) == ("new", ["db"])
    assert jira.get_issue_changelog(key)["total"] == 2
    jira.delete_issue(key)
    assert not jira.issue_exists(key)


def test_comments_properties_and_worklogs_are_kept(jira: Jira) -> None:
    key = make(jira)
    level = {"type": "role", "value": "Developers"}
    comment = jira.issue_add_comment(key, "why", visibility=level)
    jira.issue_edit_comment(key, comment["id"], "because")
    (found,) = jira.issue_get_comments(key)["comments"]
    assert found["body"] == "because"
    jira.set_issue_property(key, "sluice", {"v": 1})
    assert jira.get_issue_property(key, "sluice")["value"] == {"v": 1}
    jira.issue_worklog(key, started="2026-11-30T09:00:00.000+0000", time_sec=3600, comment="x")
    assert jira.issue_get_worklog(key)["worklogs"][0]["timeSpent"] == "1h"


def test_a_search_is_read_page_by_page(jira: Jira) -> None:
    keys = [make(jira, f"n{n}") for n in range(5)]
    query, found, token = "project = DEMO order by key", [], None
    while len(found) < len(keys):
        if jira.cloud:
            page = jira.enhanced_jql(query, fields="summary", limit=2, nextPageToken=token)
            token = page.get("nextPageToken")
        else:
            page = jira.jql(query, fields="summary", start=len(found), limit=2)
        assert page["issues"]
        found += [issue["key"] for issue in page["issues"]]
    assert found == keys


def test_an_issue_is_moved_on_and_linked(jira: Jira) -> None:
    one, two = make(jira), make(jira)
    jira.set_issue_status(one, "Done")
    assert jira.get_issue_status(one) == "Done"
    ends = {"inwardIssue": {"key": one}, "outwardIssue": {"key": two}}
    jira.create_issue_link({"type": {"name": "Blocks"}} | ends)
    shown = [jira.issue(key)["fields"]["issuelinks"][0] for key in (one, two)]
    assert (shown[0]["outwardIssue"]["key"], shown[1]["inwardIssue"]["key"]) == (two, one)
    jira.create_or_update_issue_remote_links(one, "https://a.example", "A", global_id="a")
    assert jira.get_issue_remote_links(one)[0]["object"]["title"] == "A"


def test_a_board_has_sprints(jira: Jira) -> None:
    key = make(jira)
    (board,) = jira.get_all_agile_boards(project_key="DEMO")["values"]
    sprint = jira.create_sprint("Sprint 1", board["id"])["id"]
    jira.add_issues_to_sprint(sprint, [key])
    assert jira.get_all_issues_for_sprint_in_board(board["id"], sprint)["total"] == 1
    assert set(jira.get_project_roles("DEMO")) >= {"Administrators", "Developers"}


@pytest.mark.parametrize("version", [2, 3])
def test_both_versions_of_cloud_are_spoken(sandbox: Sandbox, version: int) -> None:
    who = {"username": "sluice@example.com", "password": "token-sluice"}
    jira = JiraCloud(sandbox.url, api_version=version, cloud=True, **who)

    def text(markup: str) -> Any:
        return markup if version == 2 else to_adf(markup)

    made = jira.create_issue(data={"fields": BUG | {"summary": "a", "description": text("*x*")}})
    key = made["key"]
    jira.add_comment(key, data={"body": text("because")})
    found = jira.get_issue(key)["fields"]["description"]
    assert (found if version == 2 else to_wiki(found)) == "*x*"
    jira.do_transition(key, data={"transition": {"id": "31"}})
    assert jira.get_issue(key)["fields"]["status"]["name"] == "Done"
    assert jira.enhanced_jql("project = DEMO", fields="summary")["issues"][0]["key"] == key
