"""Give conditions the signals of an issue: what its text states, in any words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rules.facts.issue import Fact, Issue
from rules.rulebook.rulebook import Rulebook
from rules.text_model.signals.model import Signal, Statement
from rules.vocabulary.signals import SIGNALS

MOST_TEXT = 6_000
"""Limit in characters: issues state what matters at their start."""

_UNSAID = re.compile(r"\{(code|noformat|quote)[^}]*\}.*?(?:\{\1\}|\Z)|```.*?(?:```|\Z)", re.DOTALL)
_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f\uff1b])|\n+")


def asked(book: Rulebook) -> bool:
    """Return whether a rule or a measure of the book reads a signal."""
    return any(book.asks(signal.field) for signal in SIGNALS.values())


def statements_of(issue: Issue, answers: bool = False) -> list[Statement]:
    """Return the title and the sentences of an issue, without code, logs and quotes.

    With `answers`, as at the gate, the answers in comments count as text.
    """
    parts = ("description", "answers") if answers else ("description",)
    told = (str(issue.fields.get(part) or "")[:MOST_TEXT] for part in parts)
    said = _UNSAID.sub("\n", "\n".join(told))
    sentences = [part.strip() for part in _END.split(said)]
    return [(text, "affirmed") for text in (issue.summary, *sentences) if text]


def as_facts(signals: Mapping[str, Signal]) -> dict[str, Fact]:
    """Return the probability of each signal by its field; None where the model abstains."""
    return {
        SIGNALS[name].field: signal.probability if signal.sure else None
        for name, signal in signals.items()
    }


def new_facts(signals: Mapping[str, Signal], issue: Issue) -> dict[str, Fact]:
    """Return the same, without the fields that the issue has already, as in an example."""
    return {name: v for name, v in as_facts(signals).items() if name not in issue.fields}
