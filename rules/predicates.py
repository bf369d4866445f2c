"""Conditions made executable: tree → function of Facts, with JQL's rules for missing values.

A clause on an empty field is false, `!=`, `not in` and `!~` included; only `is empty` is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules import dates
from rules.facts import ALIASES, FIELDS, RANKS, Facts, Field, Stage, dynamic, fold
from rules.issue import KINDS
from rules.query import And, Call, Clause, Node, Not, QueryError
from rules.saying import nearest
from rules.text import TextQueryError, compile_query

Predicate = Callable[[Facts], bool]

CLASSES = (*KINDS, "undecided")
_STAGES: tuple[Stage, ...] = ("class", "points", "gate")
_OPS = {
    "text": {"~", "!~", "is", "is not"},
    "name": {"=", "!=", "in", "not in", "~", "!~", "is", "is not"},
    "names": {"=", "!=", "in", "not in", "~", "!~", "is", "is not"},
    "number": {"=", "!=", "in", "not in", "<", "<=", ">", ">=", "is", "is not"},
    "date": {"=", "!=", "<", "<=", ">", ">=", "is", "is not"},
    "rank": {"=", "!=", "in", "not in", "<", "<=", ">", ">=", "is", "is not"},
}
_COMPARE: dict[str, Callable[[float], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


@dataclass(frozen=True)
class Vocabulary:
    """The fields that the conditions of one book may name at one stage."""

    fields: Mapping[str, Field]
    stage: Stage = "gate"

    def find(self, clause: Clause) -> Field:
        """The field of a clause; raises QueryError with the nearest name or the reason."""
        name = clause.name.lower()
        field = self.fields.get(ALIASES.get(name, name)) or dynamic(name)
        if field is None:
            hint = nearest(name, {*self.fields, *ALIASES})
            wrong = f'unknown field "{clause.name}"{hint}{" Declare" if hint else ": declare"}'
            wrong += " custom fields under fields:"
            raise QueryError(wrong, clause.column, clause.line)
        if _STAGES.index(field.since) > _STAGES.index(self.stage):
            raise QueryError(
                f'"{field.name}" is not known yet when a rule decides the {self.stage}',
                clause.column,
                clause.line,
            )
        return field


def vocabulary(custom: Iterable[Field] = (), stage: Stage = "gate") -> Vocabulary:
    """The built-in fields and those that a book declares."""
    return Vocabulary({**FIELDS, **{field.name: field for field in custom}}, stage)


def clauses(node: Node) -> list[Clause]:
    """Every clause of a tree, left to right."""
    if isinstance(node, Clause):
        return [node]
    if isinstance(node, Not):
        return clauses(node.item)
    return [clause for item in node.items for clause in clauses(item)]


def compile_node(node: Node, known: Vocabulary) -> Predicate:
    """The whole condition as one function; raises QueryError where a clause makes no sense."""
    if isinstance(node, Clause):
        return compile_clause(node, known)
    if isinstance(node, Not):
        inner = compile_node(node.item, known)
        return lambda facts: not inner(facts)
    parts = [compile_node(item, known) for item in node.items]
    if isinstance(node, And):
        return lambda facts: all(part(facts) for part in parts)
    return lambda facts: any(part(facts) for part in parts)


def compile_clause(clause: Clause, known: Vocabulary) -> Predicate:
    """One clause as a function; raises QueryError, with its column, where types don't fit."""
    field = known.find(clause)
    if clause.op not in _OPS[field.type]:
        raise QueryError(_misfit(field, clause), clause.column, clause.line)
    if clause.op == "is":
        return lambda facts: _empty(facts, field.name)
    if clause.op == "is not":
        return lambda facts: not _empty(facts, field.name)
    try:
        return _BUILD[field.type](field.name, clause)
    except (TextQueryError, ValueError) as error:
        raise QueryError(str(error), clause.column, clause.line) from None


def _misfit(field: Field, clause: Clause) -> str:
    if field.type == "text" and clause.op in ("=", "!=", "in", "not in"):
        return f'"{field.name}" is a text: search it with ~ instead of {clause.op}'
    allowed = ", ".join(sorted(_OPS[field.type]))
    return f'"{field.name}" is {WHAT[field.type]}, "{clause.op}" does not fit it: use {allowed}'


