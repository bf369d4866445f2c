"""Give conditions the signals of an issue: what its text states, in any words."""

from __future__ import annotations

from collections.abc import Mapping

from rules.facts.issue import Fact, Issue
from rules.facts.statements.reader import read_statements
from rules.facts.statements.statement import Statements
from rules.rulebook.rulebook import Rulebook
from rules.text_model.signals.model import Signal
from rules.text_model.signals.said import Said, whole
from rules.vocabulary.signals import SIGNALS

MOST_STATEMENTS, LAST = 20, 6
"""Limit for time: of a longer text the first statements and the last ones are read."""


def asked(book: Rulebook) -> bool:
    """Return whether a rule or a measure of the book reads a signal."""
    return any(book.asks(signal.field) for signal in SIGNALS.values())


def statements_of(stated: Statements) -> list[Said]:
    """Return the title and the first sentences of an issue with their marks."""
    found = stated.all
    if len(found) > MOST_STATEMENTS:  # what it means for people often stands at the end
        found = found[: MOST_STATEMENTS - LAST] + found[-LAST:]
    return [Said(one.text, one.mark, one.affirmed if one.parts else None) for one in found]


def heard(text: str) -> Said:
    """Return a short text for training, with the mark that issues have in use."""
    said = statements_of(read_statements("", text))
    return whole(said)._replace(mark=said[0].mark) if said else Said(text)


def as_facts(signals: Mapping[str, Signal]) -> dict[str, Fact]:
    """Return the probability of each signal by its field; None where the model abstains."""
    return {
        SIGNALS[name].field: signal.probability if signal.sure else None
        for name, signal in signals.items()
    }


def new_facts(signals: Mapping[str, Signal], issue: Issue) -> dict[str, Fact]:
    """Return the same, without the fields that the issue has already, as in an example."""
    return {name: v for name, v in as_facts(signals).items() if name not in issue.fields}
