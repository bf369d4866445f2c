"""Read the records of issues that a search of Data Center found: it gives no properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connector.calls.paths import checked
from connector.http.connection import Connection
from connector.http.errors import JiraRefused
from connector.issue.read_issue import read_issue
from connector.issue.record_of_changes import record_of_changes
from connector.layout.field_mapping import PROPERTY, Layout
from rules.facts.issue import Issue, Record

MOST_STRANGE = 20
"""The most records that one search reads to learn which account Sluice had before."""


@dataclass
class Records:
    """The records of one search. They are partial; at most `whole` are read, with a GET each."""

    connection: Connection
    whole: int = 0
    strange: int = MOST_STRANGE
    earlier: frozenset[str] = frozenset()

    def issue(self, raw: Mapping[str, Any], layout: Layout) -> Issue:
        """Return an issue of the search, with its comments and changes.

        The whole record is read of issues with a comment of Sluice. If an issue has a score, but no
        known account wrote it, its record names the account before ours: mostly one is asked.
        """
        layout = replace(layout, former=layout.former | self.earlier)
        partial = record_of_changes(raw, layout)
        found = read_issue(raw, layout, partial=partial)
        if not self._is_asked(found, partial):
            return found
        found = read_issue({**raw, "properties": {PROPERTY: self._property(found.id)}}, layout)
        self.earlier |= {found.record.account} if found.record else set()
        return found

    def _is_asked(self, issue: Issue, partial: Record | None) -> bool:
        """Return whether to read the whole record of an issue, and count it."""
        if partial is None and issue.managed.score is not None and self.strange > 0:
            self.strange -= 1
            return True
        if issue.note and self.whole > 0:
            self.whole -= 1
            return True
        return False

    def _property(self, issue: str) -> object:
        """Return the value of Sluice's property, None if the issue has none."""
        try:
            return self.connection.get(f"issue/{checked(issue)}/properties/{PROPERTY}")["value"]
        except JiraRefused as error:
            if error.missing:
                return None
            raise
