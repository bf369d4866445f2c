"""Compile score formulas to functions: arithmetic, min, max and clamp of measures.

The functions are closures: text that an admin wrote never runs as Python code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedInput, VisitError

from rules.jql.syntax_tree import QueryError
from rules.problem import nearest

Measures = Mapping[str, float]
Evaluate = Callable[[Measures], float]

MAX_DEPTH = 50
MAX_TERMS = 200
"""More terms nest more deeply than Python can follow."""
LARGEST = 1e12
"""Larger values are cut to this, so that a formula never returns infinity."""

_GRAMMAR = r"""
    ?start: sum
    ?sum: product | sum "+" product -> add | sum "-" product -> sub
    ?product: sign | product ("*" | "×") sign -> mul | product ("/" | "÷") sign -> div
    ?sign: atom | "-" sign -> neg
    ?atom: NUMBER -> number | NAME -> name | STRING -> quoted | "(" sum ")"
        | NAME "(" sum ("," sum)* ")" -> call
    NUMBER: /\d+(\.\d+)?/
    NAME: /[^\W\d]\w*/
    STRING: /"[^"\n]*"/
    %ignore /\s+/
"""


_OPERATORS = re.compile(r"[-+*/×÷,]")


@cache
def _parser() -> Lark:
    """Build the parser at its first use: most rulebooks have no formula."""
    return Lark(_GRAMMAR, parser="lalr")


@dataclass(frozen=True)
class Formula:
    """A checked formula; `names` are the measures in it."""

    text: str
    names: frozenset[str]
    divisors: frozenset[str]
    evaluate: Evaluate
    tree: Tree[Token] = field(compare=False, repr=False)
    """The syntax tree, for lint."""


def parse(text: str, measures: Collection[str]) -> Formula:
    """Parse a formula; raise QueryError, with line and column, for a mistake."""
    if _depth(text) > MAX_DEPTH:
        raise QueryError(f"more than {MAX_DEPTH} nested parentheses or signs: simplify it")
    if len(_OPERATORS.findall(text)) >= MAX_TERMS:
        raise QueryError(f"more than {MAX_TERMS} terms: simplify it, or use measures of fewer ones")
    build = _Build(measures)
    try:
        tree = _parser().parse(text)
        evaluate = build.transform(tree)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise
    return Formula(text, frozenset(build.names), frozenset(build.divisors), evaluate, tree)


def _depth(text: str) -> int:
    level = deepest = run = 0
    for char in text:
        level += (char == "(") - (char == ")")
        run = run + 1 if char == "-" else run if char.isspace() else 0
        deepest = max(deepest, level + run)
    return deepest


def _unexpected(text: str, error: UnexpectedInput) -> QueryError:
    at = getattr(error, "pos_in_stream", None)
    found = text[at : at + 10].split() if isinstance(at, int) and at >= 0 else []
    if not found or getattr(getattr(error, "token", None), "type", "") == "$END":
        return QueryError("the formula ends too early: a name, a number or a ) is missing")
    wrong = (
        f'did not expect "{found[0]}" here: write measures, numbers, + - * / and min, max, clamp'
    )
    return QueryError(wrong, error.column or 1, error.line or 1)


@v_args(inline=True)
class _Build(Transformer[Token, Evaluate]):
    def __init__(self, measures: Collection[str]) -> None:
        super().__init__()
        self._measures = measures
        self.names: set[str] = set()
        self.divisors: set[str] = set()

    def number(self, token: Token) -> Evaluate:
        value = min(float(token), LARGEST)
        return lambda _: value

    def name(self, token: Token) -> Evaluate:
        return self._measure(token, str(token))

    def quoted(self, token: Token) -> Evaluate:
        return self._measure(token, str(token)[1:-1])

    def _measure(self, token: Token, name: str) -> Evaluate:
        if name not in self._measures:
            hint = nearest(name, self._measures) or ": declare it under measures:"
            raise _at(token, f'unknown measure "{name:.60}"{hint}')
        self.names.add(name)
        return _Read(name)

    def add(self, left: Evaluate, right: Evaluate) -> Evaluate:
        return lambda m: _cut(left(m) + right(m))

    def sub(self, left: Evaluate, right: Evaluate) -> Evaluate:
        return lambda m: _cut(left(m) - right(m))

    def mul(self, left: Evaluate, right: Evaluate) -> Evaluate:
        return lambda m: _cut(left(m) * right(m))

    def div(self, left: Evaluate, right: Evaluate) -> Evaluate:
        if isinstance(right, _Read):
            self.divisors.add(right.name)
        return lambda m: _divided(left(m), right(m))

    def neg(self, inner: Evaluate) -> Evaluate:
        return lambda m: -inner(m)

    def call(self, name: Token, *parts: Evaluate) -> Evaluate:
        if name in ("min", "max"):
            choose = min if name == "min" else max
            return lambda m: choose(part(m) for part in parts)
        if name != "clamp":
            hint = nearest(str(name), ("min", "max", "clamp")) or ": use min, max or clamp"
            raise _at(name, f"unknown function {name:.60}(){hint}")
        if len(parts) != 3:
            raise _at(name, "clamp takes three values: clamp(value, lowest, highest)")
        value, low, high = parts
        return lambda m: min(max(value(m), low(m)), high(m))


@dataclass(frozen=True)
class _Read:
    """Read a measure; a class, so that `div` can see the name of a divisor."""

    name: str

    def __call__(self, measures: Measures) -> float:
        return measures[self.name]


def _divided(left: float, right: float) -> float:
    """Divide; a division by 0 returns 0, so that an empty field does not fail an issue."""
    return _cut(left / right) if abs(right) > 1e-9 else 0.0


def _cut(value: float) -> float:
    return min(max(value, -LARGEST), LARGEST)


def _at(token: Token, message: str) -> QueryError:
    return QueryError(message, token.column or 1, token.line or 1)
