"""The condition language, JQL's where-clause: text → tree.

https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/
"""

from __future__ import annotations

from functools import lru_cache

from rules import jql, refusal
from rules.nodes import And, Call, Clause, Node, Not, Operand, Or, QueryError, without_not

__all__ = [
    "And",
    "Call",
    "Clause",
    "Node",
    "Not",
    "Operand",
    "Or",
    "QueryError",
    "grammatical",
    "parse",
    "without_not",
]

MAX_CHARS = 10_000
MAX_DEPTH = 50


def grammatical(text: str) -> None:
    """Raises QueryError where a text is no JQL at all, and only there.

    `order by`, `was` and `changed` are JQL, and so is a text without a word in it. The verdict is
    that of Atlassian's parser: tests/rules/jql compares the two.
    """
    jql.read(text)


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of a condition; QueryError, with its column, on what one issue can't answer too."""
    if not text.strip():
        raise QueryError(refusal.NOTHING)
    if len(text) > MAX_CHARS:
        raise QueryError(f"the condition is over {MAX_CHARS:,} characters: split the rule")
    tree = jql.read(text)
    if jql.depth(tree) > MAX_DEPTH:
        raise QueryError(f"more than {MAX_DEPTH} levels of parentheses or not: simplify it")
    return jql.condition(tree)
