"""Search texts as Jira does: words in any case, phrases, `*` and `?`, CJK characters anywhere.

One pass looks up many queries: the time depends on the text, not on the number of queries.
https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rules.facts.searchable_text import Text
from rules.jql.search.parse_query import Group, Term, parse_query

HEAD = 3
"""The letters by which beginnings of words are looked up first."""


class Searches:
    """Queries on one field, looked up together."""

    def __init__(self, queries: Iterable[str], exact: bool = False) -> None:
        """Parse the queries; raise TextQueryError if one is not valid.

        `exact`: words are searched as written, not by their stems.
        """
        self._wanted: dict[Term, list[tuple[Group, str]]] = defaultdict(list)
        for query in dict.fromkeys(queries):
            for group in parse_query(query, exact):
                self._wanted[_rarest(group)].append((group, query))
        terms = {term for wanted in self._wanted.values() for g, _ in wanted for term in g}
        self._affirmed = _Terms((term for term in terms if not term.hedged), exact)
        hedged = [term for term in terms if term.hedged]
        self._stated = _Terms(hedged, exact) if hedged else None

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

    def __init__(self, terms: Iterable[Term], exact: bool) -> None:
        self._exact = exact
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
        if self._words:
            yield from self._words.among(self._words_of(text))
        for length, prefixes in self._prefixes:
            near = [t for head in prefixes.keys() & text.heads(length) for t in prefixes[head]]
            yield from (t for t in near if f" {t.needle}" in text.spaced)
        if self._phrases:
            near = self._phrases.among(self._words_of(text))
            if near:
                spaced = text.spaced if self._exact else text.stemmed
                yield from (t for t in near if t.needle in spaced)
        for pattern, term in self._wild:
            if term.key in text.spaced and pattern.search(text.spaced):
                yield term
        if text.has_cjk:
            near = self._pairs.among(text.pairs) if self._pairs else []
            near += self._chars.among(text.chars) if self._chars else []
            yield from (t for t in near if t.needle == t.key or t.needle in text.folded)

    def _words_of(self, text: Text) -> frozenset[str]:
        return text.words if self._exact else text.stems


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
