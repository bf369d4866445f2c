"""What JQL has a field for and issue JSON carries is a fact of the issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.comment.told import Told
from connector.comment.triage_comment import comment
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import Layout
from connector.layout.priorities import Priorities
from connector.plan_update import plan_update
from rules.facts.catalog import FIELDS, PRIORITY_ORDER
from rules.facts.facts import Facts
from rules.jql.compiler import vocabulary
from rules.jql.parser import parse
from tests.connector.planned import JUDGE, LAYOUT, NOW, apply, issue, json_values, plan
from tests.rules.jql.compile_tree import compile_tree

BOARDS: Layout = replace(LAYOUT, agile={"sprint": "customfield_7", "epic link": "customfield_8"})
SPRINT = "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,state=ACTIVE,name=Alpha,goal=]"

DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Safari 19"}]}],
}

HELD: list[tuple[str, dict[str, Any]]] = [
    ("environment ~ safari", {"environment": "Safari 19"}),
    ("creator = ann", {"creator": {"accountId": "Ann"}}),
    ("affectedVersion in (1.0, 1.1)", {"versions": [{"name": "1.1"}]}),
    ("level = Internal", {"security": {"id": "1", "name": "Internal"}}),
    ("projectType = software", {"project": {"key": "A", "projectTypeKey": "software"}}),
    (
        "statusCategoryChangedDate < -3d",
        {"statuscategorychangedate": "2026-11-01T10:00:00.000+0000"},
    ),
    ("timeSpent = 90", {"timespent": 5400}),
    ("originalEstimate >= 60", {"timeoriginalestimate": 3600}),
    ("remainingEstimate = 0", {"timeestimate": 0}),
    ("timeestimate < 2", {"timeestimate": 60}),
    ("workRatio > 100", {"workratio": 150}),
    ("workRatio is empty", {"workratio": -1}),
    ("issueLinkType = Blocks", {"issuelinks": [{"type": {"name": "Blocks"}, "outwardIssue": {}}]}),
    ("sprint = Alpha", {"customfield_7": [{"id": 1, "name": "Alpha"}]}),
    ("sprint = Alpha", {"customfield_7": [SPRINT]}),
    ('"Epic Link" = SHOP-1', {"customfield_8": "SHOP-1"}),
    ("sprint = 3", {"customfield_7": [SPRINT]}),
    ("type = 10002", {"issuetype": {"id": "10002", "name": "Bug"}}),
    ('project = "Web Shop"', {"project": {"id": "7", "key": "A", "name": "Web Shop"}}),
    ("project = 7", {"project": {"id": "7", "key": "A", "name": "Web Shop"}}),
    ("category = Shops", {"project": {"key": "A", "projectCategory": {"name": "Shops"}}}),
    ("component = 5", {"components": [{"id": "5", "name": "Cart"}]}),
    ("fixVersion = 5", {"fixVersions": [{"id": "5", "name": "2.10"}]}),
    ("fixVersion in unreleasedVersions()", {"fixVersions": [{"name": "2", "released": False}]}),
    ("sprint in openSprints()", {"customfield_7": [SPRINT]}),
    (
        'assignee = "ann@example.com"',
        {"assignee": {"accountId": "1", "emailAddress": "Ann@example.com"}},
    ),
    ('assignee = "Ann Li"', {"assignee": {"name": "ann", "displayName": "Ann Li"}}),
    (
        "statusCategory = 4",
        {"status": {"name": "Läuft", "statusCategory": {"key": "indeterminate"}}},
    ),
    ("parent = 10001", {"parent": {"id": "10001", "key": "SHOP-1"}}),
    ('environment ~ "safari"', {"environment": DOCUMENT}),
    ("summary ~ login and description ~ safari", {"summary": "Login", "description": DOCUMENT}),
]


@pytest.mark.parametrize(("condition", "fields"), HELD)
def test_a_condition_on_a_field_of_jql_sees_what_jira_gives(
    condition: str, fields: dict[str, Any]
) -> None:
    holds = compile_tree(parse(condition), vocabulary())
    assert holds(Facts(read_issue(issue(**fields), BOARDS).fields, NOW))
    bare = Facts(read_issue(issue(), BOARDS).fields, NOW)
    assert holds(bare) is condition.endswith("is empty")


def test_every_fact_that_is_read_has_its_line_in_the_table() -> None:
    read = read_issue(issue(), BOARDS).fields
    assert set(read) <= {*FIELDS, PRIORITY_ORDER}


def test_everybody_who_touched_an_issue_is_known_by_each_of_their_names() -> None:
    read = read_issue(
        issue(
            reporter={"accountId": "1", "displayName": "Ada Lovelace"},
            assignee={"name": "lovelace_a", "displayName": "Ada Lovelace"},
            creator=None,
            comment={"comments": [{"author": {"displayName": "王小明"}}, {"author": 7}, "odd"]},
        ),
        LAYOUT,
    )
    assert set(read.people) == {"Ada Lovelace", "lovelace_a", "王小明"}


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*LAYOUT.wanted(), "comment", "votes", "parent"]), json_values),
    json_values,
)
def test_whatever_jira_holds_is_read_and_judged(fields: dict[str, Any], record: object) -> None:
    raw = {"id": "1", "key": "SHOP-1", "fields": fields, "properties": {"sluice": record}}
    plan(raw)


def test_sluices_own_priority_is_no_reason_for_the_next_one() -> None:
    raw = issue()
    first = plan(raw)
    assert first is not None
    assert read_issue(raw, LAYOUT).fields["priority"] is None
    raw = apply(raw, first)
    assert read_issue(raw, LAYOUT).fields["priority"] is None
    raw["fields"]["priority"] = {"name": "Blocker"}
    assert read_issue(raw, LAYOUT).fields["priority"] == "Blocker"


def test_our_own_write_is_told_by_jiras_clock_where_ours_is_wrong() -> None:
    raw = issue()
    theirs = NOW - timedelta(hours=1)
    assessment = JUDGE.assess(read_issue(raw, LAYOUT, theirs), NOW)
    update = plan_update(assessment, LAYOUT, Told(comment(assessment, LAYOUT)), NOW)
    assert update is not None
    raw = apply(raw, update, theirs)
    assert read_issue(raw, LAYOUT).fields["updated"] == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_the_order_of_priorities_is_the_sites_own() -> None:
    listed = [("1", "Sofort", ""), ("2", "Höchste", "highest"), ("3", "Später", "low")]
    site = Priorities.read(
        {"id": id, "name": name, "iconUrl": f"/images/icons/priorities/{icon}.svg"}
        for id, name, icon in listed
    )
    raw = {"id": "1", "key": "SHOP-1", "fields": {"priority": {"id": "1", "name": "Sofort"}}}
    facts = read_issue(raw, replace(LAYOUT, priorities=site)).fields
    assert facts["priority order"] == ("Später", "Höchste", "Sofort")
