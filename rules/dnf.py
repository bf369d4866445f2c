"""A condition as a disjunction of conjunctions: the only form that the engine is given."""

from __future__ import annotations

from itertools import product

from rules.query import Clause, Node, Not, Or, QueryError

Literal = tuple[Clause, bool]
"""A clause and whether it has to hold (True) or not to hold (False)."""

Conjunction = frozenset[Literal]

MAX_CONJUNCTIONS = 32
MAX_TOGETHER = 150
"""The engine refuses a message of more than 255 flags, and every clause is one."""


def conjunctions(node: Node) -> list[Conjunction]:
    """The alternatives that make a condition true; QueryError where there are more than 32."""
    found = _alternatives(node, positive=True)
    if any(len(c) > MAX_TOGETHER for c in found):
        raise QueryError(f"more than {MAX_TOGETHER} clauses joined by and: split the rule")
    return [c for c in found if not any((clause, not holds) in c for clause, holds in c)]


def _alternatives(node: Node, positive: bool) -> list[Conjunction]:
    if isinstance(node, Clause):
        return [frozenset({(node, positive)})]
    if isinstance(node, Not):
        return _alternatives(node.item, not positive)
    parts = [_alternatives(item, positive) for item in node.items]
    if isinstance(node, Or) is positive:
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
