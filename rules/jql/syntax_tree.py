"""The tree of a condition, how it prints, and what a `not` in it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rules.jql.functions import FUNCTIONS
from rules.jql.reserved import KEYWORDS, RESERVED


class QueryError(ValueError):
    """A condition that can't be understood; `column` counts from 1, `line` within the condition.

    `others` holds the further errors of the same condition.
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
    """A function such as `startOfWeek(-1)`: its name in lower case, arguments as written."""

    name: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        known = FUNCTIONS.get(self.name)
        name = known.name if known else _word(self.name)
        return f"{name}({', '.join(map(_word, self.args))})"


Operand = str | Call | tuple["str | Call", ...] | None


@dataclass(frozen=True)
class Clause:
    """`name operator operand`: a field, an operator in lower case, what it is compared with.

    `is` and `is not` ask for emptiness and have no operand. `written` is the author's operator
    where a `not` before the clause turned it round.
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
    """True where the opposite of `item` is: see `without_not`."""

    item: Node

    def __str__(self) -> str:
        return f"not ({self.item})"


@dataclass(frozen=True)
class And:
    """True where all items are."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(f"({i})" if isinstance(i, And | Or) else str(i) for i in self.items)


@dataclass(frozen=True)
class Or:
    """True where any item is."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(f"({i})" if isinstance(i, Or) else str(i) for i in self.items)


Node = Clause | Not | And | Or

_PAIRS = (("=", "!="), ("~", "!~"), ("in", "not in"), ("is", "is not"), ("<", ">="), (">", "<="))
OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}


def without_not(node: Node) -> Node:
    """The same condition with each `not` carried into the clauses, as Jira does it.

    `not a = b` is `a != b`, so like that it does not match where a is empty; `not x < 5` is
    `x >= 5`. What comes back holds clauses, `and` and `or` only.
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
    return str(operand) if isinstance(operand, Call) else _word(str(operand))


def _word(text: str) -> str:
    """A word as JQL reads it: in quotes, unless it is of letters, digits, `.`, `-` and `_`."""
    plain = re.fullmatch(r"[\w.-]+", text) and text.lower() not in KEYWORDS | RESERVED
    return text if plain else _quote(text)


_ESCAPED = re.compile('[\x00-\x09\x0b\x0c\x0e-\x1f"\\\\\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]')


def _quote(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        char = match.group()
        return "\\" + char if char in '"\\' else f"\\u{ord(char):04x}"

    return f'"{_ESCAPED.sub(escaped, text)}"'
