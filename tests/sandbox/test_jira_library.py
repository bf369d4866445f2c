"""The `jira` library cannot tell the sandbox from a Jira."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from jira import JIRA
from jira.exceptions import JIRAError

from sandbox import Sandbox


@pytest.fixture
def cloud(sandbox: Sandbox) -> JIRA:
    return JIRA(sandbox.url, basic_auth=("sluice@example.com", "token-sluice"), max_retries=0)


@pytest.fixture
def server() -> Iterator[tuple[Sandbox, JIRA]]:
    with Sandbox(deployment="datacenter", context_path="/jira") as jira:
        yield jira, JIRA(jira.url, token_auth="token-sluice", max_retries=0)


def test_it_creates_edits_comments_and_reads_back(cloud: JIRA) -> None:
    issue = cloud.create_issue(
        project="DEMO", issuetype="Bug", summary="登录失败", description="*x*"
    )
    issue.update(
        fields={"labels": ["db"], "customfield_10050": {"value": "Tech debt"}},
        update={"comment": [{"add": {"body": "because"}}]},
        notify=False,
    )
    again = cloud.issue(issue.key, expand="changelog")
    assert again.fields.summary == "登录失败"
    assert again.fields.customfield_10050.value == "Tech debt"
    assert [c.body for c in again.fields.comment.comments] == ["because"]
    items = [item for h in again.changelog.histories for item in h.items]
    assert {i.field: i.toString for i in items} == {"labels": "db", "Sluice Class": "Tech debt"}


def test_transitions_by_name_set_and_clear_the_resolution(cloud: JIRA) -> None:
    issue = cloud.create_issue(project="DEMO", issuetype="Task", summary="a")
    cloud.transition_issue(issue, "Done", comment="finished")
    done = cloud.issue(issue.id)
    assert (str(done.fields.status), str(done.fields.resolution)) == ("Done", "Done")
    assert done.fields.resolutiondate
    cloud.transition_issue(issue, "In Progress")
    back = cloud.issue(issue.id)
    assert back.fields.resolution is None
    assert back.fields.resolutiondate is None


def test_it_pages_through_a_search_by_token(cloud: JIRA) -> None:
    cloud.create_issues(
        [
            {"project": {"key": "DEMO"}, "issuetype": {"name": "Bug"}, "summary": f"n{n}"}
            for n in range(7)
        ],
        prefetch=False,
    )
    first = cloud.enhanced_search_issues("project = DEMO order by key", maxResults=3)
    assert [i.fields.summary for i in first] == ["n0", "n1", "n2"]
    then = cloud.enhanced_search_issues(
        "project = DEMO order by key", maxResults=100, nextPageToken=first.nextPageToken
    )
    assert [i.fields.summary for i in then] == ["n3", "n4", "n5", "n6"]
    assert len(cloud.search_issues("project = DEMO", maxResults=0)) == 7
    assert cloud.approximate_issue_count("project = DEMO") == 7


def test_it_reads_writes_and_deletes_issue_properties(cloud: JIRA) -> None:
    issue = cloud.create_issue(project="DEMO", issuetype="Bug", summary="a")
    cloud.add_issue_property(issue.key, "sluice", {"v": 1})
    assert cloud.issue_properties(issue.key)[0].key == "sluice"
    kept = cloud.issue_property(issue.key, "sluice")
    assert kept.value.v == 1
    kept.delete()
    with pytest.raises(JIRAError) as refused:
        cloud.issue_property(issue.key, "sluice")
    assert refused.value.status_code == 404


def test_it_attaches_links_watches_and_deletes(cloud: JIRA) -> None:
    one = cloud.create_issue(project="DEMO", issuetype="Bug", summary="a")
    two = cloud.create_issue(project="DEMO", issuetype="Bug", summary="b")
    cloud.create_issue_link("Blocks", one.key, two.key)
    assert cloud.issue(one.key).fields.issuelinks[0].outwardIssue.key == two.key
    attachment = cloud.add_attachment(one.key, io.BytesIO(b"data"), filename="a.txt")
    assert cloud.attachment(attachment.id).size == 4
    content = cloud._session.get(attachment.content).content
    assert content == b"data"
    assert cloud.watchers(one.key).watchCount == 1
    assert cloud._session.delete(two.self).status_code == 204
    assert cloud.issue(one.key).fields.issuelinks == []


def test_the_lists_of_a_site_can_be_read(cloud: JIRA) -> None:
    assert [p.name for p in cloud.priorities()] == ["Highest", "High", "Medium", "Low", "Lowest"]
    assert "Technical Debt" in [t.name for t in cloud.issue_types()]
    assert cloud.projects()[0].key == "DEMO"
    assert {f["name"] for f in cloud.fields()} > {"Sluice Class", "Sluice Score", "Summary"}
    assert "Sluice Gate" in [f["name"] for f in _editmeta(cloud)["fields"].values()]
    assert cloud.server_info()["deploymentType"] == "Cloud"
    assert [s.name for s in cloud.statuses()] == ["To Do", "In Progress", "Done"]


def _editmeta(cloud: JIRA) -> dict[str, dict[str, dict[str, str]]]:
    issue = cloud.create_issue(project="DEMO", issuetype="Bug", summary="a")
    meta: dict[str, dict[str, dict[str, str]]] = cloud.editmeta(issue.key)
    return meta


def test_data_center_searches_by_start_and_knows_people_by_name(
    server: tuple[Sandbox, JIRA],
) -> None:
    sandbox, jira = server
    for n in range(3):
        jira.create_issue(project="DEMO", issuetype="Bug", summary=f"n{n}")
    page = jira.search_issues("project = DEMO order by key", startAt=1, maxResults=1)
    assert (page.total, [i.fields.summary for i in page]) == (3, ["n1"])
    assert jira.myself()["name"] == "sluice"
    assert "accountId" not in jira.myself()
    jira.assign_issue(page[0].key, "dev")
    assert jira.issue(page[0].key).raw["fields"]["assignee"]["name"] == "dev"
    assert sandbox.url.endswith("/jira")
    assert jira.issue(page[0].key).self.startswith(sandbox.url)
    assert jira.server_info()["deploymentType"] == "Server"
