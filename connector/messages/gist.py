"""Tell what of a comment is worth an edit: all but the score and what moves with it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from connector.messages import all_messages, without_proposals

MOST_OF_VERDICT = 2
"""The most reasons of the verdict that stand before others."""

EARLIER_SCORE = re.compile(r"(?:score|评分) (-?[\d.]*\d)")
"""The score in the first line of a comment, as earlier versions wrote it."""

_KNOWN = "~"
"""The first sign of a digest of a gist. Earlier versions kept the digest of the whole comment."""

_WEIGHED = re.compile(r"\\?\(\\?[+-]\\?\) |.*[(（][+-][\d.]+[)）](?:[:：]|$)")
"""A reason of the score, as it is written today, and as earlier versions wrote it."""

_QUADRANTS = "|".join(name for words in all_messages() for name in vars(words.quadrants).values())
_NUMBERS = re.compile(
    r"[,，]\s?(?:score|评分) -?[\d.]+|^(?:Every issue starts at|每个问题的起点是) .*"
    rf"|[,，]\s?(?:{_QUADRANTS})$"
)
"""What earlier versions wrote of the score and its quadrant, and no longer stands in a comment."""


def digest_of(comment: str, gate: str) -> str:
    """Return the digest of what a comment tells; `gate` is the gate field's name in Jira."""
    told = gist(comment, gate).encode("utf-8", "surrogatepass")
    return _KNOWN + hashlib.sha256(told).hexdigest()[:16]


def is_of_gist(digest: str | None) -> bool:
    """Return whether a digest in a record tells of a gist, and not of a whole comment."""
    return digest is not None and digest.startswith(_KNOWN)


def is_digest_of(digest: str, comment: str, gate: str) -> bool:
    """Return whether a record tells of a comment, in the form of today or of earlier versions."""
    whole = hashlib.sha256(comment.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return digest in (whole, digest_of(comment, gate))


def gist(comment: str, gate: str) -> str:
    """Return what a comment tells beside the score, without markup, in no order.

    Verdict, class, priority, questions, a person's values and the reasons of the verdict are in it;
    what the rules say beside a person's value, and the words of the text model, are not.
    """
    lines = without_proposals(comment.replace("\r", ""), gate).split("\n")
    return "\n".join(sorted(filter(None, map(bare, _told(lines)))))


def bare(line: str) -> str:
    """Return the letters and digits of a line: Jira changes markup and spaces when it stores."""
    return re.sub(r"[^\w✓]+", "", line)


def moves(reason: str) -> bool:
    """Return whether a reason changes with the score, or with the words of the issue."""
    return bool(_WEIGHED.match(reason) or class_of(reason) or reason.startswith(_BUSINESS))


def class_of(reason: str) -> str:
    """Return the beginning of a reason for a class, such as `Tech debt:`; empty for another one."""
    return next((start for start in _CLASSES if reason.startswith(start)), "")


def _told(lines: list[str]) -> Iterator[str]:
    """Yield the lines that tell more than the score; of the reasons, those of the verdict."""
    within, reasons = False, 0
    for line in lines:
        if line.startswith(_FOOTER):
            return
        point = line.removeprefix("* ")
        if line in _WHY:
            within = True
        elif not within:
            yield _NUMBERS.sub("", line)
        elif line == point:  # earlier versions had the person's values at the end
            within = False
            yield _NUMBERS.sub("", line)
        elif not moves(point) and not _NUMBERS.match(point) and reasons < MOST_OF_VERDICT:
            reasons += 1
            yield point


_FOOTER = "{color:#6b778c}"
_WHY = frozenset(f"*{words.triage.why}{words.colon}*" for words in all_messages())
_BUSINESS = tuple(f"{words.triage.in_business_terms}{words.colon}" for words in all_messages())
_CLASSES = tuple(
    f"{name[:1].upper()}{name[1:]}{words.colon}"
    for words in all_messages()
    for name in vars(words.classes).values()
)
