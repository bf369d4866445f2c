"""Define what Sluice tells about a decision on the issue itself: the comment and the Why field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

INTERNAL = {"key": "sd.public.comment", "value": {"internal": True}}
"""The property that makes a comment an internal note, which no customer of a service desk reads."""


@dataclass(frozen=True)
class Audience:
    """Who reads a comment, and whether Jira mails it.

    `visibility` is Jira's restriction to a role or a group, empty for none. `internal`: the comment
    is a note for the team of a service desk.
    """

    visibility: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False
    notify: bool = True

    def body(self, text: str) -> dict[str, object]:
        """Return a comment in Jira's form. An edit repeats it, or Jira may lift a restriction."""
        written: dict[str, object] = {"body": text}
        if self.visibility:
            written["visibility"] = dict(self.visibility)
        if self.internal:
            written["properties"] = [INTERNAL]
        return written


@dataclass(frozen=True)
class Told:
    """The comment in wiki markup, and the text of the Why field. None: none is due."""

    comment: str | None
    why: str | None = None
    audience: Audience = field(default_factory=Audience)
