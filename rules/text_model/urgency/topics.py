"""Find the topics of a text that make issues more or less urgent.

Their words carry over to trackers that nobody learned from. Their weights were set by hand, before
any figure was measured; training adds to them what the trackers show.

Words are separated by spaces. `_` joins a pair of words, `*` stands for any ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    first = {key.partition(" ")[0] for key in (*whole, *begun) if " " in key}
    return whole, begun, frozenset(first | {word.replace("'", CURLED) for word in first})


def _forms(words: str) -> list[str]:
    return [word.replace("_", " ") for word in words.split()]


def each_topic(counts: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text that have a topic, their count, and the place of the topic."""
    first = _index()[2]
    # Most pairs have no topic: do not look them up.
    may = [words for words in counts if (end := words.find(" ")) < 0 or words[:end] in first]
    for words, places in zip(may, map(topics_of, may), strict=True):
        for place in places:
            yield words, counts[words], place


@lru_cache(50_000)
def topics_of(words: str) -> Places:
    """Return the topics of a word or a pair of words."""
    whole, begun, _ = _index()
    words = words.replace(CURLED, "'")
    found = set(whole.get(words, ()))
    for end in range(SHORTEST, len(words) + 1):
        found.update(begun.get(words[:end], ()))
    return tuple(sorted(found))
