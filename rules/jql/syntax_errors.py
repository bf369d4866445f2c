"""Explain syntax errors in JQL to people who write rules."""

from __future__ import annotations

import re
import unicodedata

from rules.jql.reserved import KEYWORDS, RESERVED
from rules.jql.syntax_tree import QueryError

NOTHING = "the condition is empty: write one, such as votes >= 5"

_LOOKALIKES = str.maketrans("（），、＝！＜＞～“”＂‘’", '(),,=!<>~"""\'\'')
_UNSEEN = "\u200b\ufeff"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_BAD_ESCAPE = re.compile(r"(?:[^\\]|\\[nrt\"'\\ ]|\\u[0-9a-fA-F]{4})*(\\.)", re.DOTALL)
_SPECIAL = set("*?+%@#$^`/\\{}[];")
_OPERATORS = {
    "like": "~ instead",
    "contains": "~ instead",
    "matches": "~ instead",
    "between": ">= and <=, joined by and",
    "equals": "= instead",
    "has": "= or in (…) instead",
}
"""Operators of other languages."""
_INSTEAD = {"==": "=", "<>": "!=", "=>": ">=", "=<": "<=", "=~": "~", "=!": "!="}


def unexpected(text: str, at: int, expected: frozenset[str]) -> QueryError:
    """Return the error for a text with an unexpected character at an offset."""
    bare = _QUOTED.sub(lambda quoted: "x" * len(quoted.group()), text)
    if unseen := unusual(bare):
        message, at = unseen
        return QueryError(message, *place(text, at))
    end = len(text.rstrip(" \t\r\n"))
    if at >= end:
        return QueryError(_cut_short(expected), *place(text, end))
    return QueryError(_wrong(text, at, expected), *place(text, at))


def unusual(word: str) -> tuple[str, int] | None:
    """Find the first character that only looks like a sign of JQL; return a message and its offset.

    JQL reads such a character as a letter, so the condition would find nothing.
    """
    for at, char in enumerate(word):
        if char.isascii():
            continue
        plain = char.translate(_LOOKALIKES)
        if plain != char:
            kind = "a curly quotation mark" if char in "“”‘’" else "full-width"
            return f'"{char}" is {kind}: write {plain} or put the words in quotes', at
        if char in _UNSEEN or unicodedata.category(char).startswith("Z"):
            return (
                "there is a special space here: use a normal space, or put the words in quotes",
                at,
            )
    return None


def place(text: str, at: int) -> tuple[int, int]:
    """Return the column and line of an offset, both from 1."""
    before = text[:at]
    return at - before.rfind("\n"), before.count("\n") + 1


def _cut_short(expected: frozenset[str]) -> str:
    missing = "a value or a ) is missing"
    if "COMPARISON" in expected:
        missing = "an operator such as = or ~ is missing, and a value"
    elif expected == {"LPAR"}:
        missing = "write a list in parentheses after in"
    elif "EMPTY" in expected and "WORD" not in expected:
        missing = 'write empty or not empty after "is"'
    return f"the condition ends too early: {missing}"


def _wrong(text: str, at: int, expected: frozenset[str]) -> str:
    rest = text[at:]
    if rest[0] in "'\"" and (wrong := _misquoted(rest)):
        return wrong
    if instead := _INSTEAD.get(text[at - 1 : at + 1]) if at else None:
        return f'"{text[at - 1 : at + 1]}" is not JQL: write {instead}'
    word = re.split(r"[\s(),=!<>~]", rest, maxsplit=1)[0] or rest[0]
    if "COMPARISON" in expected and (instead := _OPERATORS.get(word.lower())):
        return f"{_shown(word)} is no operator of JQL: write {instead}"
    if "WORD" in expected and (wrong := _no_value(text[:at], word, expected)):
        return wrong
    return f"did not expect {_shown(word)} here: {_hint(word, expected)}"


def _misquoted(rest: str) -> str | None:
    """Return the mistake in a text in quotes: not closed, a bad escape or a bad character."""
    quoted = _QUOTED.match(rest)
    if quoted is None:
        return f"a quotation mark is not closed: {_shown(rest.split(maxsplit=1)[0], quotes='')}"
    if escape := _BAD_ESCAPE.match(quoted.group()):
        return f"{_shown(escape.group(1))} is not an escape: write \\\\ for one \\"
    if not re.fullmatch(
        r"[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]*", quoted.group()
    ):
        return "there is a tab or a control character in the quotes: write \\t for a tab"
    return None


def _no_value(before: str, word: str, expected: frozenset[str]) -> str | None:
    """Return the mistake in place of a field or a value: a reserved word, or a list."""
    lower = word.lower()
    if "EMPTY" not in expected and lower in ("empty", "null"):
        op = before.split()[-1] if before.split() else ""
        return f'"{op[-2:]}" can\'t be used with {lower}: write "is empty", or "{lower}" in quotes'
    if "_NOT" in expected and lower in KEYWORDS - {"cf"}:
        return f'did not expect "{word}" here: write a clause such as votes >= 5 before it'
    if lower in KEYWORDS | RESERVED:
        return f'"{word}" is a reserved word of JQL: put it, or the whole value, in quotes'
    if word == "(" and "EMPTY" in expected:
        return "a list works only with in: write in (…) or not in (…)"
    return None


def _hint(word: str, expected: frozenset[str]) -> str:
    if word[0] in _SPECIAL:
        return "put words with special characters in quotes"
    for terminals, hint in _HINTS:
        if terminals <= expected:
            return _MISSING if word[0] in ",)=<>~!" and "WORD" in expected else hint
    return "the matching ( is missing" if word == ")" else _JOIN


_MISSING = "a field or a value is missing before it"
_JOIN = "join clauses with `and` or `or`, and put several words in quotes"
_HINTS = (
    (
        {"COMPARISON"},
        "write an operator such as = or ~ after a field, and put several words in quotes",
    ),
    ({"WORD"}, _JOIN),
    (
        {"COMMA", "RPAR"},
        "write a comma between values and a ) after the last, and put several words in quotes",
    ),
    ({"EMPTY"}, 'write empty or not empty after "is", or use = with a value'),
    ({"_IN"}, "after a field, not works only with in (…); else put not before the whole clause"),
    ({"LPAR", "$END"}, _JOIN),
    ({"LPAR"}, "write a list in parentheses after in"),
)
"""Hints by the terminals that the parser expected; the first match counts."""


def _shown(word: str, quotes: str = '"') -> str:
    """Return the beginning of a word in printable form, for a message."""
    clean = "".join(char if char.isprintable() else "?" for char in word[:20])
    return f"{quotes}{clean}{quotes}"
