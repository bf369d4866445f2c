"""CONTRIBUTING, "How to add a rule": done with an invented one in the book `minimal`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

pytestmark = pytest.mark.slow

BOOK = "rules/books/minimal.yaml"
RULE = """\
  - id: deadline
    when: text ~ '"by law" OR deadline OR 法定期限'
    points: {value: 8}
    because: {en: A date is set from outside., zh: 有外部规定的期限。}
    examples:
      fires: [Report the tax by law, 法定期限前上报]
      silent: [Add a wish list, 新增心愿单]
"""
ISSUES = """\
{"key": "A-1", "summary": "Add the report that is due by law", "description": "To the city."}
{"key": "A-2", "summary": "Add a wish list", "description": "Members like it."}
"""


def judged(copy: CopyOfSluice) -> dict[str, Any]:
    """Return the decision of each issue by its key, as `rules judge` prints it."""
    issues = copy.write("issues.jsonl", ISSUES)
    printed = copy.sluice("rules", "judge", "minimal", str(issues), "--json", "--now", "2026-11-23")
    return {row["key"]: row for row in map(json.loads, printed.splitlines())}


def test_a_rule_takes_one_file_and_changes_only_the_issues_that_it_is_for(
    copy: CopyOfSluice,
) -> None:
    before = judged(copy)
    copy.insert(BOOK, "- id: only-a-title", RULE)
    assert copy.touched == {BOOK}
    assert "10 rules" in copy.sluice("rules", "check", BOOK)
    assert "10 rules" in copy.sluice("rules", "test", "minimal")
    assert "deadline" not in copy.sluice("rules", "lint", "minimal")
    after = judged(copy)
    assert "deadline" in after["A-1"]["rules"]
    assert after["A-1"]["score"] == before["A-1"]["score"] + 32
    assert "A date is set from outside." in after["A-1"]["comment"]
    assert after["A-2"] == before["A-2"]


def test_an_example_that_the_rule_does_not_keep_is_found(copy: CopyOfSluice) -> None:
    copy.insert(BOOK, "- id: only-a-title", RULE.replace("Add a wish list", "Move the deadline"))
    said = copy.sluice("rules", "test", "minimal", status=1)
    assert "deadline" in said and "Move the deadline" in said


def test_a_rule_that_can_never_fire_is_refused(copy: CopyOfSluice) -> None:
    never = RULE.replace("text ~", "votes < 0 and text ~")
    copy.insert(BOOK, "- id: only-a-title", never)
    said = copy.sluice("rules", "lint", "minimal", status=1)
    assert "rule deadline" in said and "this is never true" in said
