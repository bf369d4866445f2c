"""Corrections are counted from what people set by hand in the time of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.capacity.learned import TAUGHT, Learned, Training, corrections
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
