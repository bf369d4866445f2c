"""The condition language, a part of JQL: text → tree.

https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

MAX_CHARS = 10_000
MAX_DEPTH = 50


class QueryError(ValueError):
    """A condition that can't be understood; `column` counts from 1, `line` within the condition."""

    def __init__(self, message: str, column: int = 1, line: int = 1) -> None:
        super().__init__(message)
        self.column = column
        self.line = line


@dataclass(frozen=True)
class Call:
    """A function such as `startOfWeek(-1)`; arguments as they were written."""

    name: str
    args: tuple[str, ...] = ()


Operand = str | Call | tuple["str | Call", ...] | None


@dataclass(frozen=True)
class Clause:
    """`name operator operand`: a field, an operator in lower case, what it is compared with.

    `is` and `is not` ask for emptiness and have no operand.
    """

    name: str
    op: str
    operand: Operand
    column: int = field(default=1, compare=False)
    line: int = field(default=1, compare=False)

    def __str__(self) -> str:
        if self.op in ("is", "is not"):
            return f"{_word(self.name)} {self.op} empty"
        return f"{_word(self.name)} {self.op} {_show(self.operand)}"


@dataclass(frozen=True)
class Not:
    """True where `item` is not."""

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

_FULL_WIDTH = str.maketrans("（），、＝！＜＞～；“”＂", '(),,=!<>~;"""')

_GRAMMAR = r"""
    ?start: or_
    ?or_: and_ (_OR and_)*
    ?and_: not_ (_AND not_)*
    ?not_: _NOT not_ -> negation
        | "(" or_ ")"
        | clause
    clause: field COMPARISON value   -> compare
        | field IS _EMPTY            -> is_
        | field IS _NOT _EMPTY       -> is_not
        | field _IN list             -> in_
        | field _NOT _IN list        -> not_in
    field: WORD | NUMBER | STRING | CF
    list: "(" value ("," value)* ")" | call
    ?value: WORD | NUMBER | STRING | RELATIVE | call | _EMPTY -> empty
    call: WORD "(" [arg ("," arg)*] ")"
    arg: WORD | NUMBER | STRING | RELATIVE

    _OR.5: /or(?![\w.])/i | "||" | "|"
    _AND.5: /and(?![\w.])/i | "&&" | "&"
    _NOT.5: /not(?![\w.])/i | /!(?![=~])/
    _IN.5: /in(?![\w.])/i
    IS.5: /is(?![\w.])/i
    _EMPTY.5: /(empty|null)(?![\w.])/i
    COMPARISON: "!=" | "!~" | "<=" | ">=" | "=" | "~" | "<" | ">"
    CF.6: /cf\[\d+\]/i
    RELATIVE.4: /[-+](\d+[ymwdhMY]\s*)+(?![\w.])/i
    NUMBER.3: /[-+]?\d+(\.\d+)?(?![\w.:-])/
    STRING: /"(?:[^"\\]|\\.)*"/s | /'(?:[^'\\]|\\.)*'/s
    WORD: /[^\s"'()\[\]{}<>=!~,|&;?*+%@#$^`\/\\WIDE:-][^\s"'()\[\]{}<>=!~,|&;?*+%@#$^`\/\\WIDE]*/
    %ignore /\s+/
"""


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Lark's tree → ours."""

    def or_(self, *items: Node) -> Node:
        return Or(items)

    def and_(self, *items: Node) -> Node:
        return And(items)

    def negation(self, item: Node) -> Node:
        return Not(item)

    def compare(self, field: Token, op: Token, value: Any) -> Node:
        if value is None:
            return self._emptiness(field, op)
        return _clause(field, str(op), value)

    def _emptiness(self, field: Token, op: Token) -> Node:
        if op not in ("=", "!="):
            wrong = f'"{op}" can\'t be used with empty: write "is empty", or "empty" in quotes'
            raise QueryError(wrong, op.column or 1, op.line or 1)
        return _clause(field, "is" if op == "=" else "is not", None)

    def is_(self, field: Token, _is: Token) -> Node:
        return _clause(field, "is", None)

    def is_not(self, field: Token, _is: Token) -> Node:
        return _clause(field, "is not", None)

    def in_(self, field: Token, values: tuple[Any, ...]) -> Node:
        return _clause(field, "in", values)

    def not_in(self, field: Token, values: tuple[Any, ...]) -> Node:
        return _clause(field, "not in", values)

    def field(self, token: Token) -> Token:
        return token

    def list(self, *values: Any) -> tuple[Any, ...]:
        return values

    def empty(self) -> None:
        return None

    def call(self, name: Token, *args: str | None) -> Call:
        return Call(str(name).lower(), tuple(arg for arg in args if arg is not None))

    def arg(self, token: Token) -> str:
        return str(token).strip()

    def STRING(self, token: Token) -> Token:
        return Token("STRING", _unquote(str(token)), column=token.column, line=token.line)


