"""Where a week's capacity went: shares by class, against the targets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.capacity.capacity_report import best, furthest_under, report, shares, week_of
from rules.facts.issue import Issue, Managed

UNTIL = datetime(2026, 11, 23, 9, tzinfo=UTC)
TARGETS = {"tech_debt": 20.0, "business_need": 70.0, "exploration": 10.0}


def issue(
    number: int,
    kind: str | None = "tech_debt",
    points: Any = 1.0,
    days: float = 1,
    category: str = "Done",
    score: float | None = 50,
    verdict: str = "accept",
) -> Issue:
    resolved = UNTIL - timedelta(days=days) if category == "Done" else None
    values = {"points": points, "resolved": resolved, "statuscategory": category}
    managed = Managed(kind=kind, score=score, verdict=verdict)
    return Issue(str(number), f"A-{number}", "A", values, managed=managed)


def test_shares_are_percent_of_story_points() -> None:
    found = shares([issue(1, points=3), issue(2, "business_need", 6), issue(3, points=3)], "points")
    assert found.percent == {"tech_debt": 50, "business_need": 50, "exploration": 0}
    assert (found.total, found.issues) == (12, 3)


def test_shares_by_count_count_each_issue_once() -> None:
    found = shares([issue(1, points=9), issue(2, "exploration", None)], "count")
    assert found.percent == {"tech_debt": 50, "business_need": 0, "exploration": 50}


def test_what_has_no_class_or_no_size_is_counted_apart() -> None:
    odd = [issue(1, None), issue(2, "undecided"), issue(3, "Chore"), issue(4, points=None)]
    odd += [issue(5, points=0), issue(6, points="3"), issue(7, points=float("nan")), issue(8)]
    found = shares(odd, "points")
    assert (found.issues, found.unclassed, found.unsized, found.total) == (8, 3, 4, 1)


def test_of_nothing_there_are_no_shares() -> None:
    found = shares([], "points")
    assert set(found.percent.values()) == {0.0}
    assert furthest_under(found, TARGETS) is None


def test_the_class_furthest_under_its_target_is_named() -> None:
    work = [issue(1, "business_need", 6), issue(2, "tech_debt", 4)]
    assert furthest_under(shares(work, "points"), TARGETS) == "business_need"
    work = [issue(1, "business_need", 8), issue(2, "tech_debt", 2)]
    assert furthest_under(shares(work, "points"), TARGETS) == "exploration"


def test_no_class_is_under_where_all_targets_are_met() -> None:
    work = [issue(1, "business_need", 7), issue(2, "tech_debt", 2), issue(3, "exploration", 1)]
    assert furthest_under(shares(work, "points"), TARGETS) is None


def test_only_the_last_seven_days_are_done() -> None:
    work = [issue(1, days=0), issue(2, days=6.9), issue(3, days=7), issue(4, days=-0.1)]
    work += [issue(5, category="In Progress"), issue(6, category="To Do")]
    found = report("A", work, TARGETS, UNTIL)
    assert (found.done.issues, found.doing.issues) == (2, 1)
    assert (found.since, found.until) == (UNTIL - timedelta(days=7), UNTIL)


def test_an_issue_that_was_reopened_is_not_done() -> None:
    reopened = issue(1)
    fields = {**reopened.fields, "statuscategory": "To Do"}
    assert report("A", [Issue("1", "A-1", "A", fields)], TARGETS, UNTIL).done.issues == 0


def test_a_team_without_story_points_is_counted_by_issues() -> None:
    work = [issue(1, points=None), issue(2, "business_need", points=None)]
    found = report("A", work, TARGETS, UNTIL, "points")
    assert (found.unit, found.done.total, found.done.unsized) == ("count", 2, 0)


def test_work_in_progress_speaks_where_nothing_was_done() -> None:
    found = report("A", [issue(1, "tech_debt", category="In Progress")], TARGETS, UNTIL)
    assert found.under == "business_need"
    assert report("A", [], TARGETS, UNTIL).under is None


def test_the_five_best_of_a_class_are_accepted_and_not_begun() -> None:
    waiting = [issue(n, score=n, category="To Do") for n in range(8)]
    waiting += [issue(90, score=99, category="In Progress"), issue(91, score=99)]
    waiting += [issue(92, score=99, category="To Do", verdict="defer")]
    waiting += [issue(93, "exploration", score=99, category="To Do")]
    waiting += [issue(94, score=None, category="To Do")]
    assert [i.key for i in best(waiting, "tech_debt")] == ["A-7", "A-6", "A-5", "A-4", "A-3"]


def test_equals_are_listed_in_the_same_order_every_time() -> None:
    waiting = [issue(n, category="To Do") for n in (3, 1, 2)]
    assert [i.key for i in best(waiting, "tech_debt")] == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ((2026, 11, 23), "2026-W48"),
        ((2026, 11, 22), "2026-W47"),
        ((2026, 1, 1), "2026-W01"),
        ((2027, 1, 1), "2026-W53"),
        ((2027, 1, 4), "2027-W01"),
        ((2024, 12, 30), "2025-W01"),
    ],
)
def test_the_iso_week_is_right_at_the_turn_of_the_year(
    day: tuple[int, int, int], week: str
) -> None:
    assert week_of(datetime(*day, tzinfo=UTC)) == week


def test_the_week_is_that_of_the_project_s_time_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert week_of(late.astimezone(ZoneInfo("Asia/Shanghai"))) == "2026-W48"
