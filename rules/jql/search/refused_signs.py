"""Explain the signs of Jira's searches that Sluice does not support, each with what to write."""

from __future__ import annotations

import re

_ADVICE = (
    (r"NOT|[-!].+", "leaves out issues with a word: write and not … ~ after the search"),
    (r'".*"~[\d.]*', "looks for words near each other: write the phrase without ~, or its words"),
    (r"/.*/?", "is a regular expression, which Jira does not search for either: use * and ?"),
    (r".*\^[\d.]*", "weighs a word, which changes no result: remove the ^ and the number"),
    (r"[^~]+~[\d.]*", "looks for similar words: write each spelling, with OR between them"),
    (r"[\[{].*|.*[\]}]", "is a range, which works in no text: compare a field with >= and <="),
    (r'"', "is a quotation mark that is not closed: write the second one"),
)
_SIGN = re.compile(r"^[-!/]|[\[\]{}^~]|^NOT$")


def objection(token: str) -> str | None:
    """Return why a search can't have a token, and what to write; None for words and phrases."""
    quoted = re.fullmatch(r'"(?:[^"\\]|\\.)*"', token)
    if quoted or not (token.startswith('"') or _SIGN.search(token)):
        return None
    for form, advice in _ADVICE:
        if re.fullmatch(form, token, re.DOTALL):
            return f"{_shown(token)} {advice}"
    return f"{_shown(token)} has a sign that searches do not support: put it in double quotes"


def _shown(token: str) -> str:
    return token[:40] if token.startswith('"') and len(token) > 1 else f'"{token:.40}"'
