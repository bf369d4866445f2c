"""Why an issue was judged as it was: the rules that fired, and those that did not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.assess.assessment import Assessment
from rules.facts.facts import Facts, plain
from rules.facts.issue import Fact
from rules.jql.compiler import Condition, predicate
from rules.jql.syntax_tree import And, Clause, Node, Or
from rules.rulebook.rulebook import Rulebook

MAX_SHOWN = 60
MAX_CLAUSE = 100


@dataclass(frozen=True)
class Silence:
    """A rule that did not fire: the clauses that failed, each with the value that it saw.

    A `not` is carried into them: of `not (votes > 5 or type = Bug)` it may be `votes <= 5`.
    """

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
        Silence(rule.id, tuple(_failed(rule.condition.plain, known, rule.condition)))
        for rule in book.rules
        if rule.id not in fired
    ]


def _failed(node: Node, known: Facts, of: Condition) -> list[tuple[str, str]]:
    """The clauses that keep a condition from being true: of an `or` all, of an `and` the false."""
    if isinstance(node, Clause):
        if predicate(of.atoms[node])(known):
            return []
        return [(shown(node), show(known.get(of.fields[node].name)))]
    assert isinstance(node, And | Or)
    parts = [_failed(item, known, of) for item in node.items]
    if isinstance(node, Or) and not all(parts):
        return []
    return [failed for part in parts for failed in part]


def shown(clause: Clause) -> str:
    """A clause as it is written; of a long list the start, and how many more there are."""
    whole = str(clause)
    if len(whole) <= MAX_CLAUSE:
        return whole
    many = clause.operand
    values = many if isinstance(many, tuple) else tuple(str(many).split(" OR "))
    for kept in range(len(values) - 1, 0, -1):
        some = values[:kept] if isinstance(many, tuple) else " OR ".join(map(str, values[:kept]))
        start = f"{Clause(clause.name, clause.op, some)} … ({len(values) - kept} more)"
        if len(start) <= MAX_CLAUSE or kept == 1:
            return start
    return whole


def show(value: Fact) -> str:
    """A value as `explain` prints it, shortened."""
    if value is None or value in ("", ()):
        return "empty"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    said = ", ".join(map(plain, value)) if isinstance(value, tuple) else plain(value)
    text = " ".join(said.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
