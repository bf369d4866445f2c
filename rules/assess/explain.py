"""Explain a decision: the rules that did not fire, and what a team taught about those that did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.assess.assessment import Assessment
from rules.assess.score import in_conditions
from rules.assess.signals import as_facts, new_facts
from rules.facts.catalog import URGENCY
from rules.facts.facts import Facts, plain
from rules.facts.issue import Fact
from rules.jql.compiler import Condition, predicate
from rules.jql.syntax_tree import And, Clause, Node, Or
from rules.rulebook.rulebook import Rulebook
from rules.text_model.team.reliability import RuleCount
from rules.vocabulary.classes import Kind

MAX_SHOWN = 60
MAX_CLAUSE = 100


@dataclass(frozen=True)
class Silence:
    """A rule that did not fire, and its failed clauses, each with the value of its field.

    Each `not` is moved into the clauses: `not (votes > 5 or type = Bug)` can give `votes <= 5`.
    """

    rule: str
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LearnedRule:
    """What a team's people taught about a rule that fired.

    `here` has the votes of a class rule after what was learned, beside those that the rulebook has:
    class, votes as written, votes here. `count` are decisions where the rule spoke, if there are
    any. `retired`: the verdict of the rule does not count here.
    """

    rule: str
    here: tuple[tuple[Kind, float, float], ...] = ()
    count: RuleCount | None = None
    retired: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        count = self.count or RuleCount()
        return {
            "rule": self.rule,
            "votes": {kind: {"book": book, "here": here} for kind, book, here in self.here},
            "agreed": count.times_agreed,
            "contradicted": count.times_contradicted,
            "retired": self.retired,
        }


def learned_rules(assessment: Assessment) -> dict[str, LearnedRule]:
    """Return what was learned about the rules that fired, by their ids."""
    votes: dict[str, list[tuple[Kind, float, float]]] = {}
    for one in assessment.classification.evidence:
        if one.here is not None:
            votes.setdefault(one.rule, []).append((one.kind, one.weight, one.here))
    return {
        fired.rule: LearnedRule(
            fired.rule, tuple(votes.get(fired.rule, ())), fired.here, fired.retired
        )
        for fired in assessment.firings
        if fired.here or fired.retired or fired.rule in votes
    }


def facts_of(book: Rulebook, assessment: Assessment, now: datetime) -> Facts:
    """Return the facts of the points stage."""
    read = {**as_facts(assessment.signals), URGENCY: assessment.urgency}
    known = Facts({**read, **assessment.issue.fields}, now, numbers=book.numbers, texts=book.texts)
    kind = assessment.classification
    known.add({"class": kind.kind, "confidence": kind.confidence})
    known.add(in_conditions(book, assessment.scored.levels))
    known.add({"score": assessment.score, "quadrant": assessment.quadrant})
    return known


def _at_the_gate(known: Facts, assessment: Assessment) -> Facts:
    """Return the facts of the gate stage, where answers in comments count."""
    answered = known.with_answers()
    if answered is not known:
        answered.add(new_facts(assessment.gate_signals, assessment.issue))
    return answered


def why_not(book: Rulebook, assessment: Assessment, now: datetime) -> list[Silence]:
    """Return the rules that did not fire, in the order of the rulebook."""
    fired = {firing.rule for firing in assessment.firings}
    known = facts_of(book, assessment, now)
    heard = _at_the_gate(known, assessment)
    return [
        Silence(rule.id, tuple(_failed(rule.condition.plain, facts, rule.condition)))
        for rule in book.rules
        for facts in [heard if rule.stage == "gate" else known]
        if rule.id not in fired
    ]


def _failed(node: Node, known: Facts, of: Condition) -> list[tuple[str, str]]:
    """Return the clauses that make a condition false: of an `or` all, of an `and` the false."""
    if isinstance(node, Clause):
        if predicate(of.atoms[node])(known):
            return []
        return [(shown(node), _value(known, of.fields[node].name))]
    assert isinstance(node, And | Or)
    parts = [_failed(item, known, of) for item in node.items]
    if isinstance(node, Or) and not all(parts):
        return []
    return [failed for part in parts for failed in part]


def _value(known: Facts, name: str) -> str:
    """Return a value for `explain`. Comments can be restricted, so only their length is shown."""
    value = known.get(name)
    return f"{len(str(value))} characters" if name == "answers" and value else show(value)


def shown(clause: Clause) -> str:
    """Return a clause as written; of a long list only the start and the number of the rest."""
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
    """Return a value in short form, for `explain`."""
    if value is None or value in ("", ()):
        return "empty"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    joined = ", ".join(map(plain, value)) if isinstance(value, tuple) else plain(value)
    text = " ".join(joined.split())
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
