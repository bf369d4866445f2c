"""The look back: predictions against days, answers, reopenings, debt, and what people changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from rules.capacity.look_back import LEAST, LookBack, is_due, look_back, spearman
from rules.capacity.work_history import Tree, WorkItem, Write
from tests.rules.capacity.histories import CALENDAR, at, item

UNTIL = at("2026-11-30 09:00")
DOING, DONE, TODO = "In Progress", "Done", "To Do"


def found(*items: WorkItem) -> LookBack:
    return look_back(Tree.of(items), CALENDAR, UNTIL)


def done(number: int, days: int, **more: Any) -> WorkItem:
    """An accepted issue of a person of its own, of so many days up to 20 November."""
    begin = ("2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16")[days - 1]
    more = {"verdict": "accept", "who": f"p{number}", **more}
    return item(f"X-{number}", (begin, DOING), ("2026-11-20 18:00", DONE), **more)


def test_every_second_week_has_a_look_back() -> None:
    assert [is_due(week) for week in ("2026-W47", "2026-W48", "2026-W53", "2027-W02")] == [
        *(False, True, False, True),
    ]


def test_predictions_are_compared_with_the_days_of_finished_issues() -> None:
    same = [done(n, 1 + n % 5, points=1.0 + n % 5) for n in range(LEAST)]
    seen = found(*same)
    assert seen.compared["X-3"] == (4.0, 4.0)
    assert seen.predicted == "points" and seen.rank == pytest.approx(1.0)
    turned = [
        done(n, 1 + n % 5, effort=10.0 - n % 5, decided=at("2026-11-02")) for n in range(LEAST)
    ]
    seen = found(*turned)
    assert seen.predicted == "effort" and seen.rank == pytest.approx(-1.0)


def test_few_issues_or_equal_ones_have_no_order() -> None:
    assert found(*(done(n, 1 + n % 5, points=n) for n in range(LEAST - 1))).rank is None
    assert found(*(done(n, 1 + n % 5, points=3) for n in range(LEAST))).rank is None


def test_an_effort_that_was_written_after_the_start_is_no_prediction() -> None:
    late = [done(n, 1 + n % 5, effort=n, decided=at("2026-11-20 12:00")) for n in range(LEAST)]
    assert found(*late).compared == {}


def test_what_was_not_accepted_or_not_finished_in_time_is_not_compared() -> None:
    rejected = done(1, 2, points=3, verdict="reject")
    early = item("X-2", ("2026-11-02", DOING), ("2026-11-04", DONE), verdict="accept", points=3)
    again = done(3, 2, points=3)
    moves = (("2026-11-17", DOING), ("2026-11-20", DONE), ("2026-11-23", DOING))
    undone = item("X-4", *moves, verdict="accept", points=3)
    assert set(found(rejected, early, again, undone).compared) == {"X-3"}


def test_an_answer_and_a_reopening_are_a_gate_that_was_left() -> None:
    def gates(number: int, *moves: tuple[str, str]) -> WorkItem:
        return item(f"X-{number}", ("2026-11-01", TODO), gates=moves)

    seen = found(
        gates(1, ("2026-11-02", "needs_info"), ("2026-11-18", "accept")),
        gates(2, ("2026-11-02", "needs_info")),
        gates(3, ("2026-11-02", "needs_info"), ("2026-11-04", "accept")),
        gates(4, ("2026-11-17", "reject"), ("2026-11-18", "accept")),
        gates(5, ("2026-11-17", "reject"), ("2026-11-18", "accept"), ("2026-11-19", "reject")),
    )
    assert (seen.answered, seen.reopened) == (("X-1",), ("X-4",))


def test_debt_is_paid_when_it_is_done_and_taken_on_when_it_is_created() -> None:
    seen = found(
        done(1, 2, kind="tech_debt"),
        done(2, 2, kind="business_need"),
        item("X-3", ("2026-11-20", TODO), kind="tech_debt", created="2026-11-20"),
        item("X-4", ("2026-11-20", TODO), kind="tech_debt", created="2026-11-20", verdict="reject"),
    )
    assert (seen.paid, seen.taken) == (("X-1",), ("X-3",))


def test_a_change_by_a_person_after_sluices_first_decision_is_counted_once() -> None:
    def writes(number: int, *made: tuple[str, bool]) -> WorkItem:
        kept = tuple(Write(at(time), ours) for time, ours in made)
        return item(f"X-{number}", ("2026-11-01", TODO), writes=kept)

    seen = found(
        writes(1, ("2026-11-18", True), ("2026-11-19", False), ("2026-11-20", False)),
        writes(2, ("2026-11-18", True), ("2026-11-19", True)),
        writes(3, ("2026-11-17", False), ("2026-11-18", True)),
        writes(4, ("2026-11-02", True), ("2026-11-18", False)),
        writes(5, ("2026-11-18", True), ("2026-12-01", False)),
    )
    assert seen.decided == ("X-1", "X-2", "X-3", "X-5") and seen.changed == ("X-1",)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=40))
def test_the_correlation_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    ours = spearman(one, other)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(spearmanr(one, other).statistic, abs=1e-9)
