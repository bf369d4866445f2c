"""Say on an issue that it could not be triaged yet, in one quiet line of Sluice's comment. Pure.

The line stands above the last one, by which Sluice finds its comment; the headline stays the first.
The next triage writes the comment without it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from connector.comment.triage_comment import last_line
from connector.layout.field_mapping import Layout
from connector.messages import all_messages, messages


def with_stuck(body: str, since: datetime, layout: Layout, language: str) -> str:
    """Return a comment with the line; an empty one becomes a comment of that line alone."""
    words = messages(language)
    line = words.triage.stuck.format(since=f"{since.astimezone(UTC):%Y-%m-%d %H:%M}")
    above, _, last = body.rstrip().rpartition("\n")
    return "\n".join([*([above] if above else []), line, last or last_line(layout, words)])


def says_stuck(body: str) -> bool:
    """Return whether a comment has the line, in any language."""
    starts = tuple(words.triage.stuck.split("{since}")[0].strip() for words in all_messages())
    return any(line.strip().startswith(starts) for line in body.splitlines())
