"""Extract the features of one statement: concepts, their terms, its shape, words and stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations, pairwise

from rules.text_model.features import is_cjk
from rules.text_model.signals.thesaurus import TOKEN, Found, shipped

MAX_STATEMENT = 600
"""Limit in characters: a longer sentence is a list or a log."""

CONCEPT, TERM, SHAPE, PAIR, WORD, STEM = "ctnpws"
"""The kinds of features: the first letter of each name."""

WEIGHTS = {CONCEPT: 1.0, TERM: 0.7, SHAPE: 1.0, PAIR: 0.5, WORD: 0.6, STEM: 0.4}

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SHAPES = {
    "percent": re.compile(r"\d\s*(?:%|per ?cent)|百分之|[一二三四五六七八九]成"),
    "money": re.compile(
        r"[$€£¥]\s?\d|\d\s*(?:k|m|eur|euros?|usd|dollars?|pounds?|million)\b|\d\s*[万亿]?[元块]"
    ),
    "large": re.compile(
        r"\d{1,3}[,.]\d{3}|\d{4,}|\d\s*[万亿]|thousand|million|[百千万亿][名人户家]"
    ),
    "number": re.compile(r"\d"),
    "date": re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b|\b{_MONTH}\s\d|\d\s*[月号日]"
    ),
    "time": re.compile(r"\d\s*(?:ms|s|sec|seconds?|min|minutes?)\b|\d\s*(?:毫秒|秒|分钟)"),
    "until": re.compile(
        r"\b(?:by|before|until|till|no later than)\s(?:the\s)?"
        rf"(?:\d|{_MONTH}|q[1-4]|mon|tue|wed|thu|fri|end|christmas|easter)|\d\s*[月号日]?[之以]?前|底前"
    ),
    "quote": re.compile('["“「]'),
}
_PAIRED = ("percent", "money", "large", "date", "time", "until", "quote")
_ITEM = re.compile(r"[,，、;；/+]| and | & |及|和|与")
_MANY = (3, 5, 7)
_LENGTHS = (20, 40, 70, 110, 160)
_DENSE = 2.5
"""A Chinese character says as much as this many English ones."""

_LEAST, _STEMS = 5, (4, 5)


def plain(text: str) -> str:
    """Return a statement in lower case and one form of each sign."""
    text = unicodedata.normalize("NFKC", text[:MAX_STATEMENT]).lower()
    return text.replace("\u2019", "'").replace("-", " ")


def features(text: str) -> dict[str, float]:
    """Return the features of a statement, each with its value."""
    text = plain(text)
    tokens = TOKEN.findall(text)
    found = shipped().find(text, tokens)
    shapes = [*_shapes(text)]
    names = [*_meaning(found, shapes), *(f"{SHAPE}:{shape}" for shape in shapes)]
    names += _words([*_spelled(tokens)])
    return {name: WEIGHTS[name[0]] for name in names}


def _meaning(found: list[Found], shapes: list[str]) -> Iterator[str]:
    concepts = sorted({one.concept for one in found})
    yield from (f"{CONCEPT}:{concept}" for concept in concepts)
    yield from (f"{TERM}:{concept}:{term}" for concept, term, _ in found)
    together = [*concepts, *(shape for shape in shapes if shape in _PAIRED)]
    yield from (f"{PAIR}:{one}&{other}" for one, other in combinations(together, 2))


def _shapes(text: str) -> Iterator[str]:
    yield from (name for name, pattern in _SHAPES.items() if pattern.search(text))
    items = len(_ITEM.findall(text))
    yield from (f"list{many}" for many in _MANY if items >= many)
    length = len(text) * (_DENSE if is_cjk(text) else 1)
    yield f"length{sum(length > limit for limit in _LENGTHS)}"


def _spelled(tokens: list[str]) -> Iterator[str]:
    """Yield each word and each Chinese character; all numbers are the same."""
    for token in tokens:
        if is_cjk(token):
            yield from token
        else:
            yield "0" if token[0].isdigit() else token


def _words(words: list[str]) -> Iterator[str]:
    yield from (f"{WORD}:{word}" for word in words)
    yield from (f"{WORD}:{one} {other}" for one, other in pairwise(("^", *words, "$")))
    long = (word for word in words if len(word) >= _LEAST)
    yield from (f"{STEM}:{word[:end]}" for word in long for end in _STEMS)
