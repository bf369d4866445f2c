"""Tell the language of a text: by its script, and English by its small words. Pure."""

from __future__ import annotations

import re

from rules.facts.statements.unsaid import prose
from rules.vocabulary.languages import Language

MAX_CHARS = 2_000
"""The part of a text to read. It is enough, and a long log would only cost time."""

_NO_PROSE = re.compile(r"https?://\S+|\[~[^\]\n]{1,150}\]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")

_ENGLISH = (
    "the and of to is it for with that this we are be have not you can when should would from but "
    "there they our has by which i as if does do need my your was were at please only all"
)
_OTHERS = (
    "de la le les des el los las un una und der die das ist nicht ein eine het een que en y para "
    "il che di et est dans pour con per på och som är na nie się jest não uma wir sie mit von zu"
)
"""Small words of other languages in Latin script. A text with more of them is not English."""

_SMALL = tuple(frozenset(words.split()) for words in (_ENGLISH, _OTHERS))

_ENOUGH = 0.08
"""The share of small words from which a text in Latin script is English."""


def language_of(text: str) -> Language | None:
    """Return the language of the larger part of the prose; None if it is neither of ours."""
    plain = _NO_PROSE.sub(" ", prose(text[:MAX_CHARS]))
    words = [word.lower() for word in _WORD.findall(plain)]
    signs = "" if plain.isascii() else plain
    han, kana = len(_HAN.findall(signs)), len(_KANA.findall(signs))
    # A Chinese word has about two characters.
    if han / 2 > len(words):
        return "zh" if kana * 10 < han else None
    english, others = (sum(map(small.__contains__, words)) for small in _SMALL)
    return "en" if words and english > others and english >= _ENOUGH * len(words) else None
