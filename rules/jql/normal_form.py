"""Convert a condition to disjunctive normal form, the form that the engine needs."""

from __future__ import annotations

from itertools import product

from rules.jql.syntax_tree import Clause, Node, Not, Or, QueryError, without_not

Conjunction = frozenset[Clause]
"""Clauses that must all be true; each `not` is moved into a clause."""

MAX_CONJUNCTIONS = 32
MAX_TOGETHER = 150
"""The engine refuses a message of more than 255 flags, and each clause is one flag."""


def conjunctions(node: Node) -> list[Conjunction]:
    """Return the alternatives of a condition; raise QueryError if there are more than 32."""
    found = _alternatives(without_not(node))
    if any(len(c) > MAX_TOGETHER for c in found):
        raise QueryError(f'more than {MAX_TOGETHER} clauses joined by "and": split the rule')
    return [c for c in found if not any(_opposite(clause) in c for clause in c)]


def _opposite(clause: Clause) -> Node:
    """Return the opposite of a clause; the two are never true together."""
    return without_not(Not(clause))


def _alternatives(node: Node) -> list[Conjunction]:
    if isinstance(node, Clause):
        return [frozenset({node})]
    assert not isinstance(node, Not)
    parts = [_alternatives(item) for item in node.items]
    if isinstance(node, Or):
        return _capped([one for part in parts for one in part])
    return _cross(parts)


def _cross(parts: list[list[Conjunction]]) -> list[Conjunction]:
    whole: list[Conjunction] = [frozenset()]
    for part in parts:
        whole = _capped([left | right for left, right in product(whole, part)])
    return whole


def _capped(found: list[Conjunction]) -> list[Conjunction]:
    unique = list(dict.fromkeys(found))
    if len(unique) > MAX_CONJUNCTIONS:
        raise QueryError(
            f"more than {MAX_CONJUNCTIONS} alternatives: use in (…) or OR inside the search text, "
            "or split the rule"
        )
    return unique
