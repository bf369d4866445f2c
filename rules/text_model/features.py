"""Extract the classifier's features: words, question marks, pairs of both, parts of words.

The title (first line of a text) has its own features. A word at its start or end gets another one,
since it is more informative there: "Support ...", "... support". Chinese has no spaces, so each
character is a word, and pairs of characters are close to real words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, compress, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

MAX_TITLE, MAX_BODY = 300, 1_500
"""Limits in characters. Later text rarely says anything about the class of work."""

TITLE, BODY, PARTS = "title", "body", "parts"
BLOCKS: Mapping[str, float] = {TITLE: 1.0, BODY: 0.7, PARTS: 0.5}
"""The parts of a text with their own tf-idf, and the weight of each part."""

FIRST, LAST = "^", "$"
"""Marks of the start and the end of a title. No word contains them."""

LEAST = 1 / 3
"""A word with less than this share of the best word's part is not reported as a reason."""

_CODE = re.compile(
    r"\{(code|noformat)[^}]*\}.*?(?:\{\1\}|\Z)|```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL
)


def _any(*signs: str) -> Callable[[str], bool]:
    """Return a function that looks for one of some signs."""
    return lambda text: any(sign in text for sign in signs)


_MASKS: tuple[tuple[Callable[[str], object], re.Pattern[str], str], ...] = (
    (_any("://", "www.", "<url>"), re.compile(r"https?://\S+|www\.\S+|<url>"), " zzurl "),
    (_any("@"), re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), " zzmail "),
    (_any("@", "[~", "<user>"), re.compile(r"\[~[^\]]*\]|(?<!\w)@\w[\w.-]*|<user>"), " zzuser "),
    (_any("-"), re.compile(r"[A-Z](?<!\w.)[A-Z0-9_]+-\d+\b"), " zzkey "),
    (
        re.compile(r"[\\/<][\w.-]+[\\/>]").search,
        re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.-]+){2,}|<path>"),
        " zzpath ",
    ),
    (_any("<"), re.compile(r"<\w+>"), " "),
    (re.compile(r"\d").search, re.compile(r"\d\d*"), "0"),
)
"""Patterns of addresses, people and numbers, with their masks. The hints avoid most searches.

A pattern that begins with a sign, a letter or a digit is fast.
"""

_CJK = re.compile("[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]|[^\W_]+(?:['\u2019][^\W_]+)?|\?")


_SMALL_WORDS = frozenset(
    (
        *("?", "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be"),
        *("been", "but", "by", "can", "do", "does", "for", "from", "had", "has", "have", "he"),
        *("her", "his", "i", "if", "in", "is", "it", "its", "just", "my", "no", "not", "of", "on"),
        *("only", "or", "other", "our", "same", "she", "so", "some", "such", "than", "that", "the"),
        *("their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "us"),
        *("very", "was", "we", "were", "when", "which", "with", "would", "you", "your"),
    )
)
"""Words that explain nothing to a reader as a reason for a class."""


@lru_cache(4)
def features(text: str) -> Mapping[str, Counter[str]]:
    """Return the count of each feature, by block. Several models look at the same text."""
    title, _, rest = text.strip().partition("\n")
    whole, parts = _of_title(title[:MAX_TITLE])
    return {TITLE: whole, BODY: _of_body(rest[: 2 * MAX_BODY]), PARTS: parts}


@lru_cache(4)
def _of_title(title: str) -> tuple[Counter[str], Counter[str]]:
    """Return the features of a title: its words, and the parts of its words."""
    words = _WORD.findall(_plain(title))
    parts = Counter(chain.from_iterable(map(_parts, words)))
    return Counter(chain(_grams(words), _edges(words))), parts


@lru_cache(4)
def _of_body(text: str) -> Counter[str]:
    """Return the features of a body. Models that read another title read the same body."""
    return Counter(_grams(_WORD.findall(_plain(text)[:MAX_BODY])))


def _plain(text: str) -> str:
    """Return the text in lower case, without code, with masks for addresses, paths and people."""
    text = unicodedata.normalize("NFKC", text)
    if "{" in text or "`" in text:
        text = _CODE.sub(" zzcode ", text)
    for hint, pattern, mask in _MASKS:
        if hint(text):
            text = pattern.sub(mask, text)
    return text.lower()


def _grams(words: list[str]) -> Iterator[str]:
    return chain(words, map(" ".join, pairwise(words)))


def _edges(words: list[str]) -> Iterator[str]:
    if words:
        yield f"{FIRST} {words[0]}"
        yield f"{words[-1]} {LAST}"


def known(
    rows: Mapping[str, int], counts: Mapping[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.float64], list[str]]:
    """Return the rows of the features that a model has, one plus the log of each count, names."""
    found = np.fromiter(map(rows.get, counts, repeat(-1)), np.int64, len(counts))
    often = np.fromiter(counts.values(), np.float64, len(counts))
    there = found >= 0
    return found[there], 1 + np.log(often[there]), [*compress(counts, there.tolist())]


@lru_cache(4096)
def _parts(word: str) -> tuple[str, ...]:
    """Return all 3 to 5 letters in a row of a word, to match "refactoring" with "refactor"."""
    padded = f"_{word}_"
    lengths = range(3, 6)
    return tuple(padded[n : n + k] for k in lengths for n in range(len(padded) - k + 1))


def is_cjk(text: str) -> bool:
    """Return whether a text contains Chinese, Japanese or Korean."""
    return not text.isascii() and _CJK.search(text) is not None


def readable(block: str, feature: str) -> str | None:
    """Return a feature as readable text; None for parts of words and masks."""
    if block == PARTS or "zz" in feature or feature.strip(" 0?^$") == "":
        return None
    words = [word for word in feature.split(" ") if word not in (FIRST, LAST)]
    if not all(map(is_cjk, words)):
        while words and words[0] in _SMALL_WORDS:
            words = words[1:]
        while words and words[-1] in _SMALL_WORDS:
            words = words[:-1]
        return " ".join(words) or None
    return "".join(words) if len(words) > 1 else None  # a single character explains too little


def overlap(one: str, other: str) -> bool:
    """Return whether one readable feature is a part of the other: "retry" of "retry loop"."""
    if is_cjk(one) or is_cjk(other):
        return one in other or other in one
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def strongest(
    gains: Mapping[str, float], most: int, side: float = 1.0
) -> Iterator[tuple[str, float]]:
    """Yield the words that moved a sum most to a side (1 or -1), and their part in it.

    Words with less than LEAST of the best word's part are left out, since nearly every word has
    some. Of a word and a phrase that contains it, only the one with more comes.
    """
    ranked = sorted(gains.items(), key=lambda one: (-side * one[1], -len(one[0]), one[0]))
    found: list[str] = []
    for word, part in ranked:
        if side * part <= 0 or side * part < LEAST * side * ranked[0][1] or len(found) == most:
            return
        if not any(overlap(word, other) for other in found):
            found.append(word)
            yield word, part
