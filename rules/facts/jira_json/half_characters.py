r"""Replace halves of characters in JSON: a title can end in the middle of an emoji, `\ud83d`.

Such a text can be stored nowhere and printed nowhere, so it is mended where it comes in.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""An escaped backslash, both halves of a character, or (in the group) a half without the other."""


def mended(body: bytes) -> bytes:
    """Return JSON in UTF-8 with a replacement mark (U+FFFD) for each half of a character."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
