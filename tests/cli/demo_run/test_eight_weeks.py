"""The demo's team: everybody has work for eight weeks, up to last Sunday, whenever it runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cli.demo_run.eight_weeks import (
    WEEKS,
    Planned,
    body,
    free_days,
    holidays_near,
    is_open,
    last_sunday,
    plan,
    rows_of,
)

DAYS = [date(2026, 11, 29), date(2026, 2, 15), date(2027, 1, 3), date(2026, 8, 30)]
PROJECTS = ("SHOP", "PAY")


def planned(project: str, sunday: date) -> list[Planned]:
    return plan(rows_of(project), sunday, free_days(holidays_near(sunday)))


def test_the_last_week_is_over_whenever_the_demo_runs() -> None:
    for day in range(1, 15):
        for hour in (0, 12, 23):
            now = datetime(2026, 11, day, hour, tzinfo=UTC)
            sunday = last_sunday(now)
            assert sunday.weekday() == 6
            assert timedelta(0) < now.date() - sunday + timedelta(days=1) <= timedelta(days=8)


@pytest.mark.parametrize("sunday", DAYS)
@pytest.mark.parametrize("project", PROJECTS)
def test_four_people_work_for_all_the_weeks_up_to_the_last_friday(
    project: str, sunday: date
) -> None:
    own = [one for one in planned(project, sunday) if one.worked and one.row.level == 2]
    people = {one.row.person for one in own}
    assert len(people) == 4
    for person in people:
        times = [one.worked for one in own if one.row.person == person and one.worked]
        assert min(time.start for time in times).date() <= sunday - timedelta(days=7 * WEEKS - 3)
        assert sunday - timedelta(days=7) < max(time.end for time in times).date() <= sunday


@pytest.mark.parametrize("project", PROJECTS)
def test_nobody_works_on_a_free_day(project: str) -> None:
    free = free_days("US")
    for one in planned(project, DAYS[0]):
        for moment in one.worked or ():
            assert moment.weekday() < 5 and moment.date() not in free


@pytest.mark.parametrize("sunday", DAYS)
@pytest.mark.parametrize("project", PROJECTS)
def test_the_moves_of_an_issue_are_in_order_after_its_creation(project: str, sunday: date) -> None:
    for number, one in enumerate(planned(project, sunday)):
        made = body(one, number, sunday, None)
        times = [datetime.fromisoformat(move["at"]) for move in made["moves"]]
        assert times == sorted(times)
        assert all(datetime.fromisoformat(made["created"]) < time for time in times)
        assert all(time.date() <= sunday for time in times)


def test_the_weeks_have_all_that_a_report_can_show() -> None:
    for project in PROJECTS:
        found = rows_of(project)
        marks = {mark for row in found for mark in row.marks}
        assert marks >= {"epic", "story", "sub", "incident", "wont", "duplicate", "unclear"}
        assert marks >= {"waits", "blocked", "asked", "reopened", "was", "open", "beside"}


def test_what_is_done_is_not_triaged() -> None:
    found = [is_open(one) for one in planned("SHOP", DAYS[0])]
    assert 0 < sum(found) < len(found)


def test_a_place_that_is_preferred_is_taken_if_it_had_a_holiday() -> None:
    assert holidays_near(date(2026, 11, 29), "CN") == "CN"
    assert holidays_near(date(2026, 11, 29)) == "US", "Thanksgiving is in the last week"
    assert holidays_near(date(2026, 8, 30), "CN") != "CN"
