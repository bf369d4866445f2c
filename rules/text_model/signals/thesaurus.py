"""Find concepts in a text: words of one meaning in English and Chinese.

`data/concepts.tsv` lists the words of each concept. "deadline" and 截止 are the same concept, so
the two languages teach each other, and a word that no training text has still counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import compress, pairwise
from typing import NamedTuple

SHIPPED = files("rules") / "text_model" / "data" / "concepts.tsv"

TOKEN = re.compile(r"[\u3400-\u9fff]+|[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|[?%$€£+=<]")
"""A run of Chinese characters, a word, a number or a sign, in a text of lower case."""

_MAX_KEPT = 50_000
_NO_WORD = ""


class Found(NamedTuple):
    """A term of a concept in a text."""

    concept: str
    term: str


class _Word(NamedTuple):
    text: str
    stem: bool
    """Whether the word may go on: written with an asterisk in the file."""

    def fits(self, word: str) -> bool:
        return word.startswith(self.text) if self.stem else word == self.text


class _Phrase(NamedTuple):
    found: Found
    more: tuple[_Word, ...]
    """The words after the first."""


class Thesaurus:
    """The words of each concept, ready for a search in linear time."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._words: dict[str, list[_Phrase]] = defaultdict(list)
        self._stems: dict[str, list[_Phrase]] = defaultdict(list)
        self._chinese: dict[int, dict[str, list[Found]]] = {
            length: defaultdict(list) for length in (1, 2)
        }
        for line in lines:
            concept, english, chinese = line.split("\t")
            for term in _terms(english):
                self._add(concept, term)
            for term in _terms(chinese):
                self._chinese[min(len(term), 2)][term[:2]].append(Found(concept, term))
        self._starting = lru_cache(_MAX_KEPT)(self._look_up)
        self._following = lru_cache(_MAX_KEPT)(self._with_second)

    def _add(self, concept: str, term: str) -> None:
        first, *more = (word for part in term.replace("-", " ").split() for word in _split(part))
        found = self._stems if first.stem else self._words
        found[first.text].append(_Phrase(Found(concept, term), tuple(more)))

    def _look_up(self, word: str) -> tuple[_Phrase, ...]:
        """Return the terms that begin with a word."""
        stems = (self._stems.get(word[:end], ()) for end in range(1, len(word) + 1))
        return (*self._words.get(word, ()), *(phrase for some in stems for phrase in some))

    def _with_second(self, word: str, following: str) -> tuple[_Phrase, ...]:
        """Return the terms that begin with two words; a term may also be the first alone."""
        starting = self._starting(word)
        return tuple(one for one in starting if not one.more or one.more[0].fits(following))

    def find(self, text: str, tokens: Sequence[str]) -> list[Found]:
        """Return the terms in a text of lower case, whose tokens are given."""
        found = [*self._english(tokens)]
        return found if text.isascii() else [*found, *self._in_chinese(text)]

    def _english(self, tokens: Sequence[str]) -> Iterator[Found]:
        pairs = enumerate(pairwise((*tokens, _NO_WORD)))
        # Most words begin no term.
        for at, (token, second) in compress(pairs, map(self._starting, tokens)):
            for found, more in self._following(token, second):
                if len(more) < 2 or _fit(more[1:], tokens[at + 2 : at + 1 + len(more)]):
                    yield found

    def _in_chinese(self, text: str) -> Iterator[Found]:
        for length, starting in self._chinese.items():
            keys = [text[at : at + length] for at in range(len(text) - length + 1)]
            for at, key in compress(enumerate(keys), map(starting.__contains__, keys)):
                yield from (one for one in starting[key] if text.startswith(one.term, at))


def _fit(more: Sequence[_Word], words: Sequence[str]) -> bool:
    return len(more) == len(words) and all(a.fits(b) for a, b in zip(more, words, strict=True))


def _terms(cell: str) -> list[str]:
    return sorted({part.strip().lower() for part in cell.split(", ")} - {""})


def _split(part: str) -> list[_Word]:
    """Return the tokens of a word of a term; only the last may be a stem."""
    tokens = TOKEN.findall(part)
    return [
        _Word(token, last and part.endswith("*"))
        for token, last in zip(tokens, [*[False] * (len(tokens) - 1), True], strict=False)
    ]


@cache
def shipped() -> Thesaurus:
    """Return the thesaurus that ships with Sluice."""
    _, *lines = SHIPPED.read_text("utf-8").splitlines()
    return Thesaurus(lines)
