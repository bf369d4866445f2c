"""Split a text into tokens for triggers: words, single Chinese characters, punctuation."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<aux>(?:do|does|did|is|are|was|were|has|have|had|wo|ca|could|would|should|need|must|ai)"
    r"n['\u2019 ]?t(?![a-z]))"
    r"|[a-z]+(?:['\u2019](?:s|ll|re|ve|d|m)(?![a-z]))?"
    r"|[0-9]+(?:[.,:][0-9]+)*|[\u3400-\u9fff]|[^\W_]+|[^\w\s]|\x1f+",
    re.IGNORECASE,
)
_NOT = re.compile(r"n['\u2019 ]?t$")
NUMBER = "#"
_MONTH = "may(month)"
_SPELT = {"wo": "will", "ca": "can", "ai": "is"}


class Token(NamedTuple):
    """A word in lower case, or a sign, with its place in the text."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text. "Doesn't", "cannot" and "we'll" are two."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        written, (start, end) = match.group(), match.span()
        word = written.lower()
        if match.lastgroup:
            auxiliary = _NOT.sub("", word)
            found += [Token(_SPELT.get(auxiliary, auxiliary), start, end), Token("not", start, end)]
        elif word == "cannot":
            found += [Token("can", start, end), Token("not", start, end)]
        elif "'" in word or "\u2019" in word:
            head, _, tail = word.replace("\u2019", "'").partition("'")
            found.append(Token(head, start, end))
            if tail == "ll":
                found.append(Token("will", start, end))
            elif tail == "re":
                found.append(Token("are", start, end))
        else:
            found.append(
                Token(
                    _MONTH if written == "May" else NUMBER if word[0].isdigit() else word,
                    start,
                    end,
                )
            )
    return found
