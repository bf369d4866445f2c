"""Seal the words of a team: names of features that only the holder of a key can make or check.

The key is a secret of the site and is not in any file. Without it, nobody can read a sealed name,
or find out whether a guessed word is among them. The method is keyed BLAKE2 (RFC 7693).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rules.text_model.features import BODY, FIRST, LAST, TITLE, is_cjk
from rules.text_model.model_file import ModelError

MIN_KEY = 16
"""Minimum length of a key in bytes. Shorter ones can be guessed."""

BLOCKS: Mapping[str, float] = {TITLE: 1.0, BODY: 0.5}
"""The parts of a text with their weight. A title says more about an issue than its body."""

Name = tuple[str, str]
"""A feature: its block, and its words."""

_LONG = 24
"""A longer word is no word of a language."""

_WITH_NUMBER = re.compile(r"[a-z]{0,5}0|0[a-z]{1,2}")
"""Short words with one number at an end: "v2", "utf8", "2x". All digits are masked as 0."""

_NO_WORD = 7
"""A shorter word may lack vowels, as "https" does."""

_FEW_VOWELS = 0.15
"""A longer word with a smaller share of vowels is a code."""


@dataclass(frozen=True)
class Seal:
    """Names of features under a key. Raises ModelError if the key is too short."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < MIN_KEY:
            raise ModelError(
                f"the model key has {len(self.key)} bytes: use at least {MIN_KEY}, such as those "
                "of `openssl rand -hex 32`"
            )

    @cached_property
    def check(self) -> str:
        """Return a digest that tells two keys apart. It does not help to find the key."""
        return hashlib.blake2b(b"", key=self._whole, person=b"check", digest_size=8).hexdigest()

    def names(self, found: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
        """Return the sealed name of each feature and its value; `found` is of `features`.

        The values of each part of the text have a length of the weight of the part.
        """
        return {self.name(block, word): value for block, word, value in _valued(found)}

    def readable(self, found: Mapping[str, Mapping[str, int]]) -> dict[str, Name]:
        """Return the feature of each sealed name, for the text that somebody reads anyway."""
        return {self.name(block, word): (block, word) for block, word, _ in _valued(found)}

    def name(self, block: str, word: str) -> str:
        """Return the sealed name of a feature."""
        return self._cached(block, word)

    @cached_property
    def _whole(self) -> bytes:
        """Return the key in the length that BLAKE2 takes."""
        return hashlib.blake2b(self.key, person=b"sluice seal").digest()

    @cached_property
    def _cached(self) -> Callable[[str, str], str]:
        start = hashlib.blake2b(key=self._whole, digest_size=8)

        @lru_cache(1 << 15)
        def name(block: str, word: str) -> str:
            one = start.copy()
            one.update(f"{block}\t{word}".encode("utf-8", "surrogatepass"))
            return one.hexdigest()

        return name


def _valued(found: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str, float]]:
    """Yield block, words and value of each feature that may be kept."""
    for block, weight in BLOCKS.items():
        kept = [(w, 1 + math.log(n)) for w, n in found.get(block, {}).items() if may_keep(w)]
        length = math.sqrt(sum(value * value for _, value in kept))
        for word, value in kept:
            yield block, word, weight * value / length


@lru_cache(1 << 15)
def may_keep(feature: str) -> bool:
    """Return whether a feature may be in a team's model, even sealed.

    Left out are single characters of Chinese, of which there are few enough to try, and tokens.
    """
    words = [word for word in feature.split(" ") if word not in (FIRST, LAST)]
    if any(map(is_cjk, words)):
        return len(words) > 1 and all(map(is_cjk, words))
    return not any(map(_is_code, words))


def _is_code(word: str) -> bool:
    """Return whether a word is a token, a hash, a serial number or the like."""
    if "0" in word:
        return not _WITH_NUMBER.fullmatch(word)
    vowels = sum(letter in "aeiouy" for letter in word)
    unspoken = word.isascii() and len(word) >= _NO_WORD and vowels < _FEW_VOWELS * len(word)
    return len(word) > _LONG or unspoken
