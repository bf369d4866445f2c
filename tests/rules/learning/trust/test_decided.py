"""What people decided on an issue in Jira: their last choice, or the value that they keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rules.facts.issue import Choice, History, Issue, Managed
from rules.learning.trust.decided import alone, decided
from tests.rules.learning.trust.decisions import NOW

ISSUE = Issue(
    id="1",
    key="T-1",
    project="T",
    fields={"summary": "Pay", "priority": "High", "updated": NOW},
    kept=Managed(kind="exploration", priority="High", score=70),
)


def chosen(*choices: Choice) -> Issue:
    return replace(ISSUE, kept=Managed(), history=History(choices=choices))


def test_a_value_that_a_person_keeps_is_a_decision() -> None:
    assert {one.field: one.value for one in decided(ISSUE)} == {
        "kind": "exploration",
        "priority": "High",
    }


def test_the_last_choice_counts_with_its_person_and_time() -> None:
    day = timedelta(days=1)
    issue = chosen(
        Choice("kind", "tech_debt", "ada", "Ada", NOW - 2 * day),
        Choice("kind", "business_need", "bob", "Bob", NOW - day),
    )
    (lesson,) = decided(issue)
    assert (lesson.value, lesson.account, lesson.at) == ("business_need", "bob", NOW - day)


def test_a_choice_that_was_taken_back_or_is_old_is_none() -> None:
    old = Choice("kind", "tech_debt", "ada", at=NOW - timedelta(days=9))
    assert decided(chosen(old, replace(old, value=""))) == []
    assert len(decided(chosen(old))) == 1
    assert decided(chosen(old), NOW - timedelta(days=8)) == []


def test_the_judge_sees_none_of_it() -> None:
    bare = alone(ISSUE)
    assert bare.kept == Managed() and bare.fields["priority"] is None
    assert bare.fields["summary"] == "Pay"
