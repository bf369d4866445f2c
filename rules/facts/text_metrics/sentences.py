"""A text's sentences, each with its numbers and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.facts.text_metrics.quantities import Dimension, Mention, mentions

MAX_CHARS = 8_000
LONGEST = 400
"""Characters of a text and of a sentence that are read: who writes more pastes a log."""

_END = re.compile(r"[.!?](?=\s|$)|[。！？；;\n\r|]+")
_DIGIT = re.compile("[0-9一二三四五六七八九十两几数上每]")
_HINT = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|half|all|no|over|above) |dozen|hundreds|"
    r"thousands|once|twice|every|each|hourly|daily|weekly|monthly|exceed|beyond|"
    r"超|所有|全部|全体|没有|未见|无"
)
"""A sentence with neither a digit nor one of these has nothing to read: most have not."""
_CODE = re.compile(r"\{(?:code|noformat)[^}\n]{0,80}\}|```")
_LINK = re.compile(r"https?://\S+")


class Sentence:
    """One sentence, and its numbers in their order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions = mentions(text)
        self._lower = text.lower()

    def has(self, *pieces: str) -> bool:
        """Whether one of these is in it: asked before a slow search is begun."""
        return any(piece in self._lower for piece in pieces)

    def of(self, *dimensions: Dimension) -> list[Mention]:
        """Its numbers of one of these dimensions."""
        return [one for one in self.mentions if one.quantity.dimension in dimensions]

    def before(self, mention: Mention, chars: int = 24) -> str:
        """What stands before a number."""
        return self.text[max(mention.start - chars, 0) : mention.start]

    def after(self, mention: Mention, chars: int = 40) -> str:
        """What stands after a number."""
        return self.text[mention.end : mention.end + chars]


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in compatibility form (NFKC), without code and links."""
    # What stands between a mark of code and the next is every other part.
    prose = " . ".join(_CODE.split(text[:MAX_CHARS])[::2])
    for sentence in _END.split(_LINK.sub(" ", prose)):
        said = sentence.strip()[:LONGEST]
        if said and (_DIGIT.search(said) or _HINT.search(said.lower())):
            yield Sentence(said)
