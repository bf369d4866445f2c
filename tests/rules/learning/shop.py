"""Issues of a project SHOP, and a rulebook of its own, for tests of learning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules.facts.issue import Issue, Managed
from rules.facts.jsonl import issue_from_row

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BOOK = """\
book: team
classify: {model: 1.5}
rules:
  - {id: chores, when: labels = chore, class: {tech_debt: 3}, because: Labelled as a chore.}
  - {id: asked, when: text ~ customer, class: {business_need: 9}, because: A customer.}
"""


def issue(number: int = 1, kind: str | None = None, **row: object) -> Issue:
    """Return an issue that was changed last some days after the first one."""
    day = (NOW - timedelta(days=900 - number)).isoformat()
    given = {"summary": "A customer waits", "key": f"SHOP-{number}", "updated": day, **row}
    return replace(issue_from_row(given, number), kept=Managed(kind=kind))
