"""Parse JQL into a small tree, or raise JqlError with Jira's message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

GRAMMAR = r"""
start: [any_of] [order]
any_of: all_of (_OR all_of)*
all_of: term (_AND term)*
?term: _NOT term -> negated
     | "(" any_of ")" -> group
     | field OP operand -> compare
     | field _IN values -> within
     | field _NOT _IN values -> without
     | field _IS _EMPTY -> empty
     | field _IS _NOT _EMPTY -> filled
     | field OP _EMPTY -> op_empty
?operand: word | call
values: "(" operand ("," operand)* ")" | call
call: word "(" [word ("," word)*] ")"
word: WORD | QUOTED
field: WORD | QUOTED | CF | PROPERTY
order: _ORDER _BY sort ("," sort)*
sort: field [DIRECTION]

OP: "!=" | "!~" | "<=" | ">=" | "=" | "~" | "<" | ">"
_OR.3: /(or\b(?![-.\/:])|\|\|?)/i
_AND.3: /(and\b(?![-.\/:])|&&?)/i
_NOT.3: /(not\b(?![-.\/:])|!(?![=~]))/i
_IN.3: /in\b(?![-.\/:])/i
_IS.3: /is\b(?![-.\/:])/i
_EMPTY.3: /(empty|null)\b(?![-.\/:])/i
_ORDER.3: /order(?=\s+by\b)/i
_BY.3: /by\b/i
DIRECTION.3: /(asc|desc)\b/i
CF.4: /cf\s*\[\s*\d+\s*\]/i
PROPERTY.4: /issue\.property\s*\[[^\]\n]+\](\.[\w.\-]+)?/i
QUOTED: /"(\\.|[^"\\])*"/ | /'(\\.|[^'\\])*'/
WORD: /[^\s()=!~<>,\[\]"'|&{}*\/%^$#@?;`]+/
%ignore /\s+/
"""


TOO_DEEP = "Error in the JQL Query: it is nested too deeply."


class JqlError(ValueError):
    """An invalid query. The text is Jira's message."""


@dataclass(frozen=True)
class Text:
    """A literal value."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Call:
    """A function, such as startOfDay(-1)."""

    name: str
    args: tuple[str, ...]


Operand = Text | Call


@dataclass(frozen=True)
class Clause:
    """One comparison; `op` is =, !=, ~, !~, <, <=, >, >=, in, not in, is, is not."""

    field: str
    op: str
    operands: tuple[Operand, ...] = ()


@dataclass(frozen=True)
class Group:
    """Several nodes, joined by AND (`all`) or OR."""

    all: bool
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Negated:
    """A negated node."""

    part: Any


Node = Clause | Group | Negated


@dataclass(frozen=True)
class Query:
    """A query. `where` None means no condition; `order` is (field, descending or None)."""

    where: Node | None
    order: tuple[tuple[str, bool | None], ...]


class _Tree(Transformer[Token, Any]):
    """Convert lark's tree to ours."""

    def start(self, parts: list[Any]) -> Query:
        return Query(parts[0], parts[1] or ())

    def any_of(self, parts: list[Any]) -> Node:
        return parts[0] if len(parts) == 1 else Group(False, tuple(parts))

    def all_of(self, parts: list[Any]) -> Node:
        return parts[0] if len(parts) == 1 else Group(True, tuple(parts))

    def negated(self, parts: list[Any]) -> Node:
        return Negated(parts[0])

    def group(self, parts: list[Any]) -> Any:
        return parts[0]

    def compare(self, parts: list[Any]) -> Node:
        return Clause(parts[0], str(parts[1]), (parts[2],))

    def within(self, parts: list[Any]) -> Node:
        return Clause(parts[0], "in", tuple(parts[1]))

    def without(self, parts: list[Any]) -> Node:
        return Clause(parts[0], "not in", tuple(parts[1]))

    def empty(self, parts: list[Any]) -> Node:
        return Clause(parts[0], "is")

    def filled(self, parts: list[Any]) -> Node:
        return Clause(parts[0], "is not")

    def op_empty(self, parts: list[Any]) -> Node:
        if parts[1] not in ("=", "!="):
            raise JqlError(
                f"The operator '{parts[1]}' does not support searching for EMPTY values."
            )
        return Clause(parts[0], "is" if parts[1] == "=" else "is not")

    def values(self, parts: list[Any]) -> list[Any]:
        return parts

    def call(self, parts: list[Any]) -> Call:
        return Call(parts[0].text, tuple(p.text for p in parts[1:] if p is not None))

    def word(self, parts: list[Token]) -> Text:
        return Text(_plain(parts[0]), parts[0].type == "QUOTED")

    def field(self, parts: list[Token]) -> str:
        return _plain(parts[0])

    def order(self, parts: list[Any]) -> tuple[Any, ...]:
        return tuple(parts)

    def sort(self, parts: list[Any]) -> tuple[str, bool | None]:
        return parts[0], None if parts[1] is None else parts[1].lower() == "desc"


def _plain(token: Token) -> str:
    if token.type != "QUOTED":
        return str(token)
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.S)


_PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)


@lru_cache(maxsize=512)
def parse(text: str) -> Query:
    """Parse a query; raise JqlError if it is not JQL."""
    if len(text) > 20_000:
        raise JqlError("Error in the JQL Query: the query is too long.")
    try:
        query: Query = _Tree().transform(_PARSER.parse(text))
    except UnexpectedInput as wrong:
        raise JqlError(_explain(text, wrong)) from None
    except VisitError as wrong:
        if isinstance(wrong.orig_exc, JqlError):
            raise wrong.orig_exc from None
        raise JqlError(TOO_DEEP) from None
    except RecursionError:
        raise JqlError(TOO_DEEP) from None
    return query


def _at_end(wrong: UnexpectedInput) -> bool:
    return isinstance(wrong, UnexpectedToken) and wrong.token.type == "$END"


def _explain(text: str, wrong: UnexpectedInput) -> str:
    at: Any = wrong.pos_in_stream
    if at is None or not 0 <= at < len(text.rstrip()) or _at_end(wrong):
        return (
            "Error in the JQL Query: Expecting a field, operator or value, but the query ended. "
            f"(character {len(text)})"
        )
    found = text[at : at + 20].split()[0]
    return (
        f"Error in the JQL Query: Unexpected '{found}'. "
        f"(line {wrong.line}, character {wrong.column})"
    )
