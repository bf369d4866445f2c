"""What lint can be certain of: never true, always true, one condition within another."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from rules.facts.catalog import Field
from rules.facts.facts import Facts
from rules.jql.compiler import Predicate, vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import And, Node, Not, Or, without_not
from rules.lint.sample_values import Cells
from rules.lint.satisfiability import always, implies, never
from tests.rules.jql import random_conditions as some
from tests.rules.jql.compile_tree import compile_tree

KNOWN = vocabulary((Field("pain", "number", "a measure", "gate"),))
CELLS = Cells(KNOWN, {"votes": (0, 1e18), "pain": (-3, 10)}, frozenset({"class", "pain"}))

NEVER = [
    "votes > 5 and votes < 3",
    "votes > 3 and votes <= 3",
    "votes = 3 and votes != 3",
    "votes in (1, 2) and votes > 2",
    "pain > 10",
    "pain is empty",
    "type = A and type = B",
    "type = A and type != a",
    "type in (A, B) and not type in (a, b, c)",
    "points is empty and points = 1",
    "points is empty and points != 1",
    "labels = x and not labels in (x, y)",
    "labels is empty and labels != x",
    'type = Bug and type ~ "story"',
    "class = tech_debt and class = exploration",
    'quadrant != "quick win" and quadrant in ("quick win")',
    "created > -1w and created < -2w",
    "created < -30d and created > -4w",
    'created < "2026-01-01" and created >= "2026-02-01"',
    "created < startOfWeek(-1) and created > startOfWeek()",
    "created > now() and created < -5d",
    "created > now() and created < -5h",
    "created < startOfMonth() and created >= startOfMonth()",
    "priority > Highest",
    "priority < Low and priority > Medium",
    'text ~ "crash" and text !~ "crash OR freeze"',
    'text ~ "crash freeze" and not text ~ "freeze"',
    "text ~ crashes and text !~ 'crash*'",
    "text ~ 登录失败 and text !~ 登录",
    "summary ~ crash and text !~ 'crash*'",
    "summary ~ crash and text is empty",
    "description is not empty and text is empty",
    "assignee = currentUser() and assignee != currentUser()",
    "(votes > 5 or labels = x) and votes < 3 and labels is empty",
    "not (votes > 1 or votes <= 1)",
]


@pytest.mark.parametrize("when", NEVER)
def test_conditions_that_contradict_themselves_are_never_true(when: str) -> None:
    assert never(parse(when), CELLS)


POSSIBLE = [
    "votes > 3 and votes < 4",
    "votes = 0",
    "labels = x and labels = y",
    "labels = x and labels != y",
    'type != A and type ~ "a"',
    "class not in (tech_debt, business_need, exploration, undecided)",
    "created > -1w and created < startOfDay()",
    "created < -1M and created > -30d",
    "created > -1d and created < -24h",
    'created < -1w and created > "2026-01-01"',
    "priority < High and priority != Low",
    "priority != High",
    'text ~ "crash OR freeze" and text !~ crash',
    'text ~ "tech debt" and text !~ \'"tech debt"\'',
    "text ~ crash and summary !~ crash",
    "text ~ 'crash*' and text !~ crashes",
    "summary is empty and text ~ crash",
    "assignee = currentUser() and assignee = bob",
    "pain = 10",
    'reporter ~ "ann" and reporter != ann',
    "customers is empty",
    '"has acceptance criteria" is empty',
    '"linked Blocks" >= 2 and "linked Relates" = 0',
]


@pytest.mark.parametrize("when", POSSIBLE)
def test_conditions_that_some_issue_makes_true_are_left_alone(when: str) -> None:
    assert not never(parse(when), CELLS)


@pytest.mark.parametrize(
    "when",
    [
        "votes is empty or votes is not empty",
        "votes is empty or votes > 1 or votes <= 1",
        "votes is empty or votes >= 0",
        "class is not empty",
        "pain <= 10",
        "pain > 2 or pain < 3",
        "labels is empty or labels = x or labels != x",
        "type is empty or type != A or type != B",
        "text is empty or text ~ a or text !~ a",
    ],
)
def test_conditions_that_nothing_escapes_are_always_true(when: str) -> None:
    assert always(parse(when), CELLS)


@pytest.mark.parametrize(
    "when",
    [
        "votes > 1 or votes <= 1",
        "text ~ a or text !~ a",
        "labels is empty or labels = x or labels = y",
        "priority is empty or priority < High or priority >= High",
        "type is not empty",
        "reporter is empty or reporter = currentUser() or reporter != currentUser()",
    ],
)
def test_an_empty_field_escapes_all_but_is_empty(when: str) -> None:
    assert not always(parse(when), CELLS)


IMPLIED = [
    ("votes >= 20", "votes >= 5"),
    ("type = A", "type in (A, B)"),
    ("text ~ crash", "text ~ 'crash* OR freeze'"),
    ("text ~ '\"tech debt\"'", "text ~ debt"),
    ("summary ~ crash", "text ~ crash"),
    ("type = A and votes > 3", "votes > 1 or labels = x"),
    ("votes >= 0", "votes < 3 or votes >= 3"),
    ("created < -60d", "created < -4w"),
]


@pytest.mark.parametrize(("one", "other"), IMPLIED)
def test_a_narrower_condition_lies_within_a_wider_one(one: str, other: str) -> None:
    assert implies(parse(one), parse(other), CELLS)
    assert not implies(parse(other), parse(one), CELLS) or one == "votes >= 0"


def _issues(rng: random.Random, count: int) -> list[Facts]:
    """Issues, some at another time: what is certain has to be so on every day."""
    found = []
    for _ in range(count):
        values: dict[str, Any] = some.fields(rng)
        values["votes"] = abs(values.get("votes", 0)) or None
        found.append(Facts(values, some.NOW + timedelta(hours=rng.randint(-9000, 9000))))
    return found


def _compiled(node: Node) -> Predicate:
    return compile_tree(without_not(node), KNOWN)


def _claims(rng: random.Random, rounds: int) -> int:
    """Random conditions against random issues; returns how often something was certain."""
    issues, certain = _issues(rng, 400), 0
    for _ in range(rounds):
        one, other = some.tree(rng), some.tree(rng)
        other = rng.choice((other, Or((other, one)), And((other, Not(one)))))
        node = And((one, other))
        first, second, both = _compiled(one), _compiled(other), _compiled(node)
        if never(node, CELLS):
            certain += 1
            assert not any(map(both, issues)), str(node)
        if always(other, CELLS):
            certain += 1
            assert all(map(second, issues)), str(other)
        if implies(one, other, CELLS):
            certain += 1
            assert all(second(facts) for facts in issues if first(facts)), f"{one} → {other}"
    return certain


def test_what_is_certain_holds_on_random_issues() -> None:
    assert _claims(random.Random(5), 300) > 60


@pytest.mark.slow
def test_what_is_certain_holds_on_random_issues_for_long() -> None:
    assert sum(_claims(random.Random(seed), 400) for seed in range(40)) > 3000
