"""How much each lesson weighs: by its source, its age and its person."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.lessons import Lesson
from rules.learning.evidence.weights import FLOOR, LOWERED, SHARE, SOURCES, capped, weigh

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ISSUE = issue_from_row({"summary": "Mend the pier"}, 1)


def lesson(by: Any = "correction", account: str = "ann", days: float | None = 0.0) -> Lesson:
    at = None if days is None else NOW - timedelta(days=days)
    return Lesson(ISSUE, "kind", "tech_debt", by, account, at=at)


def test_half_a_life_halves_a_weight_and_no_time_is_new() -> None:
    new, old, older, undated = weigh(
        [lesson(days=days) for days in (0, 90, 180, None)], half_life_days=90
    )
    assert [new.weight, old.weight, older.weight, undated.weight] == approx([1, 0.5, 0.25, 1])
    assert old.freshness == approx(0.5)


def test_where_nobody_decides_anything_new_nothing_fades() -> None:
    assert [one.weight for one in weigh([lesson(days=700), lesson(days=790)])] == approx([1, 0.5])


def test_an_answer_counts_half_and_the_book_less_than_people_together() -> None:
    confirmed, answer, book = weigh(
        [lesson("confirmation"), lesson("answer"), lesson("book", account="")]
    )
    assert [confirmed.weight, answer.weight, book.weight] == [1.0, 0.5, 0.3]
    many = weigh([lesson(), *[lesson("book", account="")] * 1000])
    assert sum(one.weight for one in many[1:]) == approx(FLOOR)


def test_a_person_whom_the_others_contradict_hardly_counts() -> None:
    ann, ben = weigh([lesson(), lesson(account="ben")], lowered={"ben"})
    assert (ann.weight, ben.weight) == (1.0, LOWERED)


def test_each_field_has_its_own_caps() -> None:
    priorities = [Lesson(ISSUE, "priority", "High", "correction", "ann", at=NOW)] * 500
    assert weigh([lesson(), *priorities])[0].weight == 1.0


def test_a_person_alone_and_a_small_team_can_teach() -> None:
    assert capped({"ann": 500.0}) == {"ann": 500.0}
    assert capped({"ann": 500.0, "ben": 3.0}) == {"ann": FLOOR, "ben": 3.0}
    assert capped({"ann": 500.0, "ben": 200.0}) == {"ann": approx(200.0), "ben": 200.0}


weights = st.dictionaries(st.text(max_size=3), st.floats(0, 1e4), min_size=1, max_size=8)


@given(weights)
def test_nobody_has_more_than_a_share_beyond_the_floor(totals: dict[str, float]) -> None:
    limits = capped(totals)
    whole, part = sum(limits.values()), max(SHARE, 1 / len(totals))
    for who, limit in limits.items():
        assert limit <= max(FLOOR, part * whole) * (1 + 1e-6)
        assert limit <= totals[who]
        assert limit >= min(totals[who], FLOOR) * (1 - 1e-9)


lessons = st.lists(
    st.builds(
        lesson,
        st.sampled_from([*SOURCES]),
        st.sampled_from(["ann", "ben", "cy", "dee", ""]),
        st.none() | st.floats(0, 2000),
    ),
    max_size=60,
)


@given(lessons, st.floats(1, 1000))
def test_no_weight_is_more_than_its_source_gives_and_all_have_one(
    given_: list[Lesson], half_life: float
) -> None:
    for one in weigh(given_, half_life):
        assert 0 <= one.weight <= SOURCES[one.by] and 0 <= one.freshness <= 1


@given(lessons)
def test_of_a_persons_decisions_an_older_one_never_weighs_more(given_: list[Lesson]) -> None:
    found = defaultdict(list)
    for one in weigh(given_):
        if one.at:
            found[one.account, one.by].append((one.at, one.weight))
    for them in found.values():
        assert all(old <= new * (1 + 1e-9) for (_, old), (_, new) in pairwise(sorted(them)))


@given(lessons)
def test_the_order_of_lessons_changes_no_weight(given_: list[Lesson]) -> None:
    forth = sorted(one.weight for one in weigh(given_))
    back = sorted(one.weight for one in weigh(given_[::-1]))
    assert forth == approx(back)
