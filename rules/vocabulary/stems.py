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

_KEPT = frozenset(("news", "always", "series", "species", "lens", "during"))
_ENDING = re.compile(r"(.*[aeiouy].*)(?<!e)(?:ed|ing)")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a word in lower case: that of fail for fails, failed and failing.

    Only inflections are removed, as by Jira's moderate stemming: customer and custom stay apart.
    """
    if len(word) < 4 or not (word.isascii() and word.isalpha()) or word in _KEPT:
        return word
    found = _present(_singular(word))
    return found[:-1] if len(found) > 3 and found.endswith("e") else found


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def _present(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return f"{word[:-3]}y"
    match = _ENDING.fullmatch(word)
    if match is None or len(match.group(1)) < 2:
        return word
    found = match.group(1)
    if len(found) == 2:
        return f"{found}e"
    doubled = len(found) > 3 and found[-1] == found[-2] and found[-1] not in "aeioulsz"
    return found[:-1] if doubled else found
