"""Define what the model of signals reads: a sentence, and how it means what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

NEGATED = "negated"
STATED = frozenset(("affirmed", NEGATED))
"""Marks of sentences that can state a signal: "customers do not need it" is a denial and evidence
against it.
"""


class Said(NamedTuple):
    """A sentence and its mark: `affirmed`, `negated`, `planned`, ...

    `affirmed` is the part of the text that is affirmed; None for all of it.
    """

    text: str
    mark: str = "affirmed"
    affirmed: str | None = None


def whole(statements: Sequence[Said]) -> Said:
    """Return all sentences as one text."""
    text = "\n".join(one.text for one in statements)
    affirmed = "\n".join(one.text if one.affirmed is None else one.affirmed for one in statements)
    return Said(text, affirmed=None if affirmed == text else affirmed)
