"""Read the statements of an issue: what its title and body say, and how they mean it.

Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from rules.facts.statements import sections, sentences
from rules.facts.statements.context import scopes
from rules.facts.statements.sections import Marked
from rules.facts.statements.statement import Part, Statement, Statements, Where, blank_all
from rules.facts.statements.triggers_en import words
from rules.vocabulary.marks import Mark

MAX_CHARS = 5_000
"""At most so many characters of a body are read for marks; later ones count as affirmed."""
MAX_BODY = 32_767

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
_LIGHT = frozenset(
    words(
        "a an the it its this that these those there is are was were be been has have had do does "
        "did will would of to for in on at by with from and or so we i you they he she our your "
        "their my also please all any some no not never without if could might may "
        "的 了 是 在 我 们 它 这 那 和 也 都 就 有"
    )
)
_PARTS_TO_SAY = 0.5
"""A sentence is affirmed if it affirms at least this part of its words that carry meaning."""


@lru_cache(maxsize=256)
def read_statements(title: str, body: str) -> Statements:
    """Return the statements of a title and a body. Never raises."""
    stated = sections.stated(body[:MAX_BODY])
    said = blank_all(stated.text, stated.headings)
    found = [*_read(title, "title", []), *_read(said, "body", stated.marks)]
    return Statements(
        all=tuple(found),
        title=title,
        body=stated.text,
        affirmed_title=_affirmed(title, found, "title"),
        affirmed_body=_affirmed(stated.text, found, "body"),
        headings=tuple(stated.headings),
    )


def is_hedged(term: str) -> bool:
    """Return whether a search term itself denies, hedges or asks: not urgent, 没有客户, whether."""
    return bool(scopes(term))


def _read(text: str, where: Where, marked_places: list[Marked]) -> Iterator[Statement]:
    marked = iter(marked_places)
    section = next(marked, None)
    for start, end in sentences.spans(text, MAX_CHARS):
        while section and section[1] <= start:
            section = next(marked, None)
        sentence = text[start:end]
        if not _WORD.search(sentence):
            continue
        if section and section[0] < end:
            parts = [Part(0, len(sentence), section[2], 0)]
        else:
            parts = _meant(sentence, where)
        yield Statement(sentence, _mark(sentence, parts), where, start, end, tuple(parts))


def _meant(sentence: str, where: Where) -> list[Part]:
    """Return the parts that are not affirmed. A title names the task, so a plan in it is one."""
    parts = scopes(sentence)
    if where == "title":
        return [one for one in parts if one.mark != "planned"]
    return parts


def _mark(sentence: str, parts: list[Part]) -> Mark:
    """Return the mark of most words that carry meaning; affirmed if it has at least half."""
    if not parts:
        return "affirmed"
    weights: Counter[Mark] = Counter({one.mark: 0 for one in parts})
    last: Mark = "affirmed"
    for match in _WORD.finditer(sentence):
        if match.group().lower() not in _LIGHT:
            within = (one.mark for one in parts if one.clause <= match.start() < one.end)
            last = next(within, "affirmed")
            weights[last] += 1
    if last == "past":
        return last  # "it was slow, but that is repaired": over at the end is over
    if weights["affirmed"] >= _PARTS_TO_SAY * weights.total() and weights["affirmed"]:
        return "affirmed"
    del weights["affirmed"]
    return max(weights, key=lambda mark: weights[mark])


def _affirmed(text: str, found: list[Statement], where: Where) -> str:
    parts, at = [], 0
    for one in found:
        if one.where == where:
            parts += [text[at : one.start], one.affirmed]
            at = one.end
    return "".join([*parts, text[at:]])
