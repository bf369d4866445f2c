"""What the YAML parser complains of, in words of somebody who writes rule files."""

from __future__ import annotations

import re

_SYNTAX = {
    "found character '\\t'": "a tab stands here: indent with spaces",
    "mapping values are not allowed here": "a second colon in one line: put the text in quotes, "
    "or check the indentation",
    "could not find expected ':'": "a key without its colon, or a line that is indented wrongly",
    "found unexpected end of stream": "a quotation mark is not closed",
    "did not find expected key": "the indentation or the quotes are wrong here",
    "but found another document": "--- stands here a second time: one file holds one book",
    "special characters are not allowed": "there is a character that can't be seen: delete it",
    "expected the node content, but found '<stream end>'": "a bracket is not closed",
    "but got '<stream end>'": "a bracket is not closed",
    "expected ',' or": "a comma or a closing bracket is missing",
    "found undefined tag handle": "a ! begins a value here: put the value in quotes",
    "but found '<block mapping start>'": "this line is indented otherwise than those above it",
    "but found '<block sequence start>'": "this line is indented otherwise than those above it",
    "cannot start any token": "a sign such as @, ` or % begins a value: put the value in quotes",
}

_QUOTED_START = re.compile(r""":\s+(["'])[^"']*\1\s*\S""")
_HALF_QUOTED = (
    "the text begins with a quotation mark and goes on after it: put all of it between single "
    """quotes, such as '"Customer Tier" = Gold'"""
)


def told(what: str, line: str) -> str:
    """The parser's words and the line that it stopped at → what to do there."""
    if "but found '<scalar>'" in what and _QUOTED_START.search(line):
        return _HALF_QUOTED
    known = next((words for said, words in _SYNTAX.items() if said in what), None)
    return known or f"can't be read ({what}): check indentation and quotes here"
