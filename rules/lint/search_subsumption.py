"""Compare text searches without a text: find searches that imply another one."""

from __future__ import annotations

import re
from functools import lru_cache

from rules.jql.search.parse_query import Group, Term, parse_query


@lru_cache(maxsize=8192)
def entails(one: str, other: str, exact: bool = False) -> bool:
    """Return whether the second search finds every text of the first; False if uncertain.

    `exact`: words are searched as written, not by their stems.
    """
    wider = parse_query(other, exact)
    narrower = parse_query(one, exact)
    return one == other or all(any(_covers(g, wanted, exact) for wanted in wider) for g in narrower)


def _covers(group: Group, wanted: Group, exact: bool) -> bool:
    return all(any(_finds(term, want, exact) for term in group) for want in wanted)


def _finds(term: Term, want: Term, exact: bool) -> bool:
    """Return whether every text with `term` also has `want`."""
    if term == want:
        return True
    if term.hedged and not want.hedged:
        return False  # a text with "no refactoring" does not affirm "refactoring"
    if "cjk" in (term.kind, want.kind):
        return term.kind == want.kind and want.needle in term.needle
    if term.kind == "prefix":
        return want.kind == "prefix" and term.needle.startswith(want.needle)
    if term.kind == "wild":
        return False
    return _in_words(f" {term.needle.strip()} ", want, exact)


def _in_words(words: str, want: Term, exact: bool) -> bool:
    """Return whether a term matches words that have one space between and around them.

    If they are stems, the words of the text begin with them: queries without the y of query.
    """
    if not exact and want.kind == "wild":
        return False
    if not exact and want.kind == "prefix":
        words = re.sub(r"[ye] ", " ", words)
    if want.kind == "prefix":
        return f" {want.needle}" in words
    if want.kind == "wild":
        return re.search(want.needle, words) is not None
    return f" {want.needle.strip()} " in words
