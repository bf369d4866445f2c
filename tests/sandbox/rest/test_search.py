"""JQL and the ways to search."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client

NOW = 1_795_000_000.0  # 2026-11-18 (a Wednesday) 11:06:40 UTC


@pytest.fixture(scope="module")
def filled() -> Iterator[Client]:
    with Sandbox() as sandbox:
        sandbox.model.clock = lambda: NOW
        client = Client(sandbox)
        _fill(sandbox, client)
        yield client


def _fill(sandbox: Sandbox, client: Client) -> None:
    made = [
        ("a", "Bug", "Highest", "2026-11-18T09:00:00.000+0000", ["db"], "Slow query in login"),
        ("b", "Story", "Low", "2026-11-16T00:00:00.000+0000", [], None),
        ("c", "Spike", "Medium", "2026-11-10T00:00:00.000+0000", ["db", "ui"], "重构支付模块"),
        ("d", "Bug", "High", "2026-01-31T10:30:00.000+0000", ["ui"], "queries"),
    ]
    for summary, kind, priority, created, labels, description in made:
        fields = {
            "project": {"key": "DEMO"},
            "summary": summary,
            "issuetype": {"name": kind},
            "priority": {"name": priority},
            "labels": labels,
            "description": description,
        }
        client.post(f"{sandbox.url}/sandbox/issues", {"fields": fields, "created": created})
    client.put("issue/DEMO-1", {"fields": {"customfield_10051": 80}})
    client.put("issue/DEMO-2", {"fields": {"customfield_10051": 5}})
    client.put("issue/DEMO-1", {"fields": {"customfield_10050": {"value": "Tech debt"}}})
    client.put("issue/DEMO-2", {"fields": {"customfield_10050": {"value": "Undecided"}}})
    client.post("issue/DEMO-4/transitions", {"transition": {"id": "31"}})


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("project = DEMO order by key", "abcd"),
        ("project = demo order by key desc", "dcba"),
        ("project in (DEMO) and type = Bug order by created", "ad"),
        ("key in (DEMO-1, DEMO-3) order by key asc", "ac"),
        ("key > DEMO-2 order by id", "cd"),
        ("status = Done", "d"),
        ("statusCategory != Done order by key", "abc"),
        ('status in ("To Do", Done) order by key', "abcd"),
        ("resolution is empty order by key", "abc"),
        ("resolution = Unresolved order by key", "abc"),
        ("priority > Medium order by priority desc", "ad"),
        ("priority in (Low, 3) order by priority asc", "bc"),
        ("labels = db order by key", "ac"),
        ("labels in (ui) and labels not in (db)", "d"),
        ("labels != db", "d"),
        ("labels is empty", "b"),
        ("not labels is empty and not (type = Bug or labels = x)", "c"),
        ("created >= -7d order by key", "ab"),
        ("created < -1w and created > '2026-02-01'", "c"),
        ("created >= startOfDay()", "a"),
        ("created >= startOfWeek() order by key", "ab"),
        ("created < startOfWeek() and created >= startOfWeek(-1)", "c"),
        ("created >= startOfMonth(-10M) and created < startOfMonth(-9) order by key", "d"),
        ('created = "2026-01-31 10:30"', "d"),
        ("created <= endOfYear() and created >= startOfYear() order by key", "abcd"),
        ("resolved >= startOfDay() and resolutiondate <= now()", "d"),
        ('"Sluice Score" > 10', "a"),
        ("cf[10051] <= 5", "b"),
        ('"Sluice Score" is empty order by key', "cd"),
        ('"Sluice Class" = "Tech debt"', "a"),
        ('"sluice class" != "Tech debt"', "b"),
        ('"Sluice Class" is not empty order by cf[10051]', "ba"),
        ("summary ~ a", "a"),
        ('text ~ "query" order by key', "a"),
        ('description ~ "slow login"', "a"),
        ('description ~ "quer*" order by key', "ad"),
        ("description ~ 支付", "c"),
        ("description !~ slow order by key", "cd"),
        ("assignee is empty and reporter = currentUser()", ""),
        ("reporter != currentUser() order by key", "abcd"),
        ("type = Bug or type = Spike and labels = ui order by key", "acd"),
        ("(type = Bug or type = Spike) and labels = ui order by key", "cd"),
        ("created > '2026-11-10' ORDER BY \"Sluice Score\" DESC", "ab"),
        ("project = DEMO order by cf[10051] asc, key desc", "badc"),
    ],
)
def test_jql_finds(filled: Client, jql: str, found: str) -> None:
    assert "".join(filled.found(jql)) == found


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("", "Unbounded JQL queries are not allowed here"),
        ("order by created", "Unbounded JQL queries are not allowed here"),
        ("x = 1", "Field 'x' does not exist or you do not have permission to view it."),
        ("cf[1] = 1", "Field 'cf[1]' does not exist"),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("key = DEMO-99", "An issue with key 'DEMO-99' does not exist for field 'key'."),
        ("status = ", "Error in the JQL Query"),
        ("status Done", "Error in the JQL Query: Unexpected 'Done'."),
        ("(status = Done", "Error in the JQL Query"),
        ('summary = "a"', "The operator '=' is not supported by the 'summary' field."),
        ("priority ~ a", "The operator '~' is not supported by the 'priority' field."),
        ("created > soon", "Date value 'soon' for field 'created' is invalid."),
        ("created > f()", "Unable to find JQL function 'f()'."),
        ('"Sluice Class" = x', "The option 'x' for field 'Sluice Class' does not exist."),
        ("issue.property[sluice].x = 1", "does not exist"),
        ("project = DEMO order by nope", "Field 'nope' does not exist"),
        ("(" * 3000 + "key = a" + ")" * 3000, ""),
        ("not " * 3000 + "type = Bug", ""),
    ],
)
def test_a_bad_query_is_refused_with_400(filled: Client, jql: str, message: str) -> None:
    refused = filled.post("search/jql", {"jql": jql})
    assert refused.status_code == 400
    assert message in refused.json()["errorMessages"][0]


def test_an_indexed_property_can_be_searched(sandbox: Sandbox, client: Client) -> None:
    sandbox.model.indexed_properties.add("sluice")
    client.put(f"issue/{client.create('a')}/properties/sluice", {"book": "v1", "n": 3})
    client.put(f"issue/{client.create('b')}/properties/sluice", {"book": "v2", "n": 9})
    assert client.found("issue.property[sluice].book != v2") == ["a"]
    assert client.found("issue.property[sluice].n > 5") == ["b"]
    client.put(f"issue/{client.create('c')}/properties/sluice", {"n": "many"})
    found = client.found("project = DEMO order by issue.property[sluice].n")
    assert found == ["a", "b", "c"]


def test_cloud_gives_ids_only_unless_fields_are_asked_for(client: Client) -> None:
    key = client.create()
    client.put(f"issue/{key}/properties/sluice", 1)
    plain = client.post("search/jql", {"jql": "project = DEMO"}).json()
    assert plain == {"issues": [{"id": "10000"}], "isLast": True}
    asked = {"jql": "project = DEMO", "fields": ["summary"], "properties": ["sluice"]}
    rich = client.post("search/jql", asked).json()["issues"][0]
    assert (rich["fields"], rich["properties"]) == ({"summary": "It broke"}, {"sluice": 1})


def test_pages_by_token_do_not_skip_when_issues_stop_matching(client: Client) -> None:
    for n in range(5):
        client.create(f"n{n}")
    query = {"jql": "labels is empty order by key", "fields": ["summary"], "maxResults": 2}
    page, seen = client.post("search/jql", query).json(), []
    while True:
        for issue in page["issues"]:
            seen.append(issue["fields"]["summary"])
            client.put(f"issue/{issue['id']}", {"fields": {"labels": ["x"]}})
        if page["isLast"]:
            break
        token = {"nextPageToken": page["nextPageToken"]}
        page = client.post("search/jql", query | token).json()
    assert seen == ["n0", "n1", "n2", "n3", "n4"]
    assert client.post("search/jql", query | {"nextPageToken": "junk"}).status_code == 400


def test_the_old_search_is_gone_on_cloud_and_the_new_one_unknown_on_data_center(
    client: Client,
) -> None:
    gone = client.call("GET", "search?jql=project=DEMO")
    assert gone.status_code == 410
    assert "/rest/api/3/search/jql" in gone.json()["errorMessages"][0]
    with Sandbox(deployment="datacenter") as server:
        old = Client(server)
        assert old.post("search/jql", {"jql": "project = DEMO"}).status_code == 404
        old.create("a")
        page = old.post("search", {"jql": "", "fields": ["summary"]}).json()
        assert (page["startAt"], page["total"], len(page["issues"])) == (0, 1, 1)


def test_bulk_fetch_reads_many_and_names_the_missing(client: Client) -> None:
    one, two = client.create("a"), client.create("b")
    asked = {"issueIdsOrKeys": [one, two, "DEMO-77"], "fields": ["summary"]}
    answer = client.post("issue/bulkfetch", asked).json()
    assert [i["fields"]["summary"] for i in answer["issues"]] == ["a", "b"]
    assert [e["id"] for e in answer["issueErrors"]] == ["DEMO-77"]
