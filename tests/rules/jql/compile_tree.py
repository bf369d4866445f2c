"""Judge a tree by its clauses: for trees that are too large for a rule, and for single clauses."""

from __future__ import annotations

from rules.jql.compiler import Predicate, Vocabulary, atom, predicate
from rules.jql.syntax_tree import And, Clause, Node, Or, without_not


def compile_tree(node: Node, known: Vocabulary) -> Predicate:
    """Make one function of a tree; raise QueryError where a clause makes no sense."""
    return _joined(without_not(node), known)


def _joined(node: Node, known: Vocabulary) -> Predicate:
    if isinstance(node, Clause):
        return predicate(atom(node, known))
    assert isinstance(node, And | Or)
    parts = [_joined(item, known) for item in node.items]
    if isinstance(node, And):
        return lambda facts: all(part(facts) for part in parts)
    return lambda facts: any(part(facts) for part in parts)
