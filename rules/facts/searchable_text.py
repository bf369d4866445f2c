"""A text made ready to be searched: folded, and taken apart into words once for all rules."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK = re.compile(f"[{CJK}]")
_RUN = re.compile(f"[{CJK}]{{2,}}")
_WORD = re.compile(rf"[^\W{CJK}]+")
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{64})[^\w\s\x00-\x7f]+")

MAX_CHARS = 32_767
"""Jira's own limit of a text field; what is longer is cut, so that no text can hold a worker."""


def fold(raw: str) -> str:
    """Lower case, with compatibility forms made one (full-width letters, ligatures)."""
    return unicodedata.normalize("NFKC", raw).lower()


class Text:
    """A text made ready for many queries; the work is done once, when the first query asks."""

    def __init__(self, raw: str) -> None:
        self._raw = raw[:MAX_CHARS]
        self._heads: dict[int, frozenset[str]] = {}

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

    def heads(self, length: int) -> frozenset[str]:
        """The first letters of every word, so many of each, to look beginnings up in."""
        if length not in self._heads:
            self._heads[length] = frozenset([word[:length] for word in self.words])
        return self._heads[length]

    @cached_property
    def spaced(self) -> str:
        """The words in their order, one space between and around them, to find phrases in."""
        return f" {' '.join(self._in_order)} "

    @cached_property
    def has_cjk(self) -> bool:
        """Whether there is any Chinese, Japanese or Korean in it."""
        return not self._raw.isascii() and _CJK.search(self.folded) is not None

    @cached_property
    def chars(self) -> frozenset[str]:
        """Every character of the text."""
        return frozenset(self.folded)

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every two characters of CJK that stand side by side."""
        runs = _RUN.findall(self.folded)
        return frozenset([run[at : at + 2] for run in runs for at in range(len(run) - 1)])
