"""Text search as Jira does it: words without regard to case, phrases, `*` and `?`, CJK anywhere.

https://support.atlassian.com/jira-software-cloud/docs/search-for-issues-using-the-text-field/
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK = re.compile(f"[{CJK}]")
_WORD = re.compile(rf"[^\W{CJK}]+")
_TERM = re.compile(r'("(?:[^"\\]|\\.)*")|(\S+)')
_SIGN = re.compile(r"^[-+!]|[()\[\]{}^~]|^NOT$")
_PIECE = re.compile(rf"(?:[^\W{CJK}]|[*?])+")
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{64})[^\w\s\x00-\x7f]+")

MAX_CHARS = 32_767
"""Jira's own limit of a text field; what is longer is cut, so that no text can hold a worker."""

MAX_WILD = 100


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
        # Normalizing takes the square of a run of accents: nobody writes 64 on one letter.
        return raw.lower() if raw.isascii() else fold(_MARKS.sub(r"\1", raw))

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


def fold(raw: str) -> str:
    """Lower case, with compatibility forms made one (full-width letters, ligatures)."""
    return unicodedata.normalize("NFKC", raw).lower()


def compile_query(query: str) -> Matcher:
    """`refactor* OR "technical debt"` → a function of a Text.

    Terms side by side must all match; `OR` (in capitals) separates alternatives. Raises
    TextQueryError when there is nothing to look for, or a sign that Jira gives another meaning.
    """
    groups: list[list[Matcher]] = [[]]
    for phrase, word in _TERM.findall(query):
        if word == "OR":
            groups.append([])
        elif phrase:
            groups[-1].append(_phrase(phrase[1:-1]))
        elif word != "AND":
            groups[-1].append(_term(word))
    if not all(groups):
        raise TextQueryError(f"nothing to look for in {query!r}: write a word on each side of OR")
    return _any([_all(group) for group in groups])


def _all(matchers: list[Matcher]) -> Matcher:
    if len(matchers) == 1:
        return matchers[0]
    return lambda text: all(matches(text) for matches in matchers)


def _any(matchers: list[Matcher]) -> Matcher:
    """Alternatives: of the many that are plain words, all are looked up in one go."""
    words = frozenset(m.word for m in matchers if isinstance(m, _Word))
    chinese = [m.needle for m in matchers if isinstance(m, _Cjk)]
    rest = [m for m in matchers if not isinstance(m, _Word | _Cjk)]

    def test(text: Text) -> bool:
        if not words.isdisjoint(text.words) or any(matches(text) for matches in rest):
            return True
        return text.has_cjk and any(needle in text.folded for needle in chinese)

    return test


@dataclass(frozen=True)
class _Word:
    """A whole word."""

    word: str

    def __call__(self, text: Text) -> bool:
        return self.word in text.words


@dataclass(frozen=True)
class _Cjk:
    """Chinese, Japanese or Korean, which is not divided into words."""

    needle: str

    def __call__(self, text: Text) -> bool:
        return text.has_cjk and self.needle in text.folded


def _term(term: str) -> Matcher:
    """A word outside of quotes, where Jira knows signs: `-word` would find the opposite here."""
    if _SIGN.search(term):
        raise TextQueryError(
            f'"{term:.40}" has a sign that is not known in a search: put it in double quotes, '
            "or write and not … after the search"
        )
    folded = fold(term)
    return _words(term, folded, _PIECE.findall(folded))


def _phrase(phrase: str) -> Matcher:
    """Words in quotes: side by side, and a question mark is no more than that."""
    folded = fold(phrase)
    return _words(phrase, folded, _PIECE.findall(folded.replace("?", " ")))


def _words(term: str, folded: str, pieces: list[str]) -> Matcher:
    if _CJK.search(folded):
        return _cjk(term, folded.strip("*"))
    if not any(re.search(r"\w", piece) for piece in pieces):
        raise TextQueryError(f"{term!r} holds no word to look for")
    if any(re.search(r"[*?]", piece) for piece in pieces):
        return _wild(term, pieces)
    if len(pieces) == 1:
        return _Word(pieces[0])
    needle = f" {' '.join(pieces)} "
    return lambda text: needle in text.spaced


def _cjk(term: str, needle: str) -> Matcher:
    if "*" in needle:
        raise TextQueryError(f'"{term:.40}": Chinese needs no *: write two words, with a space')
    return _Cjk(needle)


def _wild(term: str, pieces: list[str]) -> Matcher:
    if sum(map(len, pieces)) > MAX_WILD:
        raise TextQueryError(f'"{term:.40}" is over {MAX_WILD} characters, too long for * and ?')
    if len(pieces) == 1 and re.fullmatch(r"\w+\*+", pieces[0]):
        prefix = pieces[0].rstrip("*")
        return lambda text: _has_prefix(text.sorted_words, prefix)
    pattern = re.compile(f" {' '.join(_glob(piece, n) for n, piece in enumerate(pieces))} ")
    return lambda text: pattern.search(text.spaced) is not None


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


def _has_prefix(words: list[str], prefix: str) -> bool:
    at = bisect_left(words, prefix)
    return at < len(words) and words[at].startswith(prefix)
