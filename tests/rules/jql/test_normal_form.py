"""A condition and its alternatives say the same, whatever its clauses say."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.jql.compiler import clauses
from rules.jql.normal_form import conjunctions
from rules.jql.parser import parse
from rules.jql.syntax_tree import And, Clause, Node, Not, QueryError, without_not
from tests.rules.jql.random_conditions import tree


def shown(condition: str) -> list[str]:
    return sorted(
        " & ".join(sorted(f"{'!' if clause.op == '!=' else ''}{clause.name}" for clause in one))
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


def truth(node: Node, held: set[Node]) -> bool:
    if isinstance(node, Clause):
        return node in held
    assert not isinstance(node, Not)
    return (all if isinstance(node, And) else any)(truth(item, held) for item in node.items)


def same_on_all_flags(seed: int) -> None:
    """Of a clause and its opposite one holds, or, on an empty field, neither."""
    rng = random.Random(seed)
    node = tree(rng, 2)
    try:
        ways = conjunctions(node)
    except QueryError:
        return
    pairs = list(dict.fromkeys(frozenset(map(without_not, (c, Not(c)))) for c in clauses(node)))
    for values in product((0, 1, None), repeat=len(pairs)):
        held = {list(p)[at] for p, at in zip(pairs, values, strict=True) if at is not None}
        assert any(way <= held for way in ways) is truth(without_not(node), held)


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_the_alternatives_equal_the_tree_on_all_flags(seed: int) -> None:
    same_on_all_flags(seed)


@pytest.mark.slow
@given(st.integers(0, 10**9))
@settings(max_examples=10_000, deadline=None)
def test_the_alternatives_of_ten_thousand_trees_equal_them(seed: int) -> None:
    same_on_all_flags(seed)
