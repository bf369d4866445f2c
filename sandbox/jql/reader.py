"""Define how one field is read in JQL: its values on issues, its operands, its order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.jql.parser import JqlError
from sandbox.state.records import Issue


@dataclass(frozen=True)
class FieldReader:
    """The behaviour of one field in JQL. `kind` decides the operators, `parse` reads an operand."""

    name: str
    kind: str
    get: Callable[[Issue], Any]
    parse: Callable[[str, str], list[Any]] = lambda field, text: [text]
    order: Callable[[Issue], Any] = lambda issue: None
    rank: Callable[[Any], Any] = lambda value: value
    holds_users: bool = False

    @property
    def newest_first(self) -> bool:
        """Return whether ORDER BY without a direction means descending (dates and priority)."""
        return self.kind == "date" or self.name == "priority"

    def sort_key(self, issue: Issue) -> Any:
        """Return the value to sort by. None sorts last."""
        value = self.order(issue)
        if value is None:
            value = self.get(issue)
        if isinstance(value, list):
            value = " ".join(map(str, value)).lower() or None
        return value.lower() if isinstance(value, str) else value


def missing(field: str, text: str) -> JqlError:
    """Return the error of a value that the field lacks."""
    return JqlError(f"The value '{text}' does not exist for the field '{field}'.")
