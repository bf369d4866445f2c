"""Decisions that must not teach any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.forgotten import MOST, Forgotten, Period, without
from rules.learning.evidence.lessons import Lesson
from tests.connector.planned import json_values

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def lesson(number: int, account: str = "ann", days: float | None = 0.0) -> Lesson:
    issue = issue_from_row({"summary": "Mend the pier", "key": f"SHOP-{number}"}, number)
    at = None if days is None else NOW - timedelta(days=days)
    return Lesson(issue, "kind", "tech_debt", "correction", account, at=at)


ALL = [lesson(1), lesson(2, "ben", 5), lesson(3, "", 9), lesson(4, "ann", None)]


def left(**asked: Any) -> list[str]:
    return [one.issue.key for one in without(ALL, **asked)]


def test_a_persons_decisions_those_on_an_issue_or_from_a_day_on_are_left_out() -> None:
    assert left() == ["SHOP-1", "SHOP-2", "SHOP-3", "SHOP-4"]
    assert left(accounts=["ann"]) == ["SHOP-2", "SHOP-3"]
    assert left(accounts=[""]) == left(), "an unknown account is nobody's"
    assert left(issues=["SHOP-3", ALL[0].issue.id]) == ["SHOP-2", "SHOP-4"]
    assert left(since=NOW - timedelta(days=6)) == ["SHOP-3", "SHOP-4"]


def test_what_is_decided_after_the_command_teaches_again() -> None:
    asked = Forgotten(periods=(Period(NOW - timedelta(days=6), NOW - timedelta(days=1)),))
    assert left(forgotten=asked) == ["SHOP-1", "SHOP-3", "SHOP-4"]


def test_a_list_of_forgotten_decisions_is_kept_and_stays_short() -> None:
    one = Forgotten(("ann",), ("SHOP-1",), (Period(NOW, NOW + timedelta(hours=1)),))
    assert Forgotten.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert one.and_also(one) == one
    assert one.and_also(Forgotten(("ben",))).accounts == ("ann", "ben")
    many = Forgotten(issues=tuple(f"SHOP-{n}" for n in range(2 * MOST)))
    assert len(one.and_also(many).issues) == MOST


@given(json_values, json_values)
def test_a_damaged_list_is_read_as_far_as_it_goes(odd: Any, other: Any) -> None:
    Forgotten.from_json(odd)
    found = Forgotten.from_json({"accounts": odd, "issues": ["SHOP-1", other], "periods": [odd]})
    assert "SHOP-1" in found.issues


@given(st.lists(st.sampled_from(["ann", "ben", ""]), max_size=3), st.booleans())
def test_forgetting_twice_is_forgetting_once(accounts: list[str], some: bool) -> None:
    since = NOW - timedelta(days=6) if some else None
    once = without(ALL, accounts, since=since)
    assert without(once, accounts, since=since) == once
