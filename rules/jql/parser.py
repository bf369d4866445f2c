"""Parse conditions, the where-clause of JQL: from text to lark's tree to the syntax tree.

https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import UnexpectedInput, VisitError

from rules.jql import syntax_errors
from rules.jql.functions import objection
from rules.jql.reserved import KEYWORDS, RESERVED
from rules.jql.syntax_tree import And, Call, Clause, Node, Not, Operand, Or, QueryError

_LOUD = {"was": "WAS", "changed": "CHANGED", "order": "ORDER", "cf": "CF"}
_TYPES = {word: f"_{word.upper()}" for word in KEYWORDS} | dict.fromkeys(RESERVED, "RESERVED")
_TYPES |= _LOUD | {"empty": "EMPTY", "null": "EMPTY"}


def _sorted(token: Token) -> Token:
    """Return a word with its type: a keyword, a reserved word, a number or a name.

    Only ASCII words are keywords: lower() turns some other letters into ASCII.
    """
    if not token.isascii():
        return token
    if token.removeprefix("-").isdigit():
        return token.update("NEGATIVE" if token.startswith("-") else "POSITIVE")
    kind = _TYPES.get(token.lower())
    return token.update(kind) if kind else token


_PARSER = Lark(
    Path(__file__).with_name("grammar.lark").read_text("utf-8"),
    parser="lalr",
    lexer="basic",  # a keyword is a keyword in every position, as in Jira
    lexer_callbacks={"WORD": _sorted},
    start="query",
)


def read(text: str) -> Tree[Token]:
    """Parse any JQL to lark's tree; raise QueryError, with its column, for other text."""
    try:
        return _PARSER.parse(text)
    except UnexpectedInput as error:
        raise _refusal(text, error) from None


def _refusal(text: str, error: Any) -> QueryError:
    """Convert lark's error. It is Any, because lark's types lack most of its attributes."""
    if not hasattr(error, "token"):
        return syntax_errors.unexpected(text, error.pos_in_stream, frozenset(error.allowed or ()))
    at = len(text) if error.token.type == "$END" else error.pos_in_stream
    return syntax_errors.unexpected(text, at, frozenset(error.expected))


def depth(tree: Tree[Token]) -> int:
    """Return the number of nested levels of and, or, not and lists.

    Count level by level, without recursion: there can be thousands.
    """
    level, count = [tree], -1
    while level := [node for one in level for node in one.children if isinstance(node, Tree)]:
        count += any(node.data in _LEVELS for node in level)
    return count + 1


_LEVELS = ("and_clause", "or_clause", "negation", "list")


