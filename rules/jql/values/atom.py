"""Define compiled clauses: what they read from an issue, and how they compare it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal, NamedTuple, TypeAlias

from rules.jql.syntax_tree import Operand

Kind: TypeAlias = Literal[
    "empty", "number", "rank", "names", "key", "user", "found",
    "date", "moment", "day", "whole day", "midnight",
]  # fmt: skip
"""`day` is the day of a date; `whole day` too, unless the date has a time; `midnight` is that of a
moment."""


class Read(NamedTuple):
    """A value to read from an issue, once for all clauses that use it.

    `beside` holds the names that are accepted besides the user's own, the priority to compare with,
    the project of a key, the operand of a moment, or that a search takes words as written.
    """

    kind: Kind
    field: str = ""
    beside: Operand | frozenset[str] = None


class Atom(NamedTuple):
    """A compiled clause; two clauses with the same meaning have equal atoms.

    In `expression`, {0}, {1} … stand for `reads` and {k} for the constant.
    """

    expression: str
    reads: tuple[Read, ...]
    constant: Hashable = None

    @property
    def searches(self) -> bool:
        """Return whether the atom is a search in a text."""
        return [read.kind for read in self.reads] == ["found"]
