"""Give the statements of a text with their numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rules.facts.statements.statement import GAP, Statement
from rules.facts.text_metrics.quantities import Dimension, Mention, mentions

LONGEST = 400
"""Limit in characters of a sentence. Longer ones are pasted logs."""

_DIGIT = re.compile("[0-9一二三四五六七八九十两几数上每]")
_COUNTS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "half",
    "all",
    "no",
    "over",
    "above",
]
_HINT = re.compile(
    "|".join(f"{count} " for count in _COUNTS)
    + "|dozen|hundreds|thousands|once|twice|every|each|hourly|daily|weekly|monthly|exceed|beyond|"
    "超|所有|全部|全体|没有|未见|无"
)
"""A sentence with neither a digit nor one of these has no metrics, as most sentences.

Without groups, since a pattern whose choices all begin with a letter is fast.
"""
_LINK = re.compile(r"https?://\S+")
_GAP = re.compile(rf"\s*{GAP}[\s{GAP}]*")
_PARTED = " ,。 "
"""Stands for a gap. No pattern reads across it: it ends a part of a sentence in each language."""


class Sentence:
    """A sentence and its numbers, in their order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions = mentions(text)
        self._lower = text.lower()

    def has(self, *pieces: str) -> bool:
        """Return whether the sentence contains one of the pieces. Faster than a pattern."""
        return any(piece in self._lower for piece in pieces)

    def of(self, *dimensions: Dimension) -> list[Mention]:
        """Return the numbers of these dimensions."""
        return [one for one in self.mentions if one.quantity.dimension in dimensions]

    def before(self, mention: Mention, chars: int = 24) -> str:
        """Return the text before a number."""
        return self.text[max(mention.start - chars, 0) : mention.start]

    def after(self, mention: Mention, chars: int = 40) -> str:
        """Return the text after a number."""
        return self.text[mention.end : mention.end + chars]


def sentences(statements: Iterable[Statement]) -> Iterator[Sentence]:
    """Yield what each statement affirms, in compatibility form (NFKC), without links."""
    return numbered(one.affirmed for one in statements)


def numbered(texts: Iterable[str]) -> Iterator[Sentence]:
    """Yield the texts that may have numbers, as sentences."""
    for text in texts:
        part = _plain(text)
        if part and (_DIGIT.search(part) or _HINT.search(part.lower())):
            yield Sentence(part)


def sentence_of(text: str) -> Sentence:
    """Return a text as a sentence, whether or not it has numbers."""
    return Sentence(_plain(text))


def _plain(text: str) -> str:
    text = _LINK.sub(" ", text) if "://" in text else text
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    text = _GAP.sub(_PARTED, text) if GAP in text else text
    return text.strip(" .!?。;,")[:LONGEST]
