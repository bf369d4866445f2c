"""Corrections are counted from what people set by hand in the time of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.capacity.learned import (
    RIGHT,
    TAUGHT,
    ClassChange,
    Learned,
    Training,
    class_changes,
    corrections,
    last_trainings,
)
from rules.facts.issue import Choice, History, Issue

UNTIL = datetime(2026, 11, 23, 9, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=7)
CHOICE = Choice("kind", "exploration", "ada", at=UNTIL, wrote="tech_debt")


def issue(*choices: Choice) -> Issue:
    return Issue("1", "A-1", "A", {}, history=History(choices=choices, known=True))


def test_a_value_other_than_sluice_wrote_is_a_correction() -> None:
    gate = replace(CHOICE, field="verdict", value="accept", wrote="defer")
    assert corrections([issue(CHOICE, gate), issue(CHOICE)], SINCE, UNTIL) == {
        "kind": 2,
        "verdict": 1,
    }


def test_confirmations_emptied_fields_and_scores_are_none() -> None:
    same = replace(CHOICE, value="Tech_Debt")
    score = replace(CHOICE, field="score", value="70", wrote=None)
    assert not corrections(
        [issue(same), issue(CHOICE, replace(CHOICE, value="")), issue(score)], SINCE, UNTIL
    )


def test_only_the_time_of_the_report_counts() -> None:
    times = [SINCE, SINCE + timedelta(seconds=1), UNTIL, UNTIL + timedelta(seconds=1), None]
    assert corrections([issue(replace(CHOICE, at=at)) for at in times], SINCE, UNTIL)["kind"] == 2


CHOICES = st.builds(
    replace,
    st.just(CHOICE),
    field=st.sampled_from(["kind", "verdict", "priority", "score"]),
    value=st.sampled_from(["", "a", "b"]),
    wrote=st.sampled_from([None, "a", "b"]),
    at=st.sampled_from([SINCE, UNTIL, None]),
)


@given(st.lists(st.lists(CHOICES, max_size=4), max_size=4))
def test_an_issue_counts_once_for_each_field_at_most(issues: list[list[Choice]]) -> None:
    found = corrections([issue(*choices) for choices in issues], SINCE, UNTIL)
    assert set(found) <= set(TAUGHT)
    assert all(count <= len(issues) for count in found.values())


def test_a_training_learned_from_the_corrections_before_it() -> None:
    day = timedelta(days=1)
    issues = [issue(replace(CHOICE, at=UNTIL - n * day)) for n in (1, 3, 5)]
    told = Learned(SINCE, next_at=20)
    assert told.counted(issues, UNTIL).corrections == {"kind": 3}
    trained = replace(told, training=Training(UNTIL - 2 * day))
    assert trained.counted(issues, UNTIL).corrections == {"kind": 2}


@dataclass(frozen=True)
class Entry:
    """A training in a history."""

    at: datetime
    fate: str = ""
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)


def test_the_last_training_of_the_week_is_told_with_its_figures() -> None:
    day, figures = timedelta(days=1), {"before": {RIGHT: 0.78}, "after": {RIGHT: 0.83}}
    first, last = Entry(UNTIL - 20 * day), Entry(UNTIL - day, **figures)
    found = last_trainings([last, first, Entry(UNTIL + day)], SINCE, UNTIL)
    assert found == (Training(last.at, (0.78, 0.83)), first.at)
    assert last_trainings([last], SINCE, UNTIL)[1] is None


def test_without_a_training_in_the_week_the_time_of_the_last_one_is_told() -> None:
    assert last_trainings([Entry(SINCE)], SINCE, UNTIL) == (None, SINCE)
    assert last_trainings([], SINCE, UNTIL) == (None, None)


@pytest.mark.parametrize(
    ("fate", "taken_back"), [("", False), ("replaced", False), ("rolled back", True)]
)
def test_a_training_that_was_rolled_back_says_so(fate: str, taken_back: bool) -> None:
    training, _ = last_trainings([Entry(UNTIL, fate)], SINCE, UNTIL)
    assert training and training.taken_back == taken_back and training.right is None


def test_class_changes_are_told_by_pair_and_the_last_one_of_an_issue_counts() -> None:
    back = replace(CHOICE, value="tech_debt")
    need = replace(CHOICE, value="business_need")
    old = replace(CHOICE, at=SINCE)
    them = [
        replace(issue(*choices), key=key)
        for key, choices in {
            "A-1": [CHOICE],
            "A-2": [CHOICE, need],
            "A-3": [need],
            "A-4": [need, back],
            "A-5": [old],
            "A-6": [replace(CHOICE, wrote=None)],
        }.items()
    ]
    assert class_changes(them, SINCE, UNTIL) == (
        ClassChange("tech_debt", "business_need", ("A-2", "A-3")),
        ClassChange("tech_debt", "exploration", ("A-1",)),
    )
