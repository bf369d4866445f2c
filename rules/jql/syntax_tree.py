"""Define the syntax tree of conditions, print it, and move each `not` into the clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rules.jql.functions import FUNCTIONS
from rules.jql.reserved import KEYWORDS, RESERVED


class QueryError(ValueError):
    """A mistake in a condition; `column` and `line` count from 1 within the condition.

    `others` holds further errors of the same condition.
    """

    def __init__(
        self, message: str, column: int = 1, line: int = 1, others: tuple[QueryError, ...] = ()
    ) -> None:
        super().__init__(message)
        self.column = column
        self.line = line
        self.others = others


@dataclass(frozen=True)
class Call:
    """A function call such as `startOfWeek(-1)`: name in lower case, arguments as written."""

    name: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        known = FUNCTIONS.get(self.name)
        name = known.name if known else _word(self.name)
        return f"{name}({', '.join(map(_word, self.args))})"


Operand = str | Call | tuple["str | Call", ...] | None


@dataclass(frozen=True)
class Clause:
    """A comparison: a field, an operator in lower case and an operand.

    `is` and `is not` check for empty and have no operand. `written` is the author's operator, if a
    `not` before the clause inverted it.
    """

    name: str
    op: str
    operand: Operand
    column: int = field(default=1, compare=False)
    line: int = field(default=1, compare=False)
    written: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.op in ("is", "is not"):
            return f"{_name(self.name)} {self.op} empty"
        return f"{_name(self.name)} {self.op} {_show(self.operand)}"


@dataclass(frozen=True)
class Not:
    """The opposite of `item`: see `without_not`."""

    item: Node

    def __str__(self) -> str:
        return f"not ({self.item})"


@dataclass(frozen=True)
class And:
    """A conjunction: true if all items are true."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(f"({i})" if isinstance(i, And | Or) else str(i) for i in self.items)


@dataclass(frozen=True)
class Or:
    """A disjunction: true if any item is true."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(f"({i})" if isinstance(i, Or) else str(i) for i in self.items)


Node = Clause | Not | And | Or

_PAIRS = (("=", "!="), ("~", "!~"), ("in", "not in"), ("is", "is not"), ("<", ">="), (">", "<="))
OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


def without_not(node: Node) -> Node:
    """Return the same condition with each `not` moved into the clauses, as in Jira.

    `not a = b` becomes `a != b`, so both are false if a is empty; `not x < 5` becomes `x >= 5`. The
    result contains only clauses, `and` and `or`.
    """
    return _signed(node, negated=False)


def _signed(node: Node, negated: bool) -> Node:
    if isinstance(node, Not):
        return _signed(node.item, not negated)
    if isinstance(node, Clause):
        return replace(node, op=OPPOSITE[node.op], written=node.op) if negated else node
    items = tuple(_signed(item, negated) for item in node.items)
    return And(items) if isinstance(node, And) is not negated else Or(items)


def _name(name: str) -> str:
    return name if re.fullmatch(r"cf\[\d+\]", name, re.ASCII) else _word(name)


def _show(operand: Operand) -> str:
    if isinstance(operand, tuple):
        return f"({', '.join(map(_show, operand))})"
    return (
        str(operand) if isinstance(operand, Call) else _word(str(operand)) if operand else "empty"
    )


def _word(text: str) -> str:
    """Return a word in JQL syntax: in quotes, unless it has only letters, digits, `.`, `-`, `_`."""
    plain = re.fullmatch(r"[\w.-]+", text) and text.lower() not in KEYWORDS | RESERVED
    return text if plain else _quote(text)


_ESCAPED = re.compile('[\x00-\x09\x0b\x0c\x0e-\x1f"\\\\\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]')


def _quote(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        char = match.group()
        return "\\" + char if char in '"\\' else f"\\u{ord(char):04x}"

    return f'"{_ESCAPED.sub(escaped, text)}"'
