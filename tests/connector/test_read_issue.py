"""What JQL has a field for and issue JSON carries is a fact of the issue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.field_mapping import Layout
from connector.read_issue import read_issue
from rules.facts.catalog import FIELDS
from rules.facts.facts import Facts
from rules.jql.compiler import vocabulary
from rules.jql.parser import parse
from tests.connector.test_plan_update import LAYOUT, NOW, issue
from tests.rules.jql.compile_tree import compile_tree

BOARDS: Layout = replace(LAYOUT, agile={"sprint": "customfield_7", "epic link": "customfield_8"})
SPRINT = "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,state=ACTIVE,name=Alpha,goal=]"

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
    assert set(read) <= set(FIELDS)


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
