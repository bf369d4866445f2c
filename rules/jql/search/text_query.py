"""Search texts as Jira does: words in any case, phrases, `*` and `?`, CJK characters anywhere.

One pass looks up many queries: the time depends on the text, not on the number of queries.
https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from rules.facts.searchable_text import CJK, Text, fold
from rules.facts.statements.reader import is_hedged

_CJK = re.compile(f"[{CJK}]")
_PAIR = re.compile(f"(?=([{CJK}]{{2}}))")
_TERM = re.compile(r'("(?:[^"\\]|\\.)*")|(\S+)')
_SIGN = re.compile(r"^[-+!]|[()\[\]{}^~]|^NOT$")
_PIECE = re.compile(rf"(?:[^\W{CJK}]|[*?])+")

MAX_WILD = 100

HEAD = 3
"""The letters by which beginnings of words are looked up first."""


class TextQueryError(ValueError):
    """The value after `~` is not a text query."""


class Term(NamedTuple):
    """One part of a query that must be in a text.

    `needle` is a word, the beginning of a word, a phrase (with a space around its words), a regular
    expression over words, or CJK characters. `key` is a part of it for a quick first look-up.
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
def parse_query(query: str) -> tuple[Group, ...]:
    """Parse a query such as `refactor* OR "technical debt"` to groups; one group must match.

    Terms side by side must all match; `OR` (in capitals) separates groups. Raise TextQueryError if
    a group is empty, or if the query has a sign with a special meaning in Jira.
    """
    groups: list[list[Term]] = [[]]
    for phrase, word in _TERM.findall(query):
        if word == "OR":
            groups.append([])
        elif phrase:
            groups[-1].append(_with_hedge(_phrase(phrase[1:-1]), phrase[1:-1]))
        elif word != "AND":
            groups[-1].append(_with_hedge(_term(word), word))
    if not all(groups):
        raise TextQueryError(f"no word to search for in {query!r}: write one on each side of OR")
    return tuple(dict.fromkeys(map(frozenset, groups)))


def _with_hedge(term: Term, written: str) -> Term:
    return term._replace(hedged=is_hedged(written))


def _term(term: str) -> Term:
    """Parse a word outside of quotes; refuse Jira's signs, such as `-word`, which means not."""
    if _SIGN.search(term):
        raise TextQueryError(
            f'"{term:.40}" has a sign that searches do not support: put it in double quotes, '
            "or write and not … after the search"
        )
    folded = fold(term)
    return _words(term, folded, _PIECE.findall(folded))


def _phrase(phrase: str) -> Term:
    """Parse words in quotes: they must be side by side; `?` has no special meaning here."""
    folded = fold(phrase)
    return _words(phrase, folded, _PIECE.findall(folded.replace("?", " ")))


def _words(term: str, folded: str, pieces: list[str]) -> Term:
    if _CJK.search(folded):
        return _cjk(term, folded.strip("*"))
    if not any(re.search(r"\w", piece) for piece in pieces):
        raise TextQueryError(f"{term!r} has no letters or digits: write a word to search for")
    if any(re.search(r"[*?]", piece) for piece in pieces):
        return _wild(term, pieces)
    if len(pieces) == 1:
        return Term("word", pieces[0], pieces[0])
    return Term("phrase", f" {' '.join(pieces)} ", max(pieces, key=len))


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


class Searches:
    """Queries on one field, looked up together."""

    def __init__(self, queries: Iterable[str]) -> None:
        """Parse the queries; raise TextQueryError if one is not valid."""
        self._wanted: dict[Term, list[tuple[Group, str]]] = defaultdict(list)
        for query in dict.fromkeys(queries):
            for group in parse_query(query):
                self._wanted[_rarest(group)].append((group, query))
        terms = {term for wanted in self._wanted.values() for g, _ in wanted for term in g}
        self._affirmed = _Terms(term for term in terms if not term.hedged)
        hedged = [term for term in terms if term.hedged]
        self._stated = _Terms(hedged) if hedged else None

    def found(self, text: Text) -> set[str]:
        """Return the queries that match the text."""
        terms = set(self._affirmed.found(text))
        if self._stated:
            terms.update(self._stated.found(text.as_stated))
        return {
            query
            for term in terms
            for group, query in self._wanted.get(term, ())
            if len(group) == 1 or group <= terms
        }


class _Terms:
    """Terms of queries, looked up together."""

    def __init__(self, terms: Iterable[Term]) -> None:
        kinds: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            kinds[term.kind].append(term)
        self._words, self._phrases = _Keys(kinds["word"]), _Keys(kinds["phrase"])
        begun: dict[int, dict[str, list[Term]]] = {}
        for term in kinds["prefix"]:
            head = term.key[:HEAD]
            begun.setdefault(len(head), {}).setdefault(head, []).append(term)
        self._prefixes = list(begun.items())
        self._wild = [(re.compile(term.needle), term) for term in kinds["wild"]]
        self._pairs = _Keys(term for term in kinds["cjk"] if len(term.key) == 2)
        self._chars = _Keys(term for term in kinds["cjk"] if len(term.key) == 1)

    def found(self, text: Text) -> Iterator[Term]:
        """Yield the terms that match the text."""
        yield from self._words.among(text.words)
        for length, prefixes in self._prefixes:
            near = [t for head in prefixes.keys() & text.heads(length) for t in prefixes[head]]
            yield from (t for t in near if f" {t.needle}" in text.spaced)
        yield from (t for t in self._phrases.among(text.words) if t.needle in text.spaced)
        for pattern, term in self._wild:
            if term.key in text.spaced and pattern.search(text.spaced):
                yield term
        if text.has_cjk:
            near = self._pairs.among(text.pairs) if self._pairs else []
            near += self._chars.among(text.chars) if self._chars else []
            yield from (t for t in near if t.needle == t.key or t.needle in text.folded)


class _Keys:
    """Terms, by key."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            self._terms[term.key].append(term)
        self._keys = frozenset(self._terms)

    def __bool__(self) -> bool:
        """Return whether there is any term: else a text need not be prepared for them."""
        return bool(self._keys)

    def among(self, present: frozenset[str]) -> list[Term]:
        """Return the terms whose key is present."""
        return [term for key in self._keys & present for term in self._terms[key]]


def _rarest(group: Group) -> Term:
    """Return the longest term of a group; the others are checked only if it is found."""
    return max(group, key=lambda term: (len(term.key), term))
