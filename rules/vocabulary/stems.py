"""Reduce English words to their stems: the forms of one word are found by any of them."""

from __future__ import annotations

import re
from functools import lru_cache

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a an and are as at be but by for if in into is it of on or such that the their then there
        these they this to was with
        """,
    )
)
"""Words that a search skips, as Jira's does; `no`, `not` and `will` stay, since they change what a
text affirms."""

LONGEST = 30
"""Letters of the longest word that is reduced; what is longer is data, not English."""

_WHOLE = frozenset(
    re.findall(
        r"\w+",
        """
        news always series species lens goods means customs premises savings earnings https
        during being nothing something anything everything morning evening
        accounting banking beginning booking building ceiling clothing engineering finding heading
        hearing heating housing interesting landing lighting marketing meaning meeting missing
        offering parking rating recording setting shipping spelling staging timing training
        warning wedding
        advanced embed experienced fixed hundred limited mixed united
        """,
    )
)
"""Words of their own that look like forms of others: a rating is no rate, goods are not good."""

_PLURALS = frozenset(re.findall(r"\w+", "apis clis cpus emojis gpus guis kpis menus skus wikis"))
"""Plurals with the ending of singulars such as status and analysis."""

_VOWEL = re.compile("[aeiouy]")
_SHORT = re.compile(r"[^aeiouy]*[aeiouy][^aeiouywx]")


def stem(word: str) -> str:
    """Return the stem of a word in lower case: that of fail for fails, failed and failing.

    Only inflections are removed, as by Jira's moderate stemming: customer and custom stay apart.
    """
    # What is no word is not kept in memory: numbers and data would fill it.
    return _reduced(word) if 3 < len(word) <= LONGEST and word.isalpha() else word


@lru_cache(maxsize=16_384)
def _reduced(word: str) -> str:
    if not word.isascii() or word in _WHOLE:
        return word
    found = _singular(word)
    return found if found in _WHOLE else _ended(_present(found))


def _singular(word: str) -> str:
    if word.endswith(("ies", "oes")) and len(word) > 4:
        return f"{word[:-3]}y" if word.endswith("ies") else word[:-2]
    if word.endswith(("ss", "us", "is", "ias", "vas")) and word not in _PLURALS:
        return word
    return word.removesuffix("s")


def _present(word: str) -> str:
    """Return the word without -ed or -ing."""
    if word.endswith(("ied", "reed", "teed")) and len(word) > 4:
        return f"{word[:-3]}y" if word.endswith("ied") else word[:-1]
    found = word[:-3] if word.endswith("ing") else word[:-2]
    if not word.endswith(("ed", "ing")) or word.endswith("eed") or len(found) < 2:
        return word
    return _undoubled(found) if _VOWEL.search(found) else word


def _undoubled(found: str) -> str:
    """Return stop for stopp, and note for not: noting is a form of note."""
    if len(found) > 3 and found[-1] == found[-2] and found[-1] not in "aeioulsz":
        return found[:-1]
    return f"{found}e" if len(found) == 2 or _SHORT.fullmatch(found) else found


def _ended(word: str) -> str:
    """Return one form for create and creat(ing), cancel and cancell(ed), cookie and cooky."""
    if word.endswith(("ell", "oll")) and _VOWEL.search(word[:-3]):
        return word[:-1]
    if len(word) < 4 or not word.endswith("e") or _SHORT.fullmatch(word[:-1]):
        return word
    return f"{word[:-2]}y" if word.endswith("ie") and len(word) > 4 else word[:-1]
