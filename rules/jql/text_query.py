"""Text search as Jira does it: words without regard to case, phrases, `*` and `?`, CJK anywhere.

Many queries are looked up in one pass: what costs time is the text, not the number of queries.
https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from rules.facts.searchable_text import CJK, Text, fold

_CJK = re.compile(f"[{CJK}]")
_PAIR = re.compile(f"(?=([{CJK}]{{2}}))")
_TERM = re.compile(r'("(?:[^"\\]|\\.)*")|(\S+)')
_SIGN = re.compile(r"^[-+!]|[()\[\]{}^~]|^NOT$")
_PIECE = re.compile(rf"(?:[^\W{CJK}]|[*?])+")

MAX_WILD = 100


class TextQueryError(ValueError):
    """What follows `~` is not a text query."""


class Term(NamedTuple):
    """What has to stand in a text.

    `needle` is a word, the beginning of one, a phrase (with a space around its words), a
    regular expression over words, or CJK; `key` is a part that a text with it can't be without.
    """

    kind: Literal["word", "prefix", "phrase", "wild", "cjk"]
    needle: str
    key: str


Group = frozenset[Term]
"""Terms that must all be found."""


@lru_cache(maxsize=8192)
def parse_query(query: str) -> tuple[Group, ...]:
    """`refactor* OR "technical debt"` → the groups of which one has to be found.

    Terms side by side must all match; `OR` (in capitals) separates groups. Raises
    TextQueryError when there is nothing to look for, or a sign that Jira gives another meaning.
    """
    groups: list[list[Term]] = [[]]
    for phrase, word in _TERM.findall(query):
        if word == "OR":
            groups.append([])
        elif phrase:
            groups[-1].append(_phrase(phrase[1:-1]))
        elif word != "AND":
            groups[-1].append(_term(word))
    if not all(groups):
        raise TextQueryError(f"nothing to look for in {query!r}: write a word on each side of OR")
    return tuple(dict.fromkeys(map(frozenset, groups)))


def _term(term: str) -> Term:
    """A word outside of quotes, where Jira knows signs: `-word` would find the opposite here."""
    if _SIGN.search(term):
        raise TextQueryError(
            f'"{term:.40}" has a sign that is not known in a search: put it in double quotes, '
            "or write and not … after the search"
        )
    folded = fold(term)
    return _words(term, folded, _PIECE.findall(folded))


def _phrase(phrase: str) -> Term:
    """Words in quotes: side by side, and a question mark is no more than that."""
    folded = fold(phrase)
    return _words(phrase, folded, _PIECE.findall(folded.replace("?", " ")))


def _words(term: str, folded: str, pieces: list[str]) -> Term:
    if _CJK.search(folded):
        return _cjk(term, folded.strip("*"))
    if not any(re.search(r"\w", piece) for piece in pieces):
        raise TextQueryError(f"{term!r} holds no word to look for")
    if any(re.search(r"[*?]", piece) for piece in pieces):
        return _wild(term, pieces)
    if len(pieces) == 1:
        return Term("word", pieces[0], pieces[0])
    return Term("phrase", f" {' '.join(pieces)} ", max(pieces, key=len))


def _cjk(term: str, needle: str) -> Term:
    if "*" in needle:
        raise TextQueryError(f'"{term:.40}": Chinese needs no *: write two words, with a space')
    keys = _PAIR.findall(needle) or _CJK.findall(needle)
    # The last: what things are called differs more in its end than in its beginning.
    return Term("cjk", needle, keys[-1])


def _wild(term: str, pieces: list[str]) -> Term:
    if sum(map(len, pieces)) > MAX_WILD:
        raise TextQueryError(f'"{term:.40}" is over {MAX_WILD} characters, too long for * and ?')
    if len(pieces) == 1 and re.fullmatch(r"\w+\*+", pieces[0]):
        prefix = pieces[0].rstrip("*")
        return Term("prefix", prefix, prefix)
    pattern = f" {' '.join(_glob(piece, n) for n, piece in enumerate(pieces))} "
    return Term("wild", pattern, max(re.findall(r"\w+", " ".join(pieces)), key=len))


def _glob(word: str, number: int) -> str:
    """A word with `*` and `?` as a regular expression that never tries the same place twice.

    The first place where the part after a star fits is as good as any, so each is held fast by a
    look-ahead; `a*a*a*b` as plain stars takes the fourth power of a text's length.
    """
    parts = [_part(part) for part in re.split(r"\*+", word)]
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    held = (f"(?=(?P<g{number}_{n}>\\w*?{m}))(?P=g{number}_{n})" for n, m in enumerate(middle))
    return f"{first}{''.join(held)}\\w*{last}"


def _part(part: str) -> str:
    return "".join(r"\w" if char == "?" else re.escape(char) for char in part)


class Searches:
    """Queries on one field, all looked up at once."""

    def __init__(self, queries: Iterable[str]) -> None:
        """Raises TextQueryError where a query is none."""
        self._wanted: dict[Term, list[tuple[Group, str]]] = defaultdict(list)
        for query in dict.fromkeys(queries):
            for group in parse_query(query):
                self._wanted[_rarest(group)].append((group, query))
        kinds: dict[str, list[Term]] = defaultdict(list)
        for term in {term for wanted in self._wanted.values() for g, _ in wanted for term in g}:
            kinds[term.kind].append(term)
        self._words, self._phrases = _Keys(kinds["word"]), _Keys(kinds["phrase"])
        lengths = sorted({len(term.key) for term in kinds["prefix"]})
        self._prefixes = [
            (length, _Keys(term for term in kinds["prefix"] if len(term.key) == length))
            for length in lengths
        ]
        self._wild = [(re.compile(term.needle), term) for term in kinds["wild"]]
        self._pairs = _Keys(term for term in kinds["cjk"] if len(term.key) == 2)
        self._chars = _Keys(term for term in kinds["cjk"] if len(term.key) == 1)

    def found(self, text: Text) -> set[str]:
        """Those of the queries that find the text."""
        terms = set(self._terms(text))
        return {
            query
            for term in terms
            for group, query in self._wanted.get(term, ())
            if len(group) == 1 or group <= terms
        }

    def _terms(self, text: Text) -> Iterator[Term]:
        yield from self._words.among(text.words)
        for length, prefixes in self._prefixes:
            yield from prefixes.among(text.heads(length))
        yield from (t for t in self._phrases.among(text.words) if t.needle in text.spaced)
        for pattern, term in self._wild:
            if term.key in text.spaced and pattern.search(text.spaced):
                yield term
        if text.has_cjk:
            near = [*self._pairs.among(text.pairs), *self._chars.among(text.chars)]
            yield from (t for t in near if t.needle == t.key or t.needle in text.folded)


class _Keys:
    """Terms by their keys."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            self._terms[term.key].append(term)
        self._keys = frozenset(self._terms)

    def among(self, present: frozenset[str]) -> list[Term]:
        """The terms whose key is there: few, however many there are."""
        return [term for key in self._keys & present for term in self._terms[key]]


def _rarest(group: Group) -> Term:
    """The longest term of a group: only where it was found the others are asked for."""
    return max(group, key=lambda term: (len(term.key), term))