_WIDE = "".join(map(chr, _FULL_WIDTH))
_PARSER = Lark(_GRAMMAR.replace("WIDE", _WIDE), parser="lalr", maybe_placeholders=False)
_BUILD = _Build()


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of a condition; raises QueryError with the column of what is wrong."""
    if not text.strip():
        raise QueryError("the condition is empty: write one, such as votes >= 5")
    if len(text) > MAX_CHARS:
        raise QueryError(f"the condition is over {MAX_CHARS:,} characters: split the rule")
    if _depth(text) > MAX_DEPTH:
        raise QueryError(f"more than {MAX_DEPTH} levels of parentheses or not: simplify it")
    try:
        return _plain(_BUILD.transform(_PARSER.parse(text)))
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)


def _depth(text: str) -> int:
    """An upper bound of the nesting, read off the text, before a parser recurses into it."""
    bare = _QUOTED.sub("", text)
    nots = len(re.findall(r"(?i)\bnot\b|!(?![=~])", bare)) if "(" in bare else 0
    runs = re.findall(r"(?i)(?:(?:\bnot\b|!(?![=~]))\s*)+", bare)
    longest = max((len(re.findall(r"(?i)not|!", run)) for run in runs), default=0)
    level = deepest = 0
    for char in bare:
        level += (char == "(") - (char == ")")
        deepest = max(deepest, level)
    return deepest + max(longest, nots if deepest > MAX_DEPTH // 2 else 0)


def _plain(node: Any) -> Node:
    """Values as plain strings: what lark adds to a token would make equal clauses differ."""
    if isinstance(node, Clause):
        return replace(node, operand=_plain_operand(node.operand))
    if isinstance(node, Not):
        return Not(_plain(node.item))
    if isinstance(node, And | Or):
        return type(node)(tuple(_plain(item) for item in node.items))
    raise TypeError(f"not a condition: {node!r}")


def _plain_operand(value: Any) -> Operand:
    if isinstance(value, tuple):
        return tuple("" if item is None else _plain_one(item) for item in value)
    return None if value is None else _plain_one(value)


def _plain_one(value: Any) -> str | Call:
    if isinstance(value, Call):
        return value
    relative = isinstance(value, Token) and value.type == "RELATIVE"
    return str(value).strip() if relative else str(value)


def _clause(name: Token, op: str, operand: Any) -> Clause:
    return Clause(str(name), op, operand, name.column or 1, name.line or 1)


def _unquote(quoted: str) -> str:
    r"""JQL's escapes: \n, \t, \r, \uXXXX; any other character stands for itself, `\"` too."""

    def plain(match: re.Match[str]) -> str:
        code, char = match.group(1), match.group(2)
        return chr(int(code, 16)) if code else {"n": "\n", "t": "\t", "r": "\r"}.get(char, char)

    text = re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", plain, quoted[1:-1], flags=re.DOTALL)
    # Two escapes may be the halves of one character; half a character is none.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_RESERVED = set("*?+-%@#$^`/\\{}[];")
_LATER = {"was", "changed", "order", "issuehistory"}


def _unexpected(text: str, error: UnexpectedInput) -> QueryError:
    column, line = getattr(error, "column", 1), getattr(error, "line", 1)
    if wide := _full_width(text):
        return wide
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        wrong = "the condition ends too early: a value or a ) is missing"
        return QueryError(wrong, *_place(text, len(text.rstrip())))
    rest = text[getattr(error, "pos_in_stream", 0) or 0 :]
    word = rest.split(maxsplit=1)[0] if rest.strip() else ""
    if word.lower().split("(")[0] in _LATER:
        return QueryError(f'"{word}" can\'t be judged on one issue: leave it out', column, line)
    if word[:1] in ("'", '"') and not _QUOTED.match(rest):
        return QueryError(f"a quotation mark is not closed: {word:.20}", column, line)
    if word[:1] in _RESERVED:
        hint = ": put words with special characters in quotes"
    else:
        hint = ": join clauses by and or or, and put several words in quotes"
    return QueryError(f'did not expect "{word:.20}" here{hint}', column, line)


def _full_width(text: str) -> QueryError | None:
    """Chinese punctuation outside of quotes, which looks like JQL's and is not."""
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)
    for at, (char, plain) in enumerate(zip(bare, bare.translate(_FULL_WIDTH), strict=True)):
        if char != plain:
            wrong = f'"{char}" is full-width: write {plain} or put the words in quotes'
            return QueryError(wrong, *_place(text, at))
    return None


def _place(text: str, at: int) -> tuple[int, int]:
    """Column and line of an offset, both from 1."""
    before = text[:at]
    return at - before.rfind("\n"), before.count("\n") + 1


def _word(name: str) -> str:
    plain = re.fullmatch(r"[^\W\d_][\w.]*|cf\[\d+\]", name) and name.lower() not in _KEYWORDS
    return name if plain else _quote(name)


_KEYWORDS = {"and", "or", "not", "in", "is", "empty", "null"}


def _show(operand: Operand) -> str:
    if isinstance(operand, tuple):
        return f"({', '.join(map(_show, operand))})"
    if isinstance(operand, Call):
        return f"{operand.name}({', '.join(map(_show, operand.args))})"
    text = str(operand)
    number = re.fullmatch(r"[-+]?\d+(\.\d+)?|[-+](\d+[ymwdhM])+", text, re.ASCII)
    return text if number else _word(text)


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
