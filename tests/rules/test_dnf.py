"""A condition and its alternatives say the same, whatever its clauses say."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dnf import conjunctions
from rules.predicates import clauses
from rules.query import And, Clause, Node, Not, QueryError, parse
from tests.rules.random_conditions import tree


def shown(condition: str) -> list[str]:
    return sorted(
        " & ".join(sorted(f"{'' if holds else '!'}{clause.name}" for clause, holds in one))
        for one in conjunctions(parse(condition))
    )


@pytest.mark.parametrize(
    ("condition", "alternatives"),
    [
        ("a=1", ["a"]),
        ("not a=1", ["!a"]),
        ("a=1 and (b=1 or c=1)", ["a & b", "a & c"]),
        ("not (a=1 or b=1)", ["!a & !b"]),
        ("not (a=1 and b=1)", ["!a", "!b"]),
        ("a=1 or a=1", ["a"]),
        ("a=1 and not a=1", []),
        ("b=1 or (a=1 and not a=1)", ["b"]),
        ("a=1 or not a=1", ["!a", "a"]),
    ],
)
def test_a_condition_becomes_alternatives(condition: str, alternatives: list[str]) -> None:
    assert shown(condition) == alternatives


def test_the_same_clause_elsewhere_in_the_text_is_the_same_clause() -> None:
    assert shown("(a=1 and b=1) or ( b = 1 and  a = '1')") == ["a & b"]


def test_too_many_alternatives_are_refused_quickly() -> None:
    wide = " and ".join(f"(a{n}=1 or b{n}=1)" for n in range(200))
    for condition in (wide, " or ".join(f"a=x{n}" for n in range(33))):
        with pytest.raises(QueryError, match="more than 32 alternatives"):
            conjunctions(parse(condition))


def test_too_many_clauses_at_once_are_refused() -> None:
    many = " and ".join(f"v > {n}" for n in range(151))
    with pytest.raises(QueryError, match="more than 150 clauses"):
        conjunctions(parse(many))


def truth(node: Node, flags: dict[Clause, bool]) -> bool:
    if isinstance(node, Clause):
        return flags[node]
    if isinstance(node, Not):
        return not truth(node.item, flags)
    return (all if isinstance(node, And) else any)(truth(item, flags) for item in node.items)


def same_on_all_flags(seed: int) -> None:
    rng = random.Random(seed)
    node = tree(rng, 2)
    try:
        ways = conjunctions(node)
    except QueryError:
        return
    atoms = list(dict.fromkeys(clauses(node)))
    for values in product((True, False), repeat=len(atoms)):
        flags = dict(zip(atoms, values, strict=True))
        dnf = any(all(flags[clause] is holds for clause, holds in way) for way in ways)
        assert dnf is truth(node, flags)


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_the_alternatives_equal_the_tree_on_all_flags(seed: int) -> None:
    same_on_all_flags(seed)


@pytest.mark.slow
@given(st.integers(0, 10**9))
@settings(max_examples=10_000, deadline=None)
def test_the_alternatives_of_ten_thousand_trees_equal_them(seed: int) -> None:
    same_on_all_flags(seed)
