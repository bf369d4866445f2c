"""Seeds: inputs of the usual kind, which the mutations start from. They come from what ships."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

BOOK = """\
book: small
about: {en: Small, zh: 小}
measures:
  pain:
    about: {en: Pain, zh: 痛}
    weight: 4
    min: 0
    max: 10
    from: [{field: votes, scale: {1: 1, 5: 3}}]
fields:
  size: {type: number}
base: 30
bands:
  - {from: 70, priority: High}
  - {from: 0, priority: Low}
rules:
  - id: debt
    when: type in (Bug, 缺陷) or summary ~ 'refactor* OR 重构' and not labels = x
    class: {tech_debt: 3}
    because: {en: It repairs., zh: 修补。}
    examples: {fires: [Refactor it], silent: [Add it]}
  - id: hurts
    when: text ~ '"data loss" OR 丢失' or created < -30d and users >= 10
    points: {pain: 8}
    because: {en: It hurts., zh: 痛。}
  - id: unclear
    when: description is empty and score < 70
    gate: needs_info
    because: {en: Nothing is said., zh: 没有说明。}
"""

CONDITIONS = (
    "type = Bug",
    "type in (Bug, 'Technical Debt', 缺陷) and not labels = tech-debt",
    "summary ~ 'refactor* OR \"data loss\" OR 重构 NOT x' or votes >= 5",
    "created >= -30d and updated < startOfWeek(-1w) or due <= endOfMonth()",
    "(points is empty or points > 8) and assignee in (currentUser(), membersOf(x))",
    "users >= 1000 and hours > 4 and cost < 1e6 and share != 0.5",
    "fixVersion = '1.2' and status was Done or priority changed order by created desc",
    "cf[10010] = 'x' and project = SHOP and key >= SHOP-10 and resolution = null",
    "statusCategory != Done and description !~ \"a* b? 'c'\" and text ~ '\\u4e2d\\n'",
)

TEXTS = (
    "As a user I want to log in. It is not slow, but we plan to make it 30% faster by 2027-01-01.",
    "p99 latency is 850 ms (limit: 200ms), 1,200 users daily; it costs 4 hours weekly, $350/week.",
    "没有客户受影响，但每周有 3 次 P1 故障，接口耗时从 200ms 涨到 3 秒，影响 30 万用户。",
    "h3. Acceptance criteria\n* A shopper sees it\n* [ ] done\n{code}x = 1{code}\n||a||b||",
    "A/B test: n = 4,200, lift +6.5% no gain on mobile; rolled back. No fallback.",
    "## 背景\n- 现在：人工对账，每月 20 小时\n1. 如果失败，则降级？\n> 引用\n**可能**不需要。",
    "Do we really need this? Unless X; might be: https://example.com/a_b?c=1&d=[x]",
)

MARKUP = (
    "*bold* _it_ -gone- +new+ ^up^ ~down~ ??cite?? {{mono}} {color:red}x{color} h1. a",
    "[link|https://example.com/a_b#c] !image.png|thumbnail! :D (!) (*r) \\\\ &nbsp; --- {*}x{*}",
    "**中文*粗体*文字** 2*3*4 * a * http://x.y/z)中 {noformat}\n||a|b|\n# x\n",
)

ISSUE: dict[str, Any] = {
    "id": "10001",
    "key": "SHOP-1",
    "fields": {
        "summary": "Refactor the payment module",
        "description": TEXTS[1],
        "project": {"id": "10000", "key": "SHOP", "name": "Shop"},
        "issuetype": {"id": "1", "name": "Task", "subtask": False},
        "status": {"id": "3", "name": "To Do", "statusCategory": {"key": "new", "name": "To Do"}},
        "priority": {"id": "3", "name": "Medium"},
        "labels": ["a", "b"],
        "components": [{"id": "1", "name": "Cart"}],
        "fixVersions": [{"id": "1", "name": "1.0", "released": False, "releaseDate": "2026-12-01"}],
        "reporter": {"accountId": "pm", "displayName": "Ann", "name": "ann", "active": True},
        "assignee": None,
        "parent": {"id": "1", "key": "SHOP-9", "fields": {"summary": "Epic"}},
        "issuelinks": [
            {
                "type": {"name": "Blocks", "inward": "is blocked by"},
                "inwardIssue": {"id": "2", "key": "SHOP-2"},
            }
        ],
        "attachment": [{"id": "1", "filename": "a.png"}],
        "votes": {"votes": 3},
        "watches": {"watchCount": 2},
        "timeestimate": 3600,
        "created": "2026-11-20T10:00:00.000+0000",
        "updated": "2026-11-21T10:00:00.000+0800",
        "duedate": "2026-12-24",
        "customfield_1": {"id": "10", "value": "Tech debt"},
        "customfield_2": 42.5,
        "customfield_3": {"id": "20", "value": "Accepted"},
        "customfield_4": 5,
        "customfield_5": ["com.atlassian.greenhopper.Sprint@1[id=1,state=ACTIVE,name=S 1]"],
        "comment": {
            "total": 1,
            "comments": [
                {
                    "id": "7",
                    "body": "We need it",
                    "author": {"accountId": "pm"},
                    "created": "2026-11-21T10:00:00.000+0000",
                }
            ],
        },
    },
    "properties": {
        "sluice": {"version": 1, "verdict": "accept", "score": 40, "note": "7", "account": "me"}
    },
    "changelog": {
        "total": 2,
        "histories": [
            {
                "id": "1",
                "created": "2026-11-21T10:00:00.000+0000",
                "author": {"accountId": "pm", "displayName": "Ann"},
                "items": [
                    {
                        "field": "status",
                        "fieldId": "status",
                        "from": "5",
                        "fromString": "Done",
                        "to": "3",
                        "toString": "To Do",
                    },
                    {"field": "labels", "fromString": "a", "toString": "a b"},
                    {
                        "field": "Sluice Gate",
                        "fieldId": "customfield_3",
                        "from": None,
                        "fromString": None,
                        "to": "20",
                        "toString": "Accepted",
                    },
                    {
                        "field": "Story Points",
                        "fieldId": "customfield_4",
                        "fromString": "3",
                        "toString": "5",
                    },
                ],
            }
        ],
    },
}

EVENTS: tuple[dict[str, Any], ...] = (
    {
        "timestamp": 1,
        "webhookEvent": "jira:issue_updated",
        "user": {"accountId": "pm"},
        "issue": ISSUE,
    },
    {"webhookEvent": "jira:issue_deleted", "issue": ISSUE, "user": {"name": "ann", "key": "u1"}},
    {
        "webhookEvent": "comment_created",
        "comment": {
            "self": "https://x/rest/api/2/issue/10001/comment/7",
            "updateAuthor": {"accountId": "pm"},
        },
    },
    {
        "webhookEvent": "worklog_updated",
        "worklog": {"issueId": "10001", "updateAuthor": {"key": "u"}},
    },
    {
        "webhookEvent": "issuelink_created",
        "issueLink": {"sourceIssueId": 10001, "destinationIssueId": 10002},
    },
    {"webhookEvent": "jira:version_released", "version": {"id": 1}},
)


def dumped(documents: Iterable[Any]) -> list[bytes]:
    """Return documents as Jira sends them."""
    return [json.dumps(one, ensure_ascii=False).encode() for one in documents]


def encoded(texts: Iterable[str]) -> list[bytes]:
    """Return texts as bytes."""
    return [one.encode() for one in texts]


def books() -> list[bytes]:
    """Return a small rule file some times, and the shorter ones that ship."""
    folder = resources.files("rules") / "books"
    shipped = [(folder / f"{name}.yaml").read_bytes() for name in ("minimal", "quadrant", "pain")]
    return [BOOK.encode()] * 9 + shipped
