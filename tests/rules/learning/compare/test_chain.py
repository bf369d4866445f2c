"""Lessons are judged in order of time, by challengers that learned from earlier ones only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.assessment import Assessment
from rules.facts.jsonl import issue_from_row
from rules.learning.compare.chain import FIRST, FOLDS, chain, folds, in_order
from rules.learning.evidence.lessons import Example, Lesson
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SEAL = Seal(b"a key of the tests, 32 bytes long")


def example(number: int, day: int | None = None) -> Example:
    at = None if day is None else NOW + timedelta(days=day)
    issue = issue_from_row({"summary": "It waits", "key": f"SHOP-{number}"}, number)
    return Example(Lesson(issue, "kind", "tech_debt", "correction", at=at), cast(Assessment, None))


def keys(examples: Sequence[Example]) -> list[str]:
    return [one.lesson.issue.key for one in examples]


def learned(known: Sequence[Example]) -> TeamModel:
    """Return a model that tells what it learned from."""
    return TeamModel(SEAL, info={"known": keys(known)})


def test_each_fold_is_judged_by_all_that_came_before_and_nothing_else() -> None:
    some = [example(n, day=n) for n in range(40)]
    judged: list[str] = []
    for fold in chain([*reversed(some)], lambda _: True, learned):
        first = int(keys(fold.judged)[0].partition("-")[2])
        assert fold.challenger.info["known"] == keys(some[:first])
        judged += keys(fold.judged)
    assert judged == keys(some[FIRST:])


def test_what_does_not_judge_still_teaches() -> None:
    some = [example(n, day=n) for n in range(30)]
    even = [one for n, one in enumerate(some) if n % 2 == 0]
    found = [*chain(some, lambda one: one in even, learned)]
    assert [key for fold in found for key in keys(fold.judged)] == keys(even[FIRST:])
    assert found[0].challenger.info["known"] == keys(some[: 2 * FIRST])


def test_later_folds_count_more_since_their_challengers_learned_more() -> None:
    shares = [fold.share for fold in chain([example(n, n) for n in range(50)], bool, learned)]
    assert shares == sorted(shares) and shares[0] == FIRST / 50 and shares[-1] < 1


def test_lessons_without_a_time_come_first_in_their_order() -> None:
    some = [example(1, day=2), example(2), example(3, day=1), example(4)]
    assert keys(in_order(some)) == ["SHOP-2", "SHOP-4", "SHOP-3", "SHOP-1"]


def test_fewer_decisions_than_teach_first_judge_nothing() -> None:
    assert not [*chain([example(n, n) for n in range(FIRST)], bool, learned)]


@given(st.integers(0, 20), st.integers(0, 2000))
def test_folds_hold_every_place_once_and_are_few(start: int, count: int) -> None:
    found = [*folds(start, count)]
    assert [n for fold in found for n in fold] == [*range(start, count)]
    assert len(found) <= FOLDS


@pytest.mark.parametrize("weight", [0.2, 1.0])
def test_the_weight_of_a_lesson_counts_too(weight: float) -> None:
    some = [example(n, n) for n in range(20)]
    light = [replace(one, lesson=replace(one.lesson, weight=weight)) for one in some]
    for fold in chain(light, bool, learned):
        assert fold.weights == pytest.approx([fold.share * weight] * len(fold.judged))