WHAT = {
    "text": "a text",
    "name": "a name",
    "names": "a list of names",
    "number": "a number",
    "date": "a date",
    "rank": "a priority",
}


def _empty(facts: Facts, name: str) -> bool:
    value = facts.get(name)
    return value is None or value == "" or value == ()


def _values(clause: Clause) -> list[str]:
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    for value in operand:
        if isinstance(value, Call):
            raise ValueError(f"{value.name}() can't be used with {clause.name}")
    return [str(value) for value in operand]


def _text(name: str, clause: Clause) -> Predicate:
    matches = compile_query(_values(clause)[0])
    if clause.op == "~":
        return lambda facts: matches(facts.text(name))
    return lambda facts: not _empty(facts, name) and not matches(facts.text(name))


def _names(name: str, clause: Clause) -> Predicate:
    if clause.op in ("~", "!~"):
        return _text(name, clause)
    wanted = frozenset(_fold_name(name, value) for value in _values(clause))
    negated = clause.op in ("!=", "not in")
    empties = "" in wanted and not negated

    def test(facts: Facts) -> bool:
        value = facts.folded(name)
        if value is None:
            return empties
        hit = not wanted.isdisjoint(value) if isinstance(value, frozenset) else value in wanted
        return hit is not negated

    return test


def _fold_name(name: str, value: str) -> str:
    folded = str(fold(value) or "")
    if name != "class":
        return folded
    kind = re.sub(r"[\s-]+", "_", folded)
    if kind not in CLASSES:
        hint = nearest(kind, CLASSES) or f": write one of {', '.join(CLASSES)}"
        raise ValueError(f'unknown class "{value}"{hint}')
    return kind


def _number(name: str, clause: Clause) -> Predicate:
    wanted = [_to_number(value, name) for value in _values(clause)]
    return _ordered(name, clause.op, wanted, _as_number)


def _to_number(text: str, name: str) -> float:
    if not re.fullmatch(r"[-+]?\d{1,15}(\.\d{1,15})?", text):
        hint = ': ask with "is empty"' if text == "" else ""
        raise ValueError(f'"{name}" is a number, "{text:.40}" is not{hint}')
    return float(text)


def _as_number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < _HUGE else None


_HUGE = 1e300


def _rank(name: str, clause: Clause) -> Predicate:
    values = _values(clause)
    if clause.op in ("=", "!=", "in", "not in"):
        return _names(name, clause)
    if unknown := [value for value in values if value.lower() not in RANKS]:
        hint = nearest(unknown[0], RANKS)
        raise ValueError(f'don\'t know the rank of priority "{unknown[0]}"{hint}')
    wanted = [float(RANKS[value.lower()]) for value in values]
    return _ordered(name, clause.op, wanted, _as_rank)


def _as_rank(value: object) -> float | None:
    return RANKS.get(str(value).lower()) if value else None


def _ordered(
    name: str, op: str, wanted: list[float], read: Callable[[object], float | None]
) -> Predicate:
    """Compares a field's number with the wanted one (or ones, for in and not in)."""
    limit, compare, negated = wanted[0], _COMPARE.get(op), op in ("!=", "not in")

    def test(facts: Facts) -> bool:
        value = read(facts.get(name))
        if value is None:
            return False
        return compare(value - limit) if compare else (value in wanted) is not negated

    return test


def _date(name: str, clause: Clause) -> Predicate:
    moment = dates.moment(clause.operand)
    compare, same = _COMPARE.get(clause.op), clause.op == "="

    def test(facts: Facts) -> bool:
        value = facts.get(name)
        if not isinstance(value, datetime):
            return False
        apart = dates.apart(value, moment(facts.now), facts.now)
        return compare(apart) if compare else (apart == 0) is same

    return test


_BUILD: dict[str, Callable[[str, Clause], Predicate]] = {
    "text": _text,
    "name": _names,
    "names": _names,
    "number": _number,
    "rank": _rank,
    "date": _date,
}
