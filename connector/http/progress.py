"""End a list that does not come to its end: pages that repeat themselves or stay empty."""

from __future__ import annotations

from collections.abc import Iterable

from connector.http.errors import JiraRefused

MOST_EMPTY = 25
"""So many pages in a row may bring nothing new. Cloud gives empty pages where the account may not
see what a page found; more in a row than this were never reported."""


class Progress:
    """What the pages of one list brought so far."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._tokens: set[str] = set()
        self._seen: set[str] = set()
        self._empty = 0

    def went_on(self, token: object, found: Iterable[object]) -> None:
        """Note a page and the token of the next one; raise JiraRefused if the list has no end.

        It is about this list only, and not final: the issues that came are right.
        """
        new = {str(one) for one in found} - self._seen
        self._seen |= new
        self._empty = 0 if new else self._empty + 1
        if str(token) in self._tokens:
            raise self._endless("Jira repeats itself: the same next page was named twice")
        if self._empty >= MOST_EMPTY:
            raise self._endless(f"{MOST_EMPTY} pages in a row brought nothing new")
        self._tokens.add(str(token))

    def _endless(self, why: str) -> JiraRefused:
        read = f"{len(self._seen)} were read"
        return JiraRefused(f"{self.what} does not end: {why}; {read}. Try again later", False)
