"""Weeks with known numbers: what is done counts once, in the right class, in the right week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from rules.capacity.finished import Unit, finished, share_sized, sizes
from rules.capacity.shares import Amounts, amounts, furthest, standings
from rules.capacity.work_history import Tree, WorkItem
from tests.rules.capacity.histories import at, item

NEED, DEBT, SPIKE = "business_need", "tech_debt", "exploration"
WEEK = at("2026-11-23"), at("2026-11-30")
DONE, DOING = "Done", "In Progress"


def done(
    number: int, kind: str | None = None, points: float | None = None, **more: object
) -> WorkItem:
    parent = more.pop("under", None)
    above = None if parent is None else f"A-{parent}"
    moves = ("2026-11-20", DOING), ("2026-11-25", DONE)
    return item(f"A-{number}", *moves, kind=kind, points=points, parent=above, **more)


def week(*items: WorkItem, unit: Unit = "points") -> Amounts:
    tree = Tree.of(items)
    return amounts(tree, sizes(tree, finished(tree, *WEEK).work, unit))


def shown(found: Amounts) -> Mapping[str, float]:
    return {kind: round(found.percent(kind)) for kind in found.parts}


def test_what_was_closed_without_work_counts_nothing_and_is_shown_apart() -> None:
    items = [
        done(1, NEED, 2),
        done(2, DEBT, 8, resolution="Won’t Do"),
        done(3, DEBT, 5, resolution="Duplicate"),
        done(4, SPIKE, 3, resolution="Cannot Reproduce"),
    ]
    found = week(*items)
    assert (shown(found), found.total) == ({NEED: 100}, 2)
    closed = finished(Tree.of(items), *WEEK).closed
    assert closed == ("A-2", "A-3", "A-4")


def test_a_missing_resolution_does_not_matter() -> None:
    found = week(done(1, NEED, 8), done(2, DEBT, 2, resolution="Done"))
    assert (shown(found), found.total) == ({NEED: 80, DEBT: 20}, 10)


def test_by_count_sub_tasks_stand_for_their_story() -> None:
    parts = [done(n, NEED, under=1, subtask=True) for n in range(2, 6)]
    found = week(done(1, NEED), *parts, done(9, DEBT), unit="count")
    assert (shown(found), found.total) == ({NEED: 50, DEBT: 50}, 2)


def test_points_of_a_story_and_its_sub_task_count_once() -> None:
    assert week(done(1, NEED, 3), done(2, NEED, 3, under=1, subtask=True)).total == 3


def test_an_epic_is_the_sum_of_its_stories() -> None:
    stories = done(2, NEED, 5, under=1), done(3, NEED, 3, under=1)
    found = week(done(1, NEED, 8), *stories, done(4, DEBT, 8))
    assert (shown(found), found.total) == ({NEED: 50, DEBT: 50}, 16)


def test_an_epic_in_progress_beside_its_story_has_no_points_of_its_own() -> None:
    doing = ("2026-11-20", DOING)
    epic, story = item("A-1", doing, kind=NEED, points=40), item("A-2", doing, parent="A-1")
    sized = [epic, replace(story, kind=NEED, points=5), item("A-3", doing, kind=DEBT, points=5)]
    tree = Tree.of(sized)
    found = amounts(tree, sizes(tree, tree.items, "points"))
    assert (shown(found), found.total) == ({NEED: 50, DEBT: 50}, 10)


def test_a_parent_of_sized_sub_tasks_counts_what_they_have() -> None:
    parts = [done(n, NEED, 4, under=1, subtask=True) for n in (2, 3)]
    assert week(done(1, NEED, 8), *parts).total == 8


def test_a_parent_counts_where_no_leaf_has_points() -> None:
    parts = [done(n, NEED, under=1, subtask=True) for n in (2, 3)]
    assert week(done(1, NEED, 8), *parts).total == 8


def test_a_unit_that_one_of_ten_issues_has_is_known_to_be_rare() -> None:
    tree = Tree.of([done(1, DEBT, 1), *(done(n, NEED) for n in range(2, 11))])
    assert share_sized(tree, finished(tree, *WEEK).work, "points") == (1, 10)


def test_a_child_without_a_class_takes_that_of_its_epic() -> None:
    found = week(item("A-1", ("2026-11-01", DOING), kind=DEBT), done(2, None, 5, under=1))
    assert (shown(found), found.total) == ({DEBT: 100}, 5)


def test_what_sluice_rejected_never_counts() -> None:
    tree = Tree.of([done(1, DEBT, 5, verdict="reject", resolution="Won't Do")])
    assert finished(tree, *WEEK) == finished(Tree.of([]), *WEEK)


def test_what_has_no_class_anywhere_is_unplaced() -> None:
    found = week(done(1, None, 5), done(2, DEBT, 5))
    assert (shown(found), found.unplaced) == ({DEBT: 100}, {"A-1": 5.0})


def test_a_gap_within_the_tolerance_is_on_target() -> None:
    found = Amounts({NEED: {"A-1": 67}, DEBT: {"A-2": 33}})
    near, far = standings(found, {NEED: 70, DEBT: 30})
    assert [near.on_target, far.on_target] == [True, True]
    assert furthest((near, far)) is None
    off = furthest(standings(found, {NEED: 80, DEBT: 20}))
    assert off is not None and round(abs(off.gap)) == 13


@pytest.mark.parametrize("moves", [[("2026-11-24", "To Do")], [("2026-11-24", DOING)]])
def test_what_was_done_and_done_again_counts_in_the_week_of_the_last(
    moves: list[tuple[str, str]],
) -> None:
    twice = [("2026-11-23", DONE), *moves, ("2026-12-04", DONE)]
    tree = Tree.of([item("A-1", *twice, points=3, kind=NEED)])
    assert finished(tree, *WEEK).work == ()
    assert finished(tree, at("2026-11-30"), at("2026-12-07")).work == ("A-1",)
