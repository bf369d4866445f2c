"""A person's working days are divided among the issues that she had in progress."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from rules.capacity.person_days import PersonDays, people_at_work, person_days
from rules.capacity.work_history import Tree, WorkItem
from rules.capacity.working_days import WorkCalendar
from tests.rules.capacity.histories import CALENDAR, PEOPLE, at, histories, item

MONDAY, FRIDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 29)
DOING, DONE, TODO = "In Progress", "Done", "To Do"


def divided(*items: WorkItem, calendar: WorkCalendar = CALENDAR) -> PersonDays:
    tree = Tree.of(items)
    people = people_at_work(items, at("2026-11-23"), at("2026-11-30"))
    return person_days(tree, calendar, MONDAY, SUNDAY, people)


def test_an_issue_in_progress_all_week_gets_five_days() -> None:
    found = divided(item("A-1", ("2026-11-20", DOING)))
    assert found.by_issue() == {"A-1": 5.0}
    assert found.idle == {}


def test_who_is_reassigned_at_noon_gives_half_a_day_each() -> None:
    holders = [("2026-11-01", "ann"), ("2026-11-25 12:00", "bo")]
    moves = ("2026-11-25", DOING), ("2026-11-26", DONE)
    found = divided(item("A-1", *moves, who=holders))
    assert found.by_person() == {"ann": {"A-1": 0.5}, "bo": {"A-1": 0.5}}
    assert found.idle == {"ann": 4.5, "bo": 4.5}


def test_an_epic_beside_its_child_in_progress_counts_nothing() -> None:
    epic = item("A-1", ("2026-11-23", DOING))
    child = item("A-2", ("2026-11-23", DOING), parent="A-1")
    other = item("A-3", ("2026-11-23", DOING))
    assert divided(epic, child, other).by_issue() == {"A-2": 2.5, "A-3": 2.5}


def test_a_story_counts_on_the_days_when_no_sub_task_was_in_progress() -> None:
    story = item("A-1", ("2026-11-23", DOING))
    task = item("A-2", ("2026-11-24", DOING), ("2026-11-26", DONE), parent="A-1", who="bo")
    found = divided(story, task).by_person()
    assert found == {"ann": {"A-1": 3.0}, "bo": {"A-2": 2.0}}


def test_a_weekend_and_a_public_holiday_have_no_days() -> None:
    calendar = WorkCalendar(CALENDAR.zone, holidays=frozenset([date(2026, 11, 25)]))
    found = divided(item("A-1", ("2026-11-20", DOING)), calendar=calendar)
    assert found.total == 4.0
    assert found.by_issue() == {"A-1": 4.0}


def test_a_day_off_is_no_working_day_of_that_person() -> None:
    calendar = WorkCalendar(CALENDAR.zone, off={"ann": frozenset([FRIDAY])})
    both = item("A-1", ("2026-11-20", DOING)), item("A-2", ("2026-11-20", DOING), who="bo")
    assert divided(*both, calendar=calendar).by_issue() == {"A-1": 4.0, "A-2": 5.0}


def test_what_nobody_was_assigned_is_shown_apart() -> None:
    found = divided(item("A-1", ("2026-11-26", DOING), who=None))
    assert found.all == ()
    assert found.nobody == {"A-1": 2.0}


def test_an_issue_without_any_word_on_its_assignee_is_nobodys() -> None:
    assert divided(item("A-1", ("2026-11-27", DOING), who=[])).nobody == {"A-1": 1.0}


def test_days_on_nothing_are_idle_and_go_to_no_issue() -> None:
    found = divided(item("A-1", ("2026-11-23", DOING), ("2026-11-24", TODO)))
    assert found.by_issue() == {"A-1": 1.0}
    assert found.idle == {"ann": 4.0}


def test_issues_in_a_circle_of_parents_do_not_hang_it() -> None:
    one = item("A-1", ("2026-11-23", DOING), parent="A-2")
    other = item("A-2", ("2026-11-23", DOING), parent="A-1")
    assert divided(one, other).by_issue() == {}


def check(items: Sequence[WorkItem], calendar: WorkCalendar, first: datetime) -> None:
    last = first.date() + timedelta(days=6)
    found = person_days(Tree.of(items), calendar, first.date(), last, PEOPLE)
    for person in PEOPLE:
        mine = [one for one in found.all if one.person == person]
        assert len(mine) == len([*calendar.windows(person, first.date(), last)])
        given_ = sum(part for one in mine for part in one.parts.values())
        assert given_ + sum(one.idle for one in mine) == pytest.approx(len(mine), abs=1e-9)
        assert all(part > 0 for one in mine for part in one.parts.values())
        assert all(-1e-12 <= one.idle <= 1 for one in mine)


@given(histories())
def test_days_on_issues_and_idle_days_are_all_working_days(
    drawn: tuple[list[WorkItem], WorkCalendar, datetime],
) -> None:
    check(*drawn)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(histories())
def test_ten_thousand_histories_add_up(
    drawn: tuple[list[WorkItem], WorkCalendar, datetime],
) -> None:
    check(*drawn)


@given(histories())
@settings(max_examples=30, deadline=None)
def test_it_gives_what_counting_minute_by_minute_gives(
    drawn: tuple[list[WorkItem], WorkCalendar, datetime],
) -> None:
    items, calendar, first = drawn
    last = first.date() + timedelta(days=2)
    found = person_days(Tree.of(items), calendar, first.date(), last, PEOPLE).by_person()
    counted = by_minutes(Tree.of(items), calendar, first, last)
    for person in PEOPLE:
        assert found.get(person, {}) == pytest.approx(counted[person], abs=1e-9)


def by_minutes(
    tree: Tree, calendar: WorkCalendar, first: datetime, last: date
) -> dict[str, dict[str, float]]:
    """Count minute by minute, without any interval."""
    found: dict[str, dict[str, float]] = {person: {} for person in PEOPLE}
    for person in PEOPLE:
        for window in calendar.windows(person, first.date(), last):
            start, end = window.start.timestamp(), window.end.timestamp()
            minutes = [
                datetime.fromtimestamp(s, first.tzinfo) for s in range(int(start), int(end), 60)
            ]
            hidden = {
                key
                for key in tree.children
                if any(state(one, m) for one in tree.below(key) for m in minutes)
            }
            for minute in minutes:
                mine = [
                    key
                    for key, one in tree.items.items()
                    if state(one, minute) and holder(one, minute) == person and key not in hidden
                ]
                for key in mine:
                    part = 1 / len(mine) / len(minutes)
                    found[person][key] = found[person].get(key, 0.0) + part
    return found


def state(one: WorkItem, moment: datetime) -> bool:
    values = [span.value for span in one.categories if span.since <= moment]
    return bool(values) and values[-1] == DOING


def holder(one: WorkItem, moment: datetime) -> str | None:
    values = [span.value for span in one.assignees if span.since <= moment]
    return values[-1] if values else None
