"""Issues in files as Jira gives them: read as on the site, or refused with what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.catalog import FieldType
from rules.facts.issue import Issue
from rules.facts.jira_json.rows import as_row, issues_in, lacking
from rules.facts.jsonl import RowError, each_issue
from rules.facts.named import Named
from rules.rulebook.validate import custom_fields
from tests.connector.planned import json_values

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "It hangs."}]}],
}
ISSUE: dict[str, Any] = {
    "expand": "names",
    "id": "10007",
    "key": "SHOP-7",
    "self": "https://example.com/rest/api/3/issue/10007",
    "fields": {
        "summary": "Pay fails",
        "description": DOCUMENT,
        "project": {"id": "10000", "key": "SHOP", "name": "Web Shop"},
        "issuetype": {"id": "10002", "name": "Bug", "subtask": False},
        "status": {"id": "3", "name": "Läuft", "statusCategory": {"id": 4, "key": "indeterminate"}},
        "priority": {"id": "2", "name": "High"},
        "labels": ["checkout"],
        "components": [{"id": "1", "name": "Cart"}],
        "fixVersions": [{"id": "5", "name": "2.10", "released": False}],
        "reporter": {"accountId": "5b1", "displayName": "Ann"},
        "assignee": None,
        "created": "2026-11-20T10:00:00.000+0000",
        "duedate": "2026-12-01",
        "timespent": 5400,
        "votes": {"votes": 3},
        "worklog": {"worklogs": []},
        "comment": {"comments": [{"body": DOCUMENT, "author": {"accountId": "7"}}]},
        "customfield_10016": 5.0,
        "customfield_10020": [{"id": 3, "name": "Sprint 3", "state": "active", "boardId": 1}],
        "customfield_10050": {"id": "11", "value": "EU", "child": {"value": "Berlin"}},
        "customfield_10060": "2026-12-24",
        "customfield_10061": None,
    },
    "names": {
        "customfield_10016": "Story Points",
        "customfield_10020": "Sprint",
        "customfield_10050": "Region",
        "customfield_10060": "Launch",
        "customfield_10061": "Budget",
    },
}
CUSTOM: dict[str, FieldType] = {"Region": "name", "Launch": "date", "Budget": "number"}


def read(*lines: object, fields: dict[str, FieldType] | None = None) -> list[Issue | RowError]:
    text = [json.dumps(line).encode() for line in lines]
    return list(each_issue(text, "it.jsonl", NOW, custom_fields(fields or CUSTOM)))


def issue_of(line: object, fields: dict[str, FieldType] | None = None) -> Issue:
    (found,) = read(line, fields=fields)
    assert isinstance(found, Issue), found
    return found


def test_an_issue_as_jira_gives_it_has_the_facts_of_the_site() -> None:
    found = issue_of(ISSUE)
    assert (found.id, found.key, found.project) == ("10007", "SHOP-7", "SHOP")
    told = {
        "summary": "Pay fails",
        "description": "It hangs.",
        "type": "Bug",
        "status": "Läuft",
        "statuscategory": "In Progress",
        "labels": ("checkout",),
        "component": ("Cart",),
        "fixversion": ("2.10",),
        "reporter": "5b1",
        "created": datetime(2026, 11, 20, 10, tzinfo=UTC),
        "due": datetime(2026, 12, 1, tzinfo=UTC),
        "timespent": 90.0,
        "votes": 3.0,
        "comments": 1.0,
        "commenters": 1.0,
        "answers": "It hangs.",
        "points": 5.0,
        "sprint": ("Sprint 3",),
        "region": "EU - Berlin",
        "launch": datetime(2026, 12, 24, tzinfo=UTC),
    }
    assert {name: found.fields.get(name) for name in told} == told
    assert found.fields.get("assignee") is None
    assert found.fields.get("budget") is None


def test_its_values_keep_their_ids_and_names() -> None:
    fields = issue_of(ISSUE).fields
    also = {n: v.also for n, v in fields.items() if isinstance(v, Named)}
    assert also["key"] == ("10007",)
    assert also["project"] == ("10000", "Web Shop")
    assert also["type"] == ("10002",)
    assert also["reporter"] == ("Ann",)
    assert also["region"] == ("EU", "Berlin", "11")
    versions = fields["fixversion"]
    assert isinstance(versions, tuple) and isinstance(versions[0], Named)
    assert (versions[0].also, versions[0].state) == (("5",), "unreleased")


def test_a_field_may_be_declared_by_its_id() -> None:
    found = issue_of(ISSUE, {"customfield_10050": "name", "cf[10016]": "number"})
    assert found.fields["customfield_10050"] == "EU - Berlin"
    assert found.fields["cf[10016]"] == 5.0


def test_a_field_that_only_has_an_id_is_refused_with_what_to_do() -> None:
    bare = {name: value for name, value in ISSUE.items() if name != "names"}
    (wrong,) = read(bare)
    assert str(wrong) == (
        'it.jsonl:1: SHOP-7: no field is called "region": the JSON has custom fields by id only, '
        "such as customfield_10016. Fetch it with expand=names, or name the field by its id in the "
        "rulebook"
    )
    assert isinstance(issue_of(bare, {"customfield_10050": "name"}), Issue)


def test_short_names_are_read_and_the_others_refused() -> None:
    fields = {"summary": "s", "cf_reg": {"value": "EU"}, "cf_sp": 3, "cf_b": None, "cf_la": "x"}
    line = {"key": "A-1", "fields": fields}
    found = issue_of(line)
    assert (found.fields["region"], found.fields["points"]) == ("EU", 3.0)
    (wrong,) = read(
        {"key": "A-1", "fields": {**fields, "cf_lx": "x", "cf_la": None, "cf_b": 1}},
        fields=CUSTOM | {"Cost": "number"},
    )
    assert isinstance(wrong, RowError)
    assert 'no field is called "cost"' in str(wrong)


def test_a_sprint_is_known_by_its_form_and_an_epic_by_its_type() -> None:
    fields = ISSUE["fields"] | {"customfield_10014": "SHOP-1"}
    schema = {
        "customfield_10014": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link"}
    }
    found = issue_of(
        {**ISSUE, "fields": fields, "schema": schema, "names": {}}, {"customfield_10050": "name"}
    )
    assert found.fields["sprint"] == ("Sprint 3",)
    assert found.fields["epic link"] == "SHOP-1"


def test_a_page_of_a_search_is_read_whole() -> None:
    page = {"issues": [ISSUE | {"names": {}}, {"id": "8"}], "names": ISSUE["names"], "isLast": True}
    page["issues"][0].pop("names")
    first, second = read(page)
    assert isinstance(first, Issue) and first.fields["region"] == "EU - Berlin"
    assert str(second) == 'it.jsonl:1: an issue must be an object with at least a "summary"'
    assert [one.key for one in read([{"summary": "a"}, ISSUE]) if isinstance(one, Issue)] == [
        "ROW-1",
        "SHOP-7",
    ]


def test_the_issue_of_a_webhook_is_read() -> None:
    found, wrong = read({"webhookEvent": "x", "issue": ISSUE}, {"webhookEvent": "x", "issue": 5})
    assert isinstance(found, Issue) and found.fields["region"] == "EU - Berlin"
    assert isinstance(wrong, RowError)


def test_json_over_many_lines_is_refused_once() -> None:
    lines = json.dumps(ISSUE, indent=1).encode().splitlines()
    (wrong,) = each_issue(lines, "it.json", NOW)
    assert str(wrong).startswith("it.json:1: the JSON goes on in the next line: write one issue a")


def test_plain_columns_may_hold_values_in_jiras_form() -> None:
    row = {
        "summary": "Pay fails",
        "description": DOCUMENT,
        "type": {"id": "10002", "name": "Bug"},
        "components": [{"name": "Cart"}, {"name": "API"}],
        "status": {"name": "Done", "statusCategory": {"key": "done"}},
        "Region": {"value": "EU"},
        "comment": [{"body": "hm", "author": {"name": "bob"}}],
        "votes": 4,
    }
    fields = issue_of(row).fields
    told = {
        "description": "It hangs.",
        "type": "Bug",
        "component": ("Cart", "API"),
        "statuscategory": "Done",
        "region": "EU",
        "answers": "hm",
        "votes": 4.0,
    }
    assert {name: fields.get(name) for name in told} == told


@pytest.mark.parametrize("name", ["labels", "type", "description", "Region", "created"])
def test_an_object_that_cannot_be_read_is_refused(name: str) -> None:
    (wrong,) = read({"summary": "s", name: {"odd": [1]}})
    assert isinstance(wrong, RowError)
    assert f'"{name}" has to be ' in str(wrong)


def test_columns_beside_the_issue_stay() -> None:
    assert as_row({**ISSUE, "cls": "incident"})["cls"] == "incident"


def test_nothing_is_lacking_in_a_row_of_our_own() -> None:
    assert lacking({"summary": "s", "customfield_1": 3}, ["Region"]) == ""
    assert issues_in({"summary": "s"}) is None


FIELDS = st.dictionaries(
    st.sampled_from([*ISSUE["fields"], "customfield_1", "Severity", "parent", "issuelinks"]),
    json_values,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(FIELDS, json_values, json_values)
def test_any_json_is_an_issue_or_an_error(fields: Any, names: object, page: object) -> None:
    given_issue = {"key": "A-1", "fields": {**fields, "summary": "s"}, "names": names}
    for line in (given_issue, {**fields, "summary": "s"}, {"issues": page}, {"issues": [names]}):
        for found in each_issue([json.dumps(line).encode("utf-8", "surrogatepass")], "it", NOW):
            assert isinstance(found, Issue | RowError)
