"""Prepare a text for searches: fold it and split it into words, once for all rules."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

from rules.facts.statements.statement import GAP
from rules.vocabulary.stems import stem

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK = re.compile(f"[{CJK}]")
_RUN = re.compile(f"[{CJK}]{{2,}}")
_WORD = re.compile(rf"[^\W{CJK}]+|{GAP}+")
_ASCII_WORD = re.compile(rf"\w+|{GAP}+")
"""The same words in a text without other letters: a smaller set of characters is faster."""
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{64})[^\w\s\x00-\x7f]+")

MAX_CHARS = 32_767
"""Jira's limit of a text field. Longer texts are cut, so that no text can block a worker."""


def fold(raw: str) -> str:
    """Return lower case, with compatibility forms unified (full-width letters, ligatures)."""
    return unicodedata.normalize("NFKC", raw).lower()


class Text:
    """A text prepared for many queries. Each part is computed once, at its first use.

    `as_stated` is the text for terms that deny or hedge themselves, such as "not urgent": the same
    text, with what it does not affirm. Without it, the text serves for all terms. A text of two
    `parts` uses what they have prepared already.
    """

    def __init__(
        self, raw: str, as_stated: Text | None = None, parts: tuple[Text, ...] = ()
    ) -> None:
        self.raw = raw[:MAX_CHARS]
        self._parts = parts
        self.as_stated = as_stated or self
        self._heads: dict[int, frozenset[str]] = {}

    @classmethod
    def joined(cls, parts: tuple[Text, ...]) -> Text:
        """Return the text of several ones, each on lines of its own."""
        stated = tuple(part.as_stated for part in parts)
        return cls("", None if stated == parts else cls("", None, stated), parts)

    @cached_property
    def folded(self) -> str:
        """Return the text in lower case with unified compatibility forms."""
        if self._parts:
            return "\n".join([part.folded for part in self._parts])
        raw = self.raw
        # Normalizing is quadratic in a run of accents. Real text has fewer than 64 on a letter.
        return raw.lower() if raw.isascii() else fold(_MARKS.sub(r"\1", raw))

    @cached_property
    def _in_order(self) -> list[str]:
        if self._parts:
            return [word for part in self._parts for word in part._in_order]
        return (_ASCII_WORD if self.folded.isascii() else _WORD).findall(self.folded)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of the text that are not CJK, and its gaps."""
        if self._parts:
            return frozenset().union(*[part.words for part in self._parts])
        return frozenset(self._in_order)

    def heads(self, length: int) -> frozenset[str]:
        """Return the first `length` letters of every word, for searches by prefix."""
        if length not in self._heads:
            self._heads[length] = frozenset([word[:length] for word in self.words])
        return self._heads[length]

    @cached_property
    def spaced(self) -> str:
        """Return words and gaps in their order, a space around each, for searches by phrase."""
        return f" {' '.join(self._in_order)} "

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the stems of the words, for searches by word."""
        if self._parts:
            return frozenset().union(*[part.stems for part in self._parts])
        return frozenset(map(stem, self.words))

    @cached_property
    def stemmed(self) -> str:
        """Return the stems in the order of their words, a space around each."""
        return f" {' '.join(map(stem, self._in_order))} "

    @cached_property
    def has_cjk(self) -> bool:
        """Return whether the text contains Chinese, Japanese or Korean."""
        if self._parts:
            return any(part.has_cjk for part in self._parts)
        return not self.raw.isascii() and _CJK.search(self.folded) is not None

    @cached_property
    def chars(self) -> frozenset[str]:
        """Return the characters of the text."""
        if self._parts:
            return frozenset("\n").union(*[part.chars for part in self._parts])
        return frozenset(self.folded)

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Return all pairs of adjacent CJK characters."""
        if self._parts:
            return frozenset().union(*[part.pairs for part in self._parts])
        runs = _RUN.findall(self.folded)
        return frozenset([run[at : at + 2] for run in runs for at in range(len(run) - 1)])
