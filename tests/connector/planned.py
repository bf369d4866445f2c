"""An issue as Jira gives it, what Sluice plans to write on it, and the issue after that."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from connector.comment.told import Told
from connector.comment.triage_comment import comment
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import Layout, Slot
from connector.layout.points import Points
from connector.plan_update import Update, plan_update
from rules.assess.judge import Judge
from rules.rulebook import load
from worker.settings.settings import WORDS

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


LAYOUT = Layout(
    kind=Slot("customfield_1", "Sluice Class", option=True),
    score=Slot("customfield_2", "Sluice Score"),
    verdict=Slot("customfield_3", "Sluice Gate"),
    words=WORDS,
    account="me",
    points=Points({"customfield_4": "Story Points"}),
)


JUDGE = Judge(load.shipped("default"))


def issue(**fields: Any) -> dict[str, Any]:
    """An issue as Jira would give it to us."""
    return {
        "id": "10001",
        "key": "SHOP-1",
        "fields": {
            "summary": "Refactor the payment module",
            "description": "Technical debt everywhere. It costs our team 4 hours weekly",
            "project": {"key": "SHOP"},
            "issuetype": {"name": "Task"},
            "status": {"name": "To Do", "statusCategory": {"key": "new"}},
            "priority": {"name": "Medium"},
            "created": "2026-11-20T10:00:00.000+0000",
            "updated": "2026-11-20T10:00:00.000+0000",
            "comment": {"comments": []},
            **fields,
        },
        "properties": {},
    }


def plan(raw: dict[str, Any], now: datetime = NOW, language: str = "en") -> Update | None:
    """One triage of raw JSON."""
    assessment = JUDGE.assess(read_issue(raw, LAYOUT), now)
    return plan_update(assessment, LAYOUT, Told(comment(assessment, LAYOUT, language)), now)


def apply(raw: dict[str, Any], update: Update, now: datetime = NOW) -> dict[str, Any]:
    """Return the issue as Jira would give it to us after the PUT."""
    raw = copy.deepcopy(raw)
    raw["fields"].update(copy.deepcopy(dict(update.fields)))
    raw["fields"]["updated"] = (now + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%S.000%z")
    comments = raw["fields"]["comment"]["comments"]
    for operation in update.update.get("comment", []):  # type: ignore[attr-defined]
        if "add" in operation:
            body = operation["add"]["body"]
            comments.append({"id": "1", "author": {"accountId": "me"}, "body": body})
        else:
            mine = next(c for c in comments if c["id"] == operation["edit"]["id"])
            mine["body"] = operation["edit"]["body"]
    for prop in update.properties:
        raw["properties"][prop["key"]] = copy.deepcopy(prop["value"])
    return raw


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
