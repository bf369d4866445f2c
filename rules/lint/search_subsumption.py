"""Compare text searches without a text: find searches that imply another one."""

from __future__ import annotations

import re
from functools import lru_cache

from rules.jql.search.text_query import Group, Term, parse_query


@lru_cache(maxsize=8192)
def entails(one: str, other: str) -> bool:
    """Return whether the second search finds every text of the first; False if uncertain."""
    return one == other or all(
        any(_covers(group, wanted) for wanted in parse_query(other)) for group in parse_query(one)
    )


def _covers(group: Group, wanted: Group) -> bool:
    return all(any(_finds(term, want) for term in group) for want in wanted)


def _finds(term: Term, want: Term) -> bool:
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
    return _in_words(f" {term.needle.strip()} ", want)


def _in_words(words: str, want: Term) -> bool:
    """Return whether a term matches words that have one space between and around them."""
    if want.kind == "prefix":
        return f" {want.needle}" in words
    if want.kind == "wild":
        return re.search(want.needle, words) is not None
    return f" {want.needle.strip()} " in words
