"""Find the rows of a model that hold the features of a statement, without spelling their names.

Most words are the same in all issues, so the rows of a word are looked up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rules.text_model import word_vectors
from rules.text_model.signals.features import (
    SHORT,
    WORD,
    neighbours,
    of_term,
    of_word,
    plain,
    spelled,
    told,
)
from rules.text_model.signals.said import Said
from rules.text_model.signals.thesaurus import TOKEN

_MAX_WORDS = 50_000


class Rows:
    """The rows of a model's features, by name; below them are the rows of word vectors."""

    def __init__(self, names: Sequence[str]) -> None:
        self._rows = {name: row for row, name in enumerate(names)}
        words = ((name[2:], row) for name, row in self._rows.items() if name[0] == WORD)
        phrases = ((word.partition(" "), row) for word, row in words)
        self._pairs = {(one, other): row for (one, space, other), row in phrases if space}
        vectors = word_vectors.words().items()
        self._vectors = {word: len(names) + n for word, n in vectors if len(word) >= SHORT}
        self._of_word = lru_cache(_MAX_WORDS)(lambda word: self._known(of_word(word)))
        self._of_term = lru_cache(_MAX_WORDS)(lambda term: self._known(of_term(term)))

    def of(self, said: Said) -> tuple[list[int], list[int]]:
        """Return the rows of the features that a statement has, and those of its words' vectors.

        A feature counts once, a vector as often as its word.
        """
        text = plain(said.text)
        tokens = TOKEN.findall(text)
        words = spelled(tokens)
        terms, others = told(said, text, tokens)
        rows = {*map(self._rows.get, others), *map(self._pairs.get, neighbours(words))}
        rows.update(*map(self._of_term, terms), *map(self._of_word, words))
        meant = map(self._vectors.get, tokens)
        return [n for n in rows if n is not None], [n for n in meant if n is not None]

    def _known(self, names: Iterable[str]) -> tuple[int, ...]:
        """Return the rows of the features that the model has."""
        found = map(self._rows.get, names)
        return tuple(row for row in found if row is not None)
