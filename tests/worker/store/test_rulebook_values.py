"""Values of rulebooks go through JSON and come back as they were, whatever text is in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.problem import Problem
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount

# Hypothesis finds odd text; what was split wrongly before stands here by name.
TEXTS = st.one_of(
    st.sampled_from(["On hold", "a: b:c", "x\ny", "延后 处理", "\"'\\", "", "\ud800"]),
    st.text(),
    st.text(st.characters(), max_size=5),
)
COUNTS = st.integers(0, 10**9)
TIMES = st.datetimes(timezones=st.just(UTC))
PROBLEMS = st.builds(Problem, TEXTS, COUNTS, TEXTS, st.none() | TEXTS)
VALUES = st.one_of(
    PROBLEMS,
    st.builds(
        BookStatus,
        *(TEXTS, TEXTS, TEXTS, COUNTS, st.booleans(), TIMES),
        st.lists(PROBLEMS, max_size=3).map(tuple),
        *(st.none() | TEXTS, st.none() | TEXTS),
    ),
    st.builds(Rollout, TEXTS, TIMES, COUNTS, st.none() | COUNTS),
    st.builds(ShadowCount, TEXTS, TEXTS, TEXTS, COUNTS),
    st.builds(MovedIssue, TEXTS, TEXTS, TEXTS, TEXTS),
)


@settings(deadline=None)
@given(VALUES)
def test_what_goes_into_json_comes_back_the_same(value: Any) -> None:
    text = json.dumps(value.to_json())
    assert text.isascii()
    assert type(value).from_json(json.loads(text)) == value


@pytest.mark.parametrize(
    "old",
    [
        *("DEMO-1 abc accept On hold", "models/shop.npz: is no text model", 7, None, [], {}),
        {"found": {"book": "team", "wrong": []}, "since": "2026-11-23T12:00:00+00:00"},
    ],
)
@pytest.mark.parametrize("kind", [Problem, BookStatus, Rollout, ShadowCount, MovedIssue])
def test_what_it_can_t_read_is_told_by_one_of_three_errors(kind: Any, old: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        kind.from_json(old)


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    rollout = Rollout("abc", datetime(2026, 11, 23, 12, tzinfo=UTC))
    raw = {**rollout.to_json(), "since": "2026-11-23T20:00:00+08:00"}
    assert Rollout.from_json(raw) == rollout


def test_a_problem_of_a_file_without_lines_names_none() -> None:
    assert str(Problem("models/shop.npz", 0, "is no text model")) == (
        "models/shop.npz: is no text model"
    )
    assert str(Problem("a.yaml", 3, "is empty", "story")) == "a.yaml:3: rule story: is empty"
