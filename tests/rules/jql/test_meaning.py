"""Conditions mean what they mean in Jira, or are refused with a word on what to use."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rules.assess.judge import Judge
from rules.facts.catalog import Field
from rules.facts.facts import Facts
from rules.facts.issue import Issue
from rules.facts.jsonl import each_issue
from rules.facts.named import Named
from rules.jql.compiler import compile_condition, vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import QueryError
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import RulebookError
from tests.rules.jql.compile_tree import compile_tree

NOW = datetime(2026, 3, 11, 15, 30, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "cases"
CUSTOM = (Field("region", "name", ""), Field("go live", "date", ""))
VALUES: dict[str, Any] = {
    "key": Named("CAFE-31", ("5031",)),
    "project": Named("CAFE", ("77", "Coffee House")),
    "category": "Kitchens",
    "type": Named("Defect", ("12",), "standard"),
    "status": Named("Brewing", ("4",)),
    "statuscategory": "In Progress",
    "priority": Named("High", ("2",)),
    "component": (Named("Grinder", ("301",)), Named("Milk Foam", ("302",))),
    "fixversion": (Named("7.1", ("801",), "unreleased"),),
    "affectedversion": (Named("7.0", ("800",), "released"),),
    "sprint": (Named("Week 9", ("55",), "closed"), Named("Week 10", ("56",), "active")),
    "assignee": Named("acc-9", ("Mia Stein", "mia@cafe.example")),
    "labels": ("Barista",),
    "parent": Named("CAFE-2", ("5002",)),
    "linked": ("Causes", "is caused by", "Story"),
    "issuelinktype": (Named("Causes", ("9", "is caused by")),),
    "attachments": 0.0,
    "votes": 4.0,
    "timespent": 600.0,
    "created": datetime(2026, 3, 9, 22, tzinfo=UTC),
    "due": datetime(2026, 3, 11, tzinfo=UTC),
    "region": Named("North - Oslo", ("North", "Oslo")),
    "go live": datetime(2026, 3, 11, tzinfo=UTC),
    "summary": "The grinder stops",
    "environment": "Two machines on battery",
    "answers": "Same here with decaf",
}

HOLDS = [
    "resolution = Unresolved",
    "resolution in (unresolved, Duplicate)",
    "not resolution != Unresolved",
    "project = 77",
    'project = "coffee house"',
    "space = cafe",
    "key = cafe-31",
    "id = 5031",
    "key > CAFE-9",
    "issue <= CAFE-31",
    "type = 12",
    "issuetype in standardIssueTypes()",
    "type not in subTaskIssueTypes()",
    "status = 4",
    "priority = 2",
    "component = 302",
    'component in ("milk foam", Cup)',
    "fixVersion = 801",
    "fixVersion in unreleasedVersions()",
    "affectedVersion in releasedVersions()",
    "affectedVersion not in (unreleasedVersions(), 6.0)",
    "sprint = 56",
    "sprint in openSprints()",
    "sprint in closedSprints()",
    "sprint not in futureSprints()",
    'assignee = "Mia Stein"',
    'assignee = "MIA@cafe.example"',
    "parent = 5002",
    "statusCategory = 4",
    "statusCategory = indeterminate",
    "category = kitchens",
    "issueLinkType = causes",
    'issueLinkType = "is caused by"',
    "attachments is empty",
    "attachments = EMPTY",
    "votes is not empty",
    'votes >= "4"',
    "timespent > 1d",
    "timespent <= '1d 2h'",
    "timespent = 600",
    "region = north",
    "region in cascadeOption(North, Oslo)",
    "due = now()",
    "due <= now()",
    "due >= now()",
    "due < startOfDay(1)",
    '"Go live" >= now()',
    "created < '2026/03/10'",
    "summary ~ stop",
    "summary ~ 'the grinders'",
    "text ~ batteries",
    '"text and comments" ~ decaf',
]
FAILS = [
    "resolution != Unresolved",
    "key > CAFE-31",
    "key > TEA-1",
    "issueLinkType = Story",
    "fixVersion in releasedVersions()",
    "sprint in futureSprints()",
    "issuetype in subTaskIssueTypes()",
    "attachments is not EMPTY",
    "due < now()",
    "due < endOfDay()",
    '"Go live" < now()',
    "component != 302",
    "region in cascadeOption(North, Bergen)",
    "timespent > 2d",
    "text ~ decaf",
]
REFUSED = [
    ('resolution = ""', "nothing between the quotes"),
    ('summary ~ ""', "nothing between the quotes"),
    ("votes < 0", "never true"),
    ("votes in (-1, -2)", "never true"),
    ("confidence > 1", "never true"),
    ("project is empty", "never empty"),
    ("key = soon", "is not the key"),
    ("parent = Epic", "is not the key"),
    ("key > 5", "is not the key"),
    ("statusCategory = Closed", "unknown status category"),
    ("projectType = softwear", 'did you mean "software"'),
    ("question = maybe", "write one of yes, no"),
    ("created = 2026-01-31", "never equals a day"),
    ("labels > x", "does not work with it"),
    ("component ~ milk", "does not work with it"),
    ("fixVersion <= 7.0", "the order of versions is not read"),
    ("timespent > soon", "no span of working time"),
    ("votes > 1d", "is a number"),
    ("fixVersion in releasedVersions(CAFE)", "leave the parentheses empty"),
    ("sprint in releasedVersions()", "can't be used"),
    ("region in cascadeOption(None)", "names of one or two options"),
    ("comment ~ x", "use answers"),
    ("filter = 3", "write its conditions here"),
    ("worklogDate > -1d", "use timespent"),
    ("watcher = me", "use watchers"),
    ("voter = me", "use watchers or votes"),
    ("parentEpic = CAFE-1", 'use parent or "Epic Link"'),
    ("hierarchyLevel = 0", "use type"),
    ("assignee in membersOf(staff)", "name the people with in"),
    ("issue in linkedIssues(CAFE-1)", "use linked"),
    ("issue.property[a].b = 1", "needs a property"),
    ("status was Open", "history"),
    ("labels = select", "reserved word"),
    ("summary LIKE x", "write ~ instead"),
    ("votes between 1 and 3", "write >= and <="),
]


def holds(condition: str) -> bool:
    return compile_tree(parse(condition), vocabulary(CUSTOM))(Facts(VALUES, NOW))


@pytest.mark.parametrize("condition", HOLDS)
def test_what_jira_finds_holds(condition: str) -> None:
    assert holds(condition)


@pytest.mark.parametrize("condition", FAILS)
def test_what_jira_does_not_find_does_not_hold(condition: str) -> None:
    assert not holds(condition)


@pytest.mark.parametrize(("condition", "says"), REFUSED)
def test_what_can_not_be_true_or_judged_is_refused_with_advice(condition: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        compile_condition(parse(condition), vocabulary(CUSTOM))
    assert says in str(caught.value)


BOOK = """book: one
fields: {Severity: name, Region: name, Teams: names, Budget: number, Start Date: date,
  Root Cause: text}
