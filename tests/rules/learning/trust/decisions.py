"""Rows that people decided, and a small book that judges them, for the tests of trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.assess.judge import Judge
from rules.learning.evidence.lessons import Example
from rules.learning.trust.rows import lessons_of_rows
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook

NOW = datetime(2026, 11, 30, tzinfo=UTC)

TEXT = """\
book: team
measures: {pain: {weight: 10, min: -5}}
base: 20
bands: [{from: 50, priority: High}, {from: 10, priority: Medium}, {from: 0, priority: Low}]
rules:
  - {id: upgrade, when: summary ~ upgrade, class: {tech_debt: 3}, because: It moves house.}
  - {id: wish, when: summary ~ wish, class: {business_need: 3}, because: A wish.}
  - {id: no-spike, when: summary ~ plain, class: {exploration: -2}, because: It is plain.}
  - {id: crash, when: summary ~ crash, points: {pain: 4}, because: It hurts.}
  - {id: later, when: labels = later, gate: defer, because: It can wait.}
  - {id: odd, when: labels = odd, gate: review, ask: {en: "Why so?", zh: 为何？}, because: Odd.}
  - {id: need-first, when: class = business_need and labels = paid, gate: reject, because: Paid.}
"""

BOOK = parse_book(TEXT.encode(), "team.yaml")


def row(number: int, summary: str, *labels: str, **decided: str) -> dict[str, Any]:
    """An issue that was decided on its day of the year; `cls`, `gate` and `priority` by people."""
    at = NOW - timedelta(days=300 - number)
    facts = {"summary": summary, "labels": [*labels], "updated": at.isoformat()}
    return {"key": f"T-{number}", **facts, **decided}


def examples(rows: Iterable[Mapping[str, Any]], book: Rulebook = BOOK) -> list[Example]:
    """Judge the rows and return the decisions of people on them."""
    with closing(Judge(book)) as judge:
        return [
            Example(lesson, judge.assess(issue, NOW))
            for issue, lessons in lessons_of_rows(rows, "rows", book)
            for lesson in lessons
        ]
