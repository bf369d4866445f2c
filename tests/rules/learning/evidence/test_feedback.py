"""What people teach by what they decide on an issue, and what teaches nothing."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.asks import ask_digest
from rules.facts.issue import Choice, History, Issue, Managed, Record
from rules.learning.evidence.feedback import (
    collect_lessons,
    examples_of,
    judging,
    lessons_of,
    overruled,
)
from rules.learning.evidence.lessons import Example, Lesson
from rules.rulebook.load import find, parse_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped
from rules.vocabulary.managed_fields import ManagedName
from tests.rules.learning.shop import BOOK, NOW, issue

THIN = """\
  - id: thin
    when: description.length < 30
    gate: needs_info
    because: It says too little.
    ask: Say more.
"""
RANKS = {"1": 1.0, "high": 1.0, "2": 0.5, "medium": 0.5, "3": 0.0, "low": 0.0}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return parse_book((BOOK + THIN).encode(), "team.yaml")


def chosen(*choices: Choice, of: Issue | None = None) -> Issue:
    """An issue whose changelog was read, and has these choices."""
    return replace(of or issue(), history=History(choices=choices, known=True))


def choice(value: str, by: str = "ann", field: ManagedName = "kind", **more: Any) -> Choice:
    return Choice(field, value, by, by.title(), NOW, **more)


def told(found: Issue) -> list[tuple[str, str, str, str]]:
    return [(one.field, one.value, one.by, one.account) for one in lessons_of(found, RANKS)]


def test_another_value_than_sluices_is_a_correction_and_the_same_a_confirmation() -> None:
    assert told(chosen(choice("exploration", wrote="tech_debt"))) == [
        ("kind", "exploration", "correction", "ann")
    ]
    assert told(chosen(choice("exploration", wrote="exploration"))) == [
        ("kind", "exploration", "confirmation", "ann")
    ]
    assert told(chosen(choice("exploration"))) == [("kind", "exploration", "correction", "ann")]


def test_class_gate_and_priority_teach_each_by_itself_and_a_priority_has_a_rank() -> None:
    found = lessons_of(
        chosen(
            choice("tech_debt"),
            choice("accept", "ben", "verdict", wrote="reject"),
            choice("Eilig", "cy", "priority", id="1", wrote="Low"),
        ),
        RANKS,
    )
    assert [(one.field, one.value, one.account, one.rank) for one in found] == [
        ("kind", "tech_debt", "ann", None),
        ("verdict", "accept", "ben", None),
        ("priority", "Eilig", "cy", 1.0),
    ]
    (low,) = lessons_of(chosen(choice("LOW", field="priority", wrote="low")), RANKS)
    assert (low.rank, low.by, low.name, low.at) == (0.0, "confirmation", "Ann", NOW)


def test_the_last_choice_counts_and_one_that_was_taken_back_is_unlearned() -> None:
    first = choice("exploration", wrote="tech_debt")
    assert told(chosen(first, choice("", wrote="tech_debt"))) == []
    assert told(chosen(first, choice("tech_debt", "ben", wrote="tech_debt"))) == [
        ("kind", "tech_debt", "confirmation", "ben")
    ]
    assert told(chosen(first, choice("business_need", wrote="tech_debt"))) == [
        ("kind", "business_need", "correction", "ann")
    ]


@pytest.mark.parametrize(
    "other",
    [
        choice("Ops"),
        choice("undecided"),
        choice("Not now", field="verdict"),
        choice("P9", field="priority"),
    ],
)
def test_a_teams_own_words_teach_nothing(other: Choice) -> None:
    assert told(chosen(other)) == []


def test_a_value_that_no_person_set_teaches_nothing_where_the_changelog_was_read() -> None:
    by_a_rule = issue(kind="exploration")
    assert told(chosen(of=by_a_rule)) == []
    assert told(by_a_rule) == [("kind", "exploration", "correction", "")]
    assert told(replace(by_a_rule, fields={**by_a_rule.fields, "summary": ""})) == []


def test_a_choice_that_another_person_replaced_is_overruled_and_ones_own_is_not() -> None:
    mine, later = choice("exploration"), choice("tech_debt", "ben")
    assert overruled(chosen(mine, later)) == [(mine, later)]
    assert overruled(chosen(mine, choice("tech_debt"))) == []
    assert overruled(chosen(mine, choice("", "ben"), choice("accept", "ben", "verdict"))) == []


values = st.sampled_from(["tech_debt", "exploration", "business_need", "", "Ops"])
people = st.sampled_from(["ann", "ben", "cy"])
histories = st.lists(st.builds(choice, values, people, wrote=st.none() | values), max_size=6)


@given(histories)
def test_whatever_came_before_only_the_last_choice_of_a_field_teaches(before: list[Choice]) -> None:
    last = choice("tech_debt", "ann", wrote="exploration")
    assert told(chosen(*before, last)) == told(chosen(last))
    assert told(chosen(*before, choice(""))) == []


def collected(book: Rulebook, *issues: Issue) -> list[Lesson]:
    return collect_lessons(issues, lambda _: book, NOW, RANKS)


def examples(book: Rulebook, *issues: Issue) -> list[Example]:
    with ExitStack() as stack:
        assess = judging(lambda _: book, shipped(), NOW, stack)
        return examples_of(collected(book, *issues), assess)


def test_labels_and_types_teach_what_the_book_makes_of_them_and_the_text_does_not(
    book: Rulebook,
) -> None:
    (item,) = collected(book, issue(1, labels=["chore"]), issue(2))
    assert (item.value, item.by, item.account) == ("tech_debt", "book", "")


def test_the_book_teaches_nothing_where_a_class_was_set(book: Rulebook) -> None:
    (item,) = collected(book, issue(kind="exploration", labels=["chore"]))
    assert (item.value, item.by) == ("exploration", "correction")
    assert collected(book, issue(kind="Ops", labels=["chore"])) == []
    assert collected(book, issue(summary="", labels=["chore"])) == []


def test_what_nobody_touched_teaches_nothing(book: Rulebook) -> None:
    ours = Managed(kind="exploration", verdict="review", priority="Low")
    assert collected(book, replace(issue(), managed=ours, record=Record(ours, "digest"))) == []


def test_the_default_book_maps_types_and_labels_of_the_usual_kind() -> None:
    (spike, debt, story) = collected(
        find("default"),
        issue(1, type="Spike", summary="Queues"),
        issue(2, type="Task", labels=["tech-debt"], summary="Queues"),
        issue(3, type="Story", summary="Queues"),
    )
    kinds = [spike.value, debt.value, story.value]
    assert kinds == ["exploration", "tech_debt", "business_need"]


def test_an_example_shows_what_sluice_says_without_the_people(book: Rulebook) -> None:
    lived = replace(
        chosen(choice("exploration"), of=issue(kind="exploration", priority="High")),
        kept=Managed(kind="exploration", verdict="accept", priority="High"),
    )
    (one,) = examples(book, lived)
    assert one.assessment.classification.source != "person"
    assert one.assessment.decision.verdict == "needs_info"
    assert one.assessment.issue.kept == Managed()
    assert one.assessment.issue.fields["priority"] is None
    assert one.lesson.issue is lived


def test_an_answered_question_is_a_lesson_for_the_rules_that_asked(book: Rulebook) -> None:
    thin = next(rule for rule in book.rules if rule.id == "thin")
    record = Record(Managed(), "digest", asks={ask_digest(thin): NOW})
    asked = replace(issue(reporter="rita"), record=record)
    said = "Forty customers wait for it since the first of May."
    answered = replace(asked, fields={**asked.fields, "description": said})
    assert examples(book, asked) == []
    (one,) = examples(book, answered)
    assert (one.lesson.by, one.lesson.value, one.lesson.account) == ("answer", "needs_info", "rita")
    assert one.assessment.decision.asks.answered == ("thin",)


def test_lessons_come_in_the_order_of_time_or_as_given_where_a_time_is_missing(
    book: Rulebook,
) -> None:
    them = [issue(n, "exploration") for n in (3, 1, 2)]
    keys = [one.issue.key for one in collected(book, *them)]
    assert keys == ["SHOP-1", "SHOP-2", "SHOP-3"]
    them[0] = replace(them[0], fields={**them[0].fields, "updated": None})
    assert [one.issue.key for one in collected(book, *them)] == ["SHOP-3", "SHOP-1", "SHOP-2"]
