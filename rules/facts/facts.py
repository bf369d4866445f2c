"""What a condition can ask of an issue: the fields by their JQL names, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from rules.facts.catalog import LINKED
from rules.facts.derived import DERIVED, derive
from rules.facts.issue import Fact
from rules.facts.searchable_text import Text
from rules.facts.text_metrics import READ, Reading, read


class Facts:
    """The facts of one issue at one time, as conditions see them; texts are prepared once.

    `names` of lists and single values are folded to lower case here, since JQL ignores case.
    """

    def __init__(self, values: Mapping[str, Fact], now: datetime) -> None:
        self.now = now
        self._values = dict(values)
        self._texts: dict[str, Text] = {}
        self._folded: dict[str, str | frozenset[str] | None] = {}

    def get(self, name: str) -> Fact:
        """The value as Jira holds it, or what follows from others; else None."""
        if name == "text":
            return self._whole_text()
        value = self._values.get(name)
        if name not in self._values and (name in DERIVED or name.startswith(LINKED)):
            # Kept: a book asks for the same fact again and again. A field of the book with the name
            # of a derived one is among the values, empty or not.
            value = self._values[name] = derive(name, self._values, self.now)
        return self.reading.facts.get(name) if value is None and name in READ else value

    @cached_property
    def reading(self) -> Reading:
        """What the text says in numbers."""
        return read(self._whole_text())

    def text(self, name: str) -> Text:
        """The value as a searchable text."""
        if name not in self._texts:
            value = self.get(name)
            joined = " ".join(map(plain, value)) if isinstance(value, tuple) else plain(value)
            self._texts[name] = Text(joined)
        return self._texts[name]

    def folded(self, name: str) -> str | frozenset[str] | None:
        """A name, or the set of names of a list, in lower case; None when empty."""
        if name not in self._folded:
            self._folded[name] = fold(self.get(name))
        return self._folded[name]

    def add(self, more: Mapping[str, Fact]) -> None:
        """Hand the outcome of one stage to the next."""
        self._values.update(more)

    def _whole_text(self) -> str:
        parts = (self._values.get("summary"), self._values.get("description"))
        return "\n".join(str(part) for part in parts if part)


def plain(value: object) -> str:
    """A value as text: a whole number without its point, no value as an empty text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def fold(value: Fact) -> str | frozenset[str] | None:
    """A value as names compare: lower case, a list as a set, an empty one as None."""
    if isinstance(value, tuple):
        return frozenset(plain(name).lower() for name in value) or None
    return plain(value).lower() or None
