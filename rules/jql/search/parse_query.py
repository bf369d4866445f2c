"""Parse searches: words, phrases, `*` and `?`, joined by AND, OR and parentheses.

https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Literal, NamedTuple

from rules.facts.searchable_text import CJK, fold
from rules.facts.statements.reader import is_hedged
from rules.jql.search.refused_signs import objection
from rules.vocabulary.stems import STOP_WORDS, stem

_CJK = re.compile(f"[{CJK}]")
_PAIR = re.compile(f"(?=([{CJK}]{{2}}))")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"[~^]?[\d.]*|[()]|[^\s()"]+|"')
_PIECE = re.compile(rf"(?:[^\W{CJK}]|[*?])+")
_JOINERS = {"&&": "AND", "||": "OR"}

MAX_WILD = 100
MAX_WAYS = 500
MAX_NESTED = 20


class TextQueryError(ValueError):
    """The value after `~` is not a text query."""


class Term(NamedTuple):
    """One part of a query that must be in a text.

    `needle` is the stem of a word, the beginning of a word, a phrase of stems (with a space around
    each), a regular expression over words, or CJK characters. `key` is a part of it for a quick
    first look-up.
    `hedged`: the term itself denies, hedges or asks, such as "not urgent". It is searched in what a
    text states; other terms are searched in what it affirms.
    """

    kind: Literal["word", "prefix", "phrase", "wild", "cjk"]
    needle: str
    key: str
    hedged: bool = False


Group = frozenset[Term]
"""Terms that must all be in the text."""


@lru_cache(maxsize=8192)
def parse_query(query: str, exact: bool = False) -> tuple[Group, ...]:
    """Parse a query such as `refactor* OR "technical debt"` to groups; one group must match.

    Terms side by side must all match; `OR` (in capitals) separates groups. Raise TextQueryError if
    a group is empty, or if the query has a sign that searches do not support. `exact`: words are
    searched as written, not by their stems, and none is skipped.
    """
    tokens = [_JOINERS.get(token, token) for token in _TOKEN.findall(query)]
    reader = _Reader(query, tokens, exact)
    groups = reader.either()
    if reader.rest:
        raise TextQueryError(f"a ) without its ( in {query!r:.60}: remove it")
    return tuple(dict.fromkeys(groups))


class _Reader:
    """Read tokens from left to right."""

    def __init__(self, query: str, tokens: list[str], exact: bool) -> None:
        self.rest = tokens[::-1]
        self._exact = exact
        self._query = query
        self._depth = 0

    def either(self) -> list[Group]:
        """Read parts with OR between them."""
        found = self._together()
        while self.rest and self.rest[-1] == "OR":
            self.rest.pop()
            found += self._together()
        return found

    def _together(self) -> list[Group]:
        """Read parts that must all match, up to OR or a closing parenthesis."""
        parts: list[list[Group]] = []
        skipped: list[list[Group]] = []
        while self.rest and self.rest[-1] not in ("OR", ")"):
            part = self.rest.pop()
            if part == "(":
                parts.append(self._nested())
            elif part != "AND":
                skip = not self._exact and part.lower() in STOP_WORDS
                (skipped if skip else parts).append([frozenset((_term(part, self._exact),))])
        # Jira skips these words; a search that has no others still looks for them.
        return _joined(parts or skipped, self._query)

    def _nested(self) -> list[Group]:
        self._depth += 1
        if self._depth > MAX_NESTED:
            raise TextQueryError(f"more than {MAX_NESTED} nested parentheses: simplify the search")
        found = self.either()
        if not self.rest:
            raise TextQueryError(f"a ( is not closed in {self._query!r:.60}: write the )")
        self.rest.pop()
        self._depth -= 1
        return found


def _joined(parts: list[list[Group]], query: str) -> list[Group]:
    if not parts:
        raise TextQueryError(f"no word to search for in {query!r}: write one on each side of OR")
    ways: list[Group] = [frozenset()]
    for part in parts:
        if len(ways) * len(part) > MAX_WAYS:
            raise TextQueryError(f"more than {MAX_WAYS} alternatives in one search: split it")
        ways = [left | right for left, right in product(ways, part)]
    return ways


def _term(token: str, exact: bool) -> Term:
    if wrong := objection(token):
        raise TextQueryError(wrong)
    if token.startswith('"'):
        return _phrase(token[1:-1], exact)._replace(hedged=is_hedged(token[1:-1]))
    token = token.removeprefix("+")
    folded = fold(token)
    found = _words(token, folded, _PIECE.findall(folded), exact)
    return found._replace(hedged=is_hedged(token))


def _phrase(phrase: str, exact: bool) -> Term:
    """Parse words in quotes: they must be side by side; `?` has no special meaning here."""
    folded = fold(phrase)
    return _words(phrase, folded, _PIECE.findall(folded.replace("?", " ")), exact)


def _words(term: str, folded: str, pieces: list[str], exact: bool) -> Term:
    if _CJK.search(folded):
        return _cjk(term, folded.strip("*"))
    if not any(re.search(r"\w", piece) for piece in pieces):
        raise TextQueryError(f"{term!r} has no letters or digits: write a word to search for")
    if any(re.search(r"[*?]", piece) for piece in pieces):
        return _wild(term, pieces)
    stems = pieces if exact else [stem(piece) for piece in pieces]
    if len(stems) == 1:
        return Term("word", stems[0], stems[0])
    return Term("phrase", f" {' '.join(stems)} ", max(stems, key=len))


def _cjk(term: str, needle: str) -> Term:
    if "*" in needle:
        raise TextQueryError(f'"{term:.40}": Chinese has no *: write two words with a space')
    keys = _PAIR.findall(needle) or _CJK.findall(needle)
    # Take the last pair: names of things differ more at the end than at the beginning.
    return Term("cjk", needle, keys[-1])


def _wild(term: str, pieces: list[str]) -> Term:
    if sum(map(len, pieces)) > MAX_WILD:
        raise TextQueryError(f'"{term:.40}" is over {MAX_WILD} characters: too long for * and ?')
    if len(pieces) == 1 and re.fullmatch(r"\w+\*+", pieces[0]):
        prefix = pieces[0].rstrip("*")
        return Term("prefix", prefix, prefix)
    pattern = f" {' '.join(_glob(piece, n) for n, piece in enumerate(pieces))} "
    return Term("wild", pattern, max(re.findall(r"\w+", " ".join(pieces)), key=len))


def _glob(word: str, number: int) -> str:
    """Return a regular expression for a word with `*` and `?`, without backtracking.

    The first match of the part after a star is sufficient, so a look-ahead fixes it. With plain
    stars, `a*a*a*b` would take time in the fourth power of the text's length.
    """
    parts = [_part(part) for part in re.split(r"\*+", word)]
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    held = (f"(?=(?P<g{number}_{n}>\\w*?{m}))(?P=g{number}_{n})" for n, m in enumerate(middle))
    return f"{first}{''.join(held)}\\w*{last}"


def _part(part: str) -> str:
    return "".join(r"\w" if char == "?" else re.escape(char) for char in part)
