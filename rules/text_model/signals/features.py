"""Extract the features of one statement: concepts, their terms, its shape, words and stems."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from rules.text_model import word_vectors
from rules.text_model.features import BODY
from rules.text_model.features import readable as reasonable
from rules.text_model.signals.said import NEGATED, Said
from rules.text_model.signals.shapes import shapes
from rules.text_model.signals.thesaurus import TOKEN, Found, shipped

MAX_STATEMENT = 600
"""Limit in characters: a longer sentence is a list or a log."""

MOST_READABLE = 60

CONCEPT, DENIED, TERM, SHAPE, PAIR, WORD, STEM = "cdtnpws"
"""The kinds of features: the first letter of each name."""

WEIGHTS = {CONCEPT: 1.5, DENIED: 1.5, TERM: 0.7, SHAPE: 1.0, PAIR: 0.5, WORD: 0.6, STEM: 0.4}

_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")

_FIRST_CJK = "\u3400"
_LEAST, _STEMS = 5, (4, 5)
SHORT = 3
"""A word of fewer letters has no vector."""


_PAIRED = frozenset(
    (
        *("metric_good", "metric_bad", "went_up", "went_down", "measured", "nobody", "people"),
        *("people_ask", "people_data", "hand_to_others", "abroad", "live_words", "heavy_words"),
        *(
            "no_hurry",
            "is_down",
            "test_won",
            "test_lost",
            "all_customers",
            "money_amount",
            "per_month",
            "renewal",
        ),
        *("changes_cost", "get_access", "others_data", "neg", "hypo", "plan", "past", "ask"),
        *("money", "until", "date", "percent", "percent most", "percent few", "plus", "minus"),
        *("part most", "part few"),
    )
)
"""Concepts and shapes that mean something else together: "conversion" and "fell"."""


def plain(text: str) -> str:
    """Return a statement in lower case and one form of each sign."""
    text = text[:MAX_STATEMENT]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    text = text.lower()
    return _HYPHEN.sub(" ", text) if "-" in text else text


def meaning(tokens: Sequence[str]) -> NDArray[np.float32]:
    """Return the sum of the word vectors of a statement, shorter the more words there are."""
    get = word_vectors.words().get
    rows = [row for word in tokens if len(word) >= SHORT and (row := get(word)) is not None]
    vectors = word_vectors.shipped()
    if not rows:
        return np.zeros(vectors.shape[1], np.float32)
    return np.asarray(vectors[rows].sum(axis=0) / math.sqrt(len(rows)))


def features(said: Said) -> tuple[dict[str, float], NDArray[np.float32]]:
    """Return the features of a statement, each with its value, and what its words mean."""
    text = plain(said.text)
    tokens = TOKEN.findall(text)
    words = spelled(tokens)
    found, others = told(said, text, tokens)
    names = [
        *(name for one in found for name in of_term(one)),
        *others,
        *(name for word in words for name in of_word(word)),
        *(f"{WORD}:{one} {other}" for one, other in neighbours(words)),
    ]
    return {name: WEIGHTS[name[0]] for name in names}, meaning(tokens)


def readable(text: str) -> list[str]:
    """Return words and phrases of a plain statement that can be a reason.

    At most MOST_READABLE: each is tried.
    """
    tokens = TOKEN.findall(text)
    terms = [term for _, term in shipped().find(text, tokens) if term in text]
    phrases = [term for term in terms if " " in term or (len(term) > 1 and not term.isascii())]
    words = [word for word in tokens if word.isascii() and reasonable(BODY, word)]
    return [*dict.fromkeys([*phrases, *words])][:MOST_READABLE]


def told(said: Said, text: str, tokens: Sequence[str]) -> tuple[list[Found], list[str]]:
    """Return the terms in a statement, and its features apart from terms and words.

    Its plain text and the tokens of it are given.
    """
    found = shipped().find(text, tokens)
    shaped = {*shapes(text)}
    paired = sorted(_PAIRED.intersection(shaped.union([one.concept for one in found])))
    others = [*_denied(said, found)] if said.mark == NEGATED or said.affirmed is not None else []
    others += [f"{SHAPE}:{shape}" for shape in sorted(shaped)]
    others += [f"{PAIR}:{one}&{other}" for one, other in combinations(paired, 2)]
    return found, others


def of_term(found: Found) -> tuple[str, str]:
    """Return the features of a term: its concept, and itself."""
    return f"{CONCEPT}:{found.concept}", f"{TERM}:{found.concept}:{found.term}"


def _denied(said: Said, found: list[Found]) -> Iterator[str]:
    """Yield the concepts that are not affirmed: of "it has no hole, it is slow" only "hole"."""
    if said.mark == NEGATED:
        yield f"{DENIED}:"
    if said.affirmed is not None and found:
        text = plain(said.affirmed)
        affirmed = {one.concept for one in shipped().find(text, TOKEN.findall(text))}
        yield from (f"{DENIED}:{one.concept}" for one in found if one.concept not in affirmed)


def spelled(tokens: Sequence[str]) -> list[str]:
    """Return each word and each Chinese character; all numbers are the same."""
    if not any(map(_FIRST_CJK.__le__, tokens)):
        return ["0" if token[0].isdigit() else token for token in tokens]
    found: list[str] = []
    for token in tokens:
        if token[0] >= _FIRST_CJK:
            found += token
        else:
            found.append("0" if token[0].isdigit() else token)
    return found


def of_word(word: str) -> Iterator[str]:
    """Yield the features of a word: itself and its stems."""
    yield f"{WORD}:{word}"
    if len(word) >= _LEAST:
        yield from (f"{STEM}:{word[:end]}" for end in _STEMS)


def neighbours(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each word with the next one; the start and the end of a statement are words too."""
    return pairwise(("^", *words, "$"))
