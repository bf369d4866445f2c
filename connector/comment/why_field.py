"""Decide when the field *Sluice Why* is written: never over what a person wrote there. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from connector.comment.why_text import BETWEEN
from connector.layout.field_mapping import Layout
from connector.messages import without_proposals
from connector.messages.gist import bare, class_of, moves
from rules.facts.issue import Issue


def new_why(issue: Issue, why: str | None, layout: Layout, lacking: Collection[str]) -> str | None:
    """Return the text to write in the field; None if what is there stays.

    Sluice's own text is the one that the record tells of. If a person emptied the field, it stays
    empty until there is something else to tell. A partial record does not tell, so nothing is due.
    """
    if why is None or layout.why is None or layout.why.id in lacking:
        return None
    if issue.record is not None and issue.record.partial:
        return None
    there = (issue.why or "").strip()
    wrote = issue.record.why if issue.record else None
    if not there:
        return None if wrote == why_digest(why) else why
    if wrote != why_digest(there):
        return None
    return why if _tells_more(why, there, layout.verdict.name) else None


def why_digest(text: str) -> str:
    """Return the digest of a text in the field, whatever white space Jira makes of it."""
    words = " ".join(text.split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _tells_more(why: str, there: str, gate: str) -> bool:
    """Return whether a text tells something else than the one there, the score aside."""
    new, old = (
        without_proposals(text.replace(BETWEEN, "\n"), gate).splitlines() for text in (why, there)
    )
    classes = [set(map(class_of, lines)) - {""} for lines in (new, old)]
    moved = all(classes) and classes[0] != classes[1]
    return moved or _told(new) != _told(old)


def _told(lines: Iterable[str]) -> list[str]:
    return [bare(line) for line in lines if not moves(line)]
