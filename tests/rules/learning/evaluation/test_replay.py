"""A team is replayed: people decide one issue after the other, and Sluice learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.learning.evaluation.labelled_issues import Sample, sample_of
from rules.learning.evaluation.replay import (
    FEWEST,
    TEAM,
    Plan,
    Step,
    accounts,
    lessons_in_order,
    replay,
)
from rules.rulebook.load import parse_book
from rules.text_model.model import shipped
from tests.own_words import own_words

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BOOK = parse_book(
    b"""\
book: team
classify: {model: 1.5}
rules:
  - {id: asked, when: text ~ customer, class: {business_need: 9}, because: A customer.}
""",
    "team.yaml",
)


def samples(count: int) -> list[Sample]:
    return [
        Sample(text, "", kind, "team", key=f"SHOP-{n}")
        for n, (text, kind) in enumerate(own_words(count), 1)
    ]


def replayed(plan: Plan, count: int = 60) -> list[Step]:
    return [*replay(samples(count), shipped(), BOOK, plan, NOW)]


@pytest.fixture(scope="module")
def honest() -> list[Step]:
    return replayed(Plan((0, 9, 30)))


def test_what_is_learned_is_judged_on_the_issues_that_come_after(honest: list[Step]) -> None:
    assert [(one.learned, one.before.issues) for one in honest] == [(0, 60), (9, 51), (30, 30)]
    first, few, many = honest
    assert first.taken is None and first.after == first.before
    assert few.taken is False and "a comparison needs 10" in few.reason
    assert few.after == few.before, "what is not taken is not in use"
    assert many.challenger.right >= many.before.right + 0.1


def test_it_ends_where_too_few_issues_come_after() -> None:
    assert [one.learned for one in replayed(Plan((0, 9, 80)), 9 + FEWEST)] == [0, 9]


def test_wrong_decisions_are_the_same_in_each_run_and_the_judges_are_right() -> None:
    first, second = (replayed(Plan((9,), noise=0.4)) for _ in range(2))
    assert first == second
    (honest,) = replayed(Plan((9,)))
    assert first[0].before == honest.before and first[0].challenger != honest.challenger


@pytest.mark.slow
def test_a_careless_person_is_named(honest: list[Step]) -> None:
    (found,) = replayed(Plan((40,), careless="ben"))
    assert any(one.startswith("ben: ") for one in found.contradicted)
    assert not any(one.contradicted for one in honest)


def test_issues_are_in_the_order_of_the_number_in_their_keys() -> None:
    shuffled = [
        replace(one, key=key) for one, key in zip(samples(3), ("B-10", "A-9", ""), strict=True)
    ]
    found = lessons_in_order(shuffled, NOW)
    assert [one.issue.key for one in found][1:] == ["A-9", "B-10"]
    assert [one.account for one in found] == [*TEAM[:3]]
    assert found[-1].at == NOW and found[0].at and found[0].at < NOW


def test_times_and_people_of_the_file_count_where_it_has_them() -> None:
    rows = [
        {"summary": "a", "by": "zoe", "at": "2026-01-02", "key": "A-1"},
        {"summary": "b", "by": "max", "at": "2026-01-01", "key": "A-2"},
    ]
    found = lessons_in_order([sample_of(row, "tech_debt") for row in rows], NOW)
    assert [(one.issue.key, one.account) for one in found] == [("A-2", "max"), ("A-1", "zoe")]
    assert found[0].at == datetime(2026, 1, 1, tzinfo=UTC)
    assert found[1].at == found[0].at + timedelta(days=1)


def test_who_decides_is_known_before() -> None:
    named = [replace(one, by="zoe") for one in samples(2)]
    assert accounts(named) == ("zoe",)
    assert accounts([*named, *samples(1)]) == ("ana", "ben", "chen", "dora", "emil", "zoe")
