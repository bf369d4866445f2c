"""Find and mask names of people and things, so that models do not learn them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from rules.text_model.features import is_cjk

MASK = "<user>"
"""The mask of a name. All masks become the same feature."""

_INSIDE = re.compile(r"(?<=[a-z,;)] )[A-Z][a-z]+(?!\w)")
_PAIR = re.compile(r"(?<!\w)(?=([A-Z][a-z]+) ([A-Z][a-z]+)(?!\w))")
_SMALL = re.compile(r"(?<!\w)[a-z]+(?!\w)")
_LONG = re.compile(r"(?<!\w)[A-Za-z]{4,}(?!\w)")
_CHINESE = re.compile(
    "人[:\uff1a]\\s*([\u4e00-\u9fff]{2,3})|([\u4e00-\u9fff]{2,3})(?=先生|女士|小姐|同学)"
)


def names_in(texts: Iterable[str]) -> set[str]:
    """Return words that always have a capital, and occur inside a sentence at least once.

    These are names of people, products and places, which are not evidence for a class of work.
    Chinese has no capitals: there, names stand before 先生 and similar titles, or after 负责人：.
    """
    capital: set[str] = set()
    small: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    chinese: set[str] = set()
    for text in texts:
        chinese.update(one or other for one, other in _CHINESE.findall(text))
        for line in text.splitlines():
            if not _in_title_case(line):
                capital.update(_INSIDE.findall(line))
                small.update(_SMALL.findall(line))
                pairs.update(_PAIR.findall(line))
    found = {word for word in capital if word.lower() not in small}
    first = {one for one, other in pairs if other in found and one.lower() not in small}
    return found | first | chinese


def _in_title_case(line: str) -> bool:
    """Return Whether a Line Is Written Like This. Its capitals do not mark names."""
    long = _LONG.findall(line)
    return len(long) > 2 and all(word[0].isupper() for word in long)


def pattern_of(names: Collection[str]) -> re.Pattern[str]:
    """Return a pattern of any of these names as whole words, in any case: no "Ada" in "adapt"."""
    # Longest first: a shorter alternative would match only a part of a name.
    longest = sorted(names, key=lambda name: (-len(name), name))
    words = "|".join(re.escape(name) for name in longest if not is_cjk(name))
    others = [re.escape(name) for name in longest if is_cjk(name)]
    whole = [rf"(?<![^\W_])(?:{words})(?![^\W_])"] if words else []
    return re.compile("|".join([*whole, *others]) or r"(?!)", re.IGNORECASE)


def parts_of(people: Iterable[str]) -> set[str]:
    """Return full names and each of their words: Ada Lovelace, Ada, Lovelace, 王小明."""
    whole = {name.strip() for name in people}
    words = {word for name in whole for word in re.split(r"[\W\d_]+", name)}
    return {name for name in whole | words if len(name) > 1}
