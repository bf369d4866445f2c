"""Old issues on a sandbox, which were there before Sluice."""

from __future__ import annotations

import requests

from sandbox import Sandbox

OLD = "2025-06-01T09:00:00.000+0000"
STORIES = (
    ("Pay by invoice", "As a shopper I want to pay by invoice. 40 customers ask."),
    ("Refactor the payment module", "Technical debt. " * 5),
    ("Find out why the page is slow", "A spike of two days."),
)


def old_issues(jira: Sandbox, number: int, created: str = OLD) -> list[str]:
    """Create issues that are so old, without an event. Return their ids."""
    rows = [
        {
            "created": created,
            "updated": created,
            "notify": False,
            "fields": {
                "project": {"key": "DEMO"},
                "issuetype": {"name": "Task"},
                "summary": f"{STORIES[n % 3][0]} {n}",
                "description": STORIES[n % 3][1],
            },
        }
        for n in range(number)
    ]
    answer = requests.post(f"{jira.url}/sandbox/issues", json=rows, timeout=60)
    assert answer.ok, answer.text
    return [str(one["id"]) for one in answer.json()]
