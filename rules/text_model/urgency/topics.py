"""Find the topics of a text that make issues more or less urgent.

Their words carry over to trackers that nobody learned from. Their weights were set by hand, before
any figure was measured; training adds to them what the trackers show.

Words are separated by spaces. `_` joins a pair of words, `*` stands for any ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from rules.text_model.urgency.calm_topics import CALM
from rules.text_model.urgency.urgent_topics import URGENT

TOPICS: Mapping[str, tuple[float, str]] = {**URGENT, **CALM}
"""The weight and the words of each topic. A weight above 0 means urgent."""

SHORTEST = 3
"""The least letters before a `*`."""

CURLED = "\u2019"
"""The apostrophe of typographers. The words have the straight one."""


Places = tuple[int, ...]
"""The places of topics in TOPICS."""


@cache
def _index() -> tuple[Mapping[str, Places], Mapping[str, Places], frozenset[str]]:
    """Return the topics by whole word, those by the beginning of a word, and all first words."""
    whole: dict[str, Places] = {}
    begun: dict[str, Places] = {}
    for place, (_, words) in enumerate(TOPICS.values()):
        for form in _forms(words):
            index = begun if form.endswith("*") else whole
            key = form.removesuffix("*")
            index[key] = (*index.get(key, ()), place)
    pairs = (key for key in (*whole, *begun) if " " in key)
    return whole, begun, frozenset(pair.partition(" ")[0] for pair in pairs)


def _forms(words: str) -> list[str]:
    return [word.replace("_", " ") for word in words.split()]


def topics_of(words: str) -> Places:
    """Return the topics of a word or a pair of words."""
    first, space, _ = words.partition(" ")
    # Most pairs have no topic: do not fill the cache with them.
    return () if space and first.replace(CURLED, "'") not in _index()[2] else _topics_of(words)


@lru_cache(50_000)
def _topics_of(words: str) -> Places:
    whole, begun, _ = _index()
    words = words.replace(CURLED, "'")
    found = set(whole.get(words, ()))
    for end in range(SHORTEST, len(words) + 1):
        found.update(begun.get(words[:end], ()))
    return tuple(sorted(found))
