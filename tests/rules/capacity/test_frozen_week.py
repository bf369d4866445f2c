"""What was posted of a week never changes; what is another number later is named."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.frozen_week import (
    MOST_PARTS,
    MOST_WEEKS,
    WITH_PARTS,
    FrozenWeek,
    kept,
    missing,
    moved,
    restated,
)
from rules.capacity.week_report import week_report
from rules.capacity.working_days import WorkCalendar
from tests.rules.capacity.simulator import KINDS, ZONE, simulate

WEEKS = st.builds(
    FrozenWeek,
    st.integers(1, 52).map(lambda n: f"2026-W{n:02}"),
    st.sampled_from(["person_days", "points", "time_spent", "count"]),
    st.dictionaries(st.sampled_from(KINDS), st.floats(0, 100)),
    st.floats(0, 10),
    st.dictionaries(
        st.text(max_size=8), st.tuples(st.sampled_from(KINDS), st.floats(0, 9)), max_size=3
    ),
)


@given(WEEKS)
def test_a_week_goes_through_json_unchanged(week: FrozenWeek) -> None:
    assert FrozenWeek.from_json(json.loads(json.dumps(week.to_json()))) == week


@pytest.mark.parametrize("raw", [{}, {"week": 1}, None, [], {"week": "x", "unit": "days"}])
def test_what_is_no_week_is_refused(raw: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        FrozenWeek.from_json(raw)


@given(st.lists(WEEKS, max_size=90))
def test_a_kept_week_stays_as_it_was_first(weeks: list[FrozenWeek]) -> None:
    found: tuple[FrozenWeek, ...] = ()
    first: dict[str, FrozenWeek] = {}
    for week in weeks:
        found = kept(found, week)
        first.setdefault(week.week, week)
    assert [one.week for one in found] == sorted(one.week for one in found)
    assert len(found) <= MOST_WEEKS
    assert all(replace(one, parts=first[one.week].parts) == first[one.week] for one in found)
    assert all(not one.parts for one in found[:-WITH_PARTS])


def test_what_is_kept_of_large_teams_fits_into_a_property_of_jira() -> None:
    found: tuple[FrozenWeek, ...] = ()
    parts = {f"LONGPROJEC-{100_000 + n}": ("business_need", 0.123) for n in range(MOST_PARTS)}
    for number in range(MOST_WEEKS + 5):
        year, week, _ = (date(2026, 1, 5) + timedelta(weeks=number)).isocalendar()
        by_kind = dict.fromkeys(KINDS, 1234.567)
        found = kept(found, FrozenWeek(f"{year}-W{week:02}", "person_days", by_kind, 12.345, parts))
    assert len(json.dumps({"weeks": [one.to_json() for one in found]})) < 32_768
    assert len(found) == MOST_WEEKS and found[-1].parts == parts


def test_a_replayed_year_changes_no_week_in_silence() -> None:
    dice, first = random.Random(7), date(2026, 1, 5)
    items = simulate(7, first, weeks=52).items
    rules = CapacityRules({"tech_debt": 100.0}, WorkCalendar(ZONE))
    weeks: tuple[FrozenWeek, ...] = ()
    posted: dict[str, dict[str, float]] = {}
    told = 0
    for number in range(52):
        until = datetime(2026, 1, 12, 9, tzinfo=ZONE) + timedelta(weeks=number)
        if weeks:  # people change the class of last week's issues
            for key in dice.sample(sorted(weeks[-1].parts), 2):
                items[key] = replace(items[key], kind=dice.choice(KINDS))
            late = week_report("SIM", [*items.values()], rules, until - timedelta(weeks=1), weeks)
            before = next(one for one in weeks if one.week == late.week)
            told += restated(before, late.frozen()) and bool(moved(before, late.frozen()))
            weeks = kept(weeks, late.frozen())
        report = week_report("SIM", [*items.values()], rules, until, weeks)
        weeks = kept(weeks, report.frozen())
        posted[report.week] = dict(report.frozen().by_kind)
    assert {one.week: dict(one.by_kind) for one in weeks} == posted
    assert len(posted) == 52 and told > 20


def test_a_move_of_less_than_a_point_is_no_restatement() -> None:
    one = FrozenWeek("2026-W40", "count", {"tech_debt": 50.0, "exploration": 50.0})
    near = replace(one, by_kind={"tech_debt": 50.2, "exploration": 50.0})
    assert not restated(one, near)
    assert restated(one, replace(near, unit="points"))


def test_what_moved_is_what_has_another_class_or_size() -> None:
    before = FrozenWeek("2026-W40", "count", {}, 0.0, {"A-1": ("a", 1.0), "A-2": ("a", 1.0)})
    now = replace(before, parts={"A-1": ("b", 1.0), "A-2": ("a", 1.0), "A-3": ("a", 1.0)})
    assert moved(before, now) == ["A-1", "A-3"]
    assert moved(replace(before, parts={}), now) == []


def test_missing_weeks_are_found_over_the_turn_of_the_year() -> None:
    weeks = [FrozenWeek(week, "points", {}) for week in ("2026-W52", "2027-W02")]
    assert missing(weeks) == ["2026-W53", "2027-W01"]
    assert missing([]) == [] and missing(weeks[:1]) == []


@pytest.mark.parametrize("week", ["", "soon", "2026-48", "2026-W54", "2025-W53", "2026-W00", None])
def test_a_week_that_is_none_is_not_read(week: str | None) -> None:
    with pytest.raises(ValueError):
        FrozenWeek.from_json({**FrozenWeek("2026-W48", "points", {}).to_json(), "week": week})
