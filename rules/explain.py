"""Why an issue was judged as it was: the rules that fired, and those that did not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rules.facts import ALIASES, Facts, plain
from rules.issue import Assessment, Fact
from rules.predicates import Vocabulary, clauses, compile_node
from rules.query import Clause, Node, Not
from rules.rulebook import Rulebook

MAX_SHOWN = 60


@dataclass(frozen=True)
class Silence:
    """A rule that did not fire: the clauses that failed, each with the value that it saw."""

    rule: str
    failed: tuple[tuple[str, str], ...]


def facts_of(assessment: Assessment, now: datetime) -> Facts:
    """The facts as the last stage saw them."""
    known = Facts(assessment.issue.fields, now)
    kind = assessment.classification
    known.add({"class": kind.kind, "confidence": kind.confidence, **assessment.measures})
    known.add({"score": assessment.score, "quadrant": assessment.quadrant})
    return known


def why_not(book: Rulebook, assessment: Assessment, now: datetime) -> list[Silence]:
    """Every rule of the book that did not fire, in the order of the book."""
    fired = {firing.rule for firing in assessment.firings}
    known = facts_of(assessment, now)
    return [
        Silence(rule.id, tuple(_failed(rule.condition, known, book.vocabulary(rule.stage))))
        for rule in book.rules
        if rule.id not in fired
    ]


def _failed(node: Node, known: Facts, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """The clauses that keep a condition from being true: of an `or` all, of an `and` the false."""
    if compile_node(node, words)(known):
        return
    if isinstance(node, Clause):
        yield str(node), show(known.get(_name(node)))
    elif isinstance(node, Not):
        seen = "; ".join(show(known.get(_name(clause))) for clause in clauses(node.item))
        yield str(node), seen
    else:
        for item in node.items:
            yield from _failed(item, known, words)


def _name(clause: Clause) -> str:
    name = clause.name.lower()
    return ALIASES.get(name, name)


def show(value: Fact) -> str:
    """A value as `explain` prints it, shortened."""
    if value is None or value in ("", ()):
        return "empty"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    said = ", ".join(map(plain, value)) if isinstance(value, tuple) else plain(value)
    text = " ".join(said.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