measures: {value: {weight: 1}}
rules:
  - {id: it, when: %s, points: {value: 1}, because: It holds.}
"""
NAMED = {
    "cf_sev": "severity", "cf_reg": "region", "cf_teams": "teams", "cf_b": "budget",
    "cf_sd": "start date", "cf_rc": "root cause", "cf_sp": "points", "cf_epic": "epic link",
}  # fmt: skip
"""The names that the note beside the shared issue gives to its custom fields."""


def fires(condition: str, issue: Any, now: datetime) -> bool | None:
    """Return whether a rule with a condition fires; None if the condition is refused."""
    try:
        book = parse_book((BOOK % json.dumps(condition)).encode(), "one.yaml")
    except RulebookError:
        return None
    (read,) = each_issue([json.dumps(issue).encode()], "one.jsonl", now, book.custom)
    assert isinstance(read, Issue)
    with closing(Judge(book)) as judge:
        return any(firing.rule == "it" for firing in judge.assess(read, now).firings)


def test_no_shared_condition_is_silently_answered_otherwise_than_by_jira() -> None:
    if not SHARED.is_dir():
        pytest.skip("needs the shared material")
    base = json.loads((SHARED / "jql-meaning-issue.json").read_text("utf-8"))
    now = datetime.fromisoformat(base["now"])
    wrong = []
    for line in (SHARED / "jql-meaning.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        issue = json.loads(json.dumps(base["issue"]))
        issue["names"] = NAMED
        for name, value in row["fields"].items():
            issue["fields"][name] = None if value == "..." else value
        answer = fires(row["jql"], issue, now)
        if None not in (answer, row["expected"]) and answer is not row["expected"]:
            wrong.append(row["jql"])
    assert wrong == []


ORDER = (Named("Später", ("3", "low")), Named("Höchste", ("2", "highest")), Named("Sofort", ("1",)))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("priority > Highest", True),
        ("priority >= Highest", True),
        ("priority < Low", False),
        ("priority <= Highest", False),
    ],
)
def test_priorities_are_compared_in_the_order_of_the_site(condition: str, holds: bool) -> None:
    values: dict[str, Any] = {"priority": Named("Sofort", ("1",)), "priority order": ORDER}
    met = compile_tree(parse(condition), vocabulary(CUSTOM))(Facts({**VALUES, **values}, NOW))
    assert met is holds
