"""Issues become decisions one at a time; what can't be judged is told in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError, issue_from_row
from rules.rulebook.load import parse_book
from rules.testing.decisions import decision, judge_each

NOW = datetime(2026, 11, 23, tzinfo=UTC)

BOOK = b"""\
book: mine
measures: {pain: {weight: 4}}
bands: [{from: 20, priority: High}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: It is broken.}
  - {id: weak, when: type = Task, class: {exploration: 0.1}, because: It may be a question.}
  - {id: hurts, when: summary ~ crash, points: {pain: 6}, because: It crashes.}
  - {id: look, when: class = undecided, gate: review, because: A person looks at it.}
"""


def judge() -> Judge:
    return Judge(parse_book(BOOK, "mine.yaml"))


def decided(row: dict[str, str]) -> dict[str, object]:
    with closing(judge()) as judged:
        (found,) = judge_each([issue_from_row(row)], [judged], NOW)
    assert not isinstance(found, str)
    return decision(found[0], "the comment")


def test_a_decision_has_what_stands_on_the_issue_and_the_rules_that_fired() -> None:
    assert decided({"key": "A-1", "summary": "A crash", "type": "Bug"}) == {
        "key": "A-1",
        "class": "tech_debt",
        "guess": "tech_debt",
        "confidence": 0.75,
        "score": 24.0,
        "verdict": "accept",
        "priority": "High",
        "quadrant": None,
        "comment": "the comment",
        "rules": ["debt", "hurts"],
    }


def test_an_undecided_issue_has_its_best_class_as_a_guess() -> None:
    found = decided({"summary": "Look around", "type": "Task"})
    assert (found["class"], found["guess"]) == ("undecided", "exploration")
    assert (found["verdict"], found["rules"]) == ("review", ["weak", "look"])


def test_an_issue_without_a_vote_has_no_guess() -> None:
    found = decided({"summary": "Something"})
    assert (found["class"], found["guess"], found["priority"]) == ("undecided", None, None)


def test_issues_are_read_one_at_a_time_and_each_judge_answers_in_turn() -> None:
    taken = 0

    def issues() -> Iterator[Issue | RowError]:
        nonlocal taken
        for number in range(3):
            taken += 1
            yield issue_from_row({"summary": "x"}, number)

    with closing(judge()) as one, closing(judge()) as other:
        found = judge_each(issues(), [one, other], NOW)
        assert [a.issue.key for a in next(found)] == ["ROW-0", "ROW-0"]  # type: ignore[union-attr]
        assert taken == 1


def test_a_bad_line_is_told_in_its_place() -> None:
    with closing(judge()) as judged:
        rows = [RowError("issues.jsonl:1: not JSON"), issue_from_row({"summary": "x"}, 2)]
        bad, good = judge_each(rows, [judged], NOW)
    assert bad == "issues.jsonl:1: not JSON" and not isinstance(good, str)
