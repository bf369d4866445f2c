"""Find the rows of a model that hold the features of a statement, without spelling their names.

Most words are the same in all issues, so the rows of a word are looked up once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rules.text_model import word_vectors
from rules.text_model.signals.features import (
    SHORT,
    WORD,
    neighbours,
    of_word,
    plain,
    spelled,
    told,
)
from rules.text_model.signals.said import Said
from rules.text_model.signals.thesaurus import TOKEN

_MAX_WORDS = 50_000


class Rows:
    """The rows of a model's features, by name, and the rows of word vectors."""

    def __init__(self, names: Sequence[str]) -> None:
        self._rows = {name: row for row, name in enumerate(names)}
        words = ((name[2:], row) for name, row in self._rows.items() if name[0] == WORD)
        phrases = ((word.partition(" "), row) for word, row in words)
        self._pairs = {(one, other): row for (one, space, other), row in phrases if space}
        self._vectors = {w: n for w, n in word_vectors.words().items() if len(w) >= SHORT}
        self._of_word = lru_cache(_MAX_WORDS)(self._look_up)

    def of(self, said: Said) -> tuple[list[int], list[int]]:
        """Return the rows of the features that a statement has, and those of its words' vectors.

        A feature counts once, a vector as often as its word.
        """
        text = plain(said.text)
        tokens = TOKEN.findall(text)
        words = spelled(tokens)
        rows = {*map(self._rows.get, told(said, text, tokens))}
        rows.update(map(self._pairs.get, neighbours(words)), *map(self._of_word, words))
        meant = map(self._vectors.get, tokens)
        return [n for n in rows if n is not None], [n for n in meant if n is not None]

    def _look_up(self, word: str) -> tuple[int, ...]:
        found = map(self._rows.get, of_word(word))
        return tuple(row for row in found if row is not None)