def condition(tree: Tree[Token]) -> Node:
    """Return the nodes of a where-clause; raise QueryError if it needs more than one issue."""
    try:
        return _BUILD.transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, QueryError):
            raise error.orig_exc from None
        raise


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Transform lark's tree to our own, from the leaves up."""

    def query(self, where: Node | None, _order_by: None) -> Node:
        if where is None:
            raise QueryError(syntax_errors.NOTHING)
        return where

    def order_by(self, order: Token, *_sorts: object) -> NoReturn:
        _cannot(order, '"order by" sorts a list of issues')

    def history(self, _field: Token, word: Token, *_rest: object) -> NoReturn:
        _cannot(word, f'"{word.lower()}" needs the history of the issue')

    def or_clause(self, *items: Node) -> Node:
        return Or(items)

    def and_clause(self, *items: Node) -> Node:
        return And(items)

    def negation(self, item: Node) -> Node:
        return Not(item)

    def compare(self, field: Token, op: Token, value: Token | Call) -> Node:
        if isinstance(value, Token) and value.type == "EMPTY":
            return _clause(field, "is" if op in ("=", "~") else "is not", None)
        return _clause(field, str(op), _operand(value))

    def within(self, field: Token, values: tuple[Any, ...] | Call) -> Node:
        return _clause(field, "in", _listed(values))

    def without(self, field: Token, values: tuple[Any, ...] | Call) -> Node:
        return _clause(field, "not in", _listed(values))

    def empty(self, field: Token, _empty: Token) -> Node:
        return _clause(field, "is", None)

    def filled(self, field: Token, _empty: Token) -> Node:
        return _clause(field, "is not", None)

    def field(self, name: Token, *properties: Token) -> Token:
        return name.update(value=f"{name}{''.join(properties)}")

    def custom_field(self, cf: Token, number: Token) -> Token:
        return cf.update(value=f"cf[{number}]")

    def property(self, key: Token, *path: Token) -> Token:
        # Jira's editor writes a custom field with its type: `Severity[Dropdown]`.
        if path or not re.fullmatch(r"\D+", key):
            _cannot(key, f"[{key:.40}] needs a property of an integration")
        return key.update(value=f"[{key}]")

    def list(self, *values: Any) -> tuple[Any, ...]:
        return values

    def function(self, name: Token, *args: Token) -> Call:
        if wrong := objection(name, len(args)):
            raise QueryError(wrong, name.column or 1, name.line or 1)
        return Call(name.lower(), tuple(map(str, args)))

    def WORD(self, token: Token) -> Token:
        if wrong := syntax_errors.unusual(token):
            message, at = wrong
            raise QueryError(message, (token.column or 1) + at, token.line or 1)
        return token.update(value=_unescaped(token))

    def QUOTED(self, token: Token) -> Token:
        return token.update(value=_unescaped(token[1:-1]))


_BUILD = _Build()


def _cannot(token: Token, why: str) -> NoReturn:
    wrong = f"{why}, but conditions see one issue as it is now: remove this part"
    raise QueryError(wrong, token.column or 1, token.line or 1)


def _clause(name: Token, op: str, operand: Operand) -> Clause:
    return Clause(str(name), op, operand, name.column or 1, name.line or 1)


def _operand(value: Token | Call) -> str | Call:
    """Return a value as a plain string or call; `empty` in a list becomes an empty text."""
    if isinstance(value, Call):
        return value
    if value.type == "EMPTY":
        return ""
    if not value:
        wrong = 'there is nothing between the quotes: write "is empty", or a value'
        raise QueryError(wrong, value.column or 1, value.line or 1)
    return str(value)


def _listed(values: Any) -> tuple[str | Call, ...]:
    """Return the values of a list; nested lists are flattened."""
    if not isinstance(values, tuple):
        return (_operand(values),)
    return tuple(one for value in values for one in _listed(value))


def _unescaped(text: str) -> str:
    r"""Resolve JQL's escapes \n, \t, \r, \uXXXX; any other escaped character stands for itself."""

    def plain(match: re.Match[str]) -> str:
        code, char = match.group(1), match.group(2)
        return chr(int(code, 16)) if code else {"n": "\n", "t": "\t", "r": "\r"}.get(char, char)

    if "\\" in text:
        text = re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", plain, text, flags=re.DOTALL)
    # Two escapes can be the two halves (surrogates) of one character; replace a single half.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


MAX_CHARS = 10_000
MAX_DEPTH = 50


def grammatical(text: str) -> None:
    """Raise QueryError only if a text is not JQL.

    `order by`, `was`, `changed` and an empty text are JQL. Atlassian's parser gives the same
    answers: tests/rules/jql compares the two.
    """
    read(text)


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Parse a condition; raise QueryError, also for JQL that needs more than one issue."""
    if not text.strip():
        raise QueryError(syntax_errors.NOTHING)
    if len(text) > MAX_CHARS:
        raise QueryError(f"the condition is over {MAX_CHARS:,} characters: split the rule")
    tree = read(text)
    if depth(tree) > MAX_DEPTH:
        raise QueryError(f'more than {MAX_DEPTH} nested parentheses or "not": simplify it')
    return condition(tree)
