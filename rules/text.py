"""Text search as Jira does it: words without regard to case, phrases, `*` and `?`, CJK anywhere.

https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK = re.compile(f"[{CJK}]")
_WORD = re.compile(rf"[^\W{CJK}]+")
_TERM = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')

MAX_CHARS = 32_767
"""Jira's own limit of a text field; what is longer is cut, so that no text can hold a worker."""


class TextQueryError(ValueError):
    """What follows `~` is not a text query."""


class Text:
    """A text made ready for many queries; the work is done once, when the first query asks."""

    def __init__(self, raw: str) -> None:
        self._raw = raw[:MAX_CHARS]

    @cached_property
    def folded(self) -> str:
        """Lower case and compatibility forms made one (full-width letters, ligatures)."""
        raw = self._raw
        return (raw if raw.isascii() else unicodedata.normalize("NFKC", raw)).lower()

    @cached_property
    def _in_order(self) -> list[str]:
        return _WORD.findall(self.folded)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the text that is not CJK."""
        return frozenset(self._in_order)

    @cached_property
    def sorted_words(self) -> list[str]:
        """The words in order of the alphabet, to look prefixes up in."""
        return sorted(self.words)

    @cached_property
    def spaced(self) -> str:
        """The words in their order, one space between and around them, to find phrases in."""
        return f" {' '.join(self._in_order)} "

    @cached_property
    def has_cjk(self) -> bool:
        """Whether there is any Chinese, Japanese or Korean in it."""
        return not self._raw.isascii() and _CJK.search(self.folded) is not None


Matcher = Callable[[Text], bool]


def compile_query(query: str) -> Matcher:
    """`refactor* OR "technical debt"` → a function of a Text.

    Terms side by side must all match; `OR` (in capitals) separates alternatives. Raises
    TextQueryError when there is nothing to look for.
    """
    groups: list[list[Matcher]] = [[]]
    for phrase, word in _TERM.findall(query):
        if word == "OR":
            groups.append([])
        elif word != "AND":
            groups[-1].append(_term(phrase or word))
    if not all(groups):
        raise TextQueryError(f"nothing to look for in {query!r}: write a word on each side of OR")
    return _any([_all(group) for group in groups])


def _all(matchers: list[Matcher]) -> Matcher:
    if len(matchers) == 1:
        return matchers[0]
    return lambda text: all(matches(text) for matches in matchers)


def _any(matchers: list[Matcher]) -> Matcher:
    if len(matchers) == 1:
        return matchers[0]
    return lambda text: any(matches(text) for matches in matchers)


def _term(term: str) -> Matcher:
    folded = unicodedata.normalize("NFKC", term).lower()
    if _CJK.search(folded):
        return _cjk(folded.strip("*"))
    pieces = re.findall(rf"[^\W{CJK}*?]*[*?]+[^\W{CJK}]*(?:[*?]+[^\W{CJK}]*)*|[^\W{CJK}]+", folded)
    if not pieces or not re.search(r"\w", folded):
        raise TextQueryError(f"{term!r} holds no word to look for")
    if len(pieces) > 1:
        return _phrase(pieces)
    return _word(pieces[0])


def _word(word: str) -> Matcher:
    if not re.search(r"[*?]", word):
        return lambda text: word in text.words
    prefix = word[:-1]
    if word.endswith("*") and not re.search(r"[*?]", prefix):
        return lambda text: _has_prefix(text.sorted_words, prefix)
    pattern = re.compile(f" {_wild(word)} ")
    return lambda text: pattern.search(text.spaced) is not None


def _phrase(pieces: list[str]) -> Matcher:
    if not any(re.search(r"[*?]", piece) for piece in pieces):
        needle = f" {' '.join(pieces)} "
        return lambda text: needle in text.spaced
    pattern = re.compile(f" {' '.join(map(_wild, pieces))} ")
    return lambda text: pattern.search(text.spaced) is not None


def _cjk(needle: str) -> Matcher:
    return lambda text: text.has_cjk and needle in text.folded


def _wild(word: str) -> str:
    """A word with `*` and `?` as a regular expression; a run of stars counts as one."""
    word = re.sub(r"\*+", "*", word)
    return "".join({"*": r"\w*", "?": r"\w"}.get(c, re.escape(c)) for c in word)


def _has_prefix(words: list[str], prefix: str) -> bool:
    at = bisect_left(words, prefix)
    return at < len(words) and words[at].startswith(prefix)
