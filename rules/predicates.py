"""Conditions made executable: tree → function of Facts, with JQL's rules for missing values.

A clause on an empty field is false, `!=`, `not in` and `!~` included; only `is empty` is true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.facts import ALIASES, FIELDS, RANKS, Facts, Field, Stage, fold
from rules.query import And, Call, Clause, Node, Not, QueryError
from rules.text import TextQueryError, compile_query
from rules.yamlfile import nearest

Predicate = Callable[[Facts], bool]

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
        field = self.fields.get(ALIASES.get(name, name))
        if field is None:
            hint = nearest(name, {*self.fields, *ALIASES})
            custom = "" if hint else ": a custom field must be declared under fields:"
            raise QueryError(f'unknown field "{clause.name}"{hint}{custom}', clause.column)
        if _STAGES.index(field.since) > _STAGES.index(self.stage):
            raise QueryError(
                f'"{field.name}" is not known yet when a rule decides the {self.stage}',
                clause.column,
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
        raise QueryError(_misfit(field, clause), clause.column)
    if clause.op == "is":
        return lambda facts: _empty(facts, field.name)
    if clause.op == "is not":
        return lambda facts: not _empty(facts, field.name)
    try:
        return _BUILD[field.type](field.name, clause)
    except (TextQueryError, ValueError) as error:
        raise QueryError(str(error), clause.column) from None


def _misfit(field: Field, clause: Clause) -> str:
    if field.type == "text" and clause.op in ("=", "!=", "in", "not in"):
        return f'"{field.name}" is a text: search it with ~ instead of {clause.op}'
    allowed = ", ".join(sorted(_OPS[field.type]))
    return f'"{field.name}" is a {field.type}, which does not know {clause.op}: use {allowed}'


def _empty(facts: Facts, name: str) -> bool:
    value = facts.get(name)
    return value is None or value == "" or value == ()


def _values(clause: Clause) -> list[str]:
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    for value in operand:
        if isinstance(value, Call):
            raise QueryError(f"{value.name}() can't be used with {clause.name}", clause.column)
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

    def test(facts: Facts) -> bool:
        value = facts.folded(name)
        if value is None:
            return False
        hit = not wanted.isdisjoint(value) if isinstance(value, frozenset) else value in wanted
        return hit is not negated

    return test


def _fold_name(name: str, value: str) -> str:
    folded = str(fold(value) or "")
    return re.sub(r"[\s-]+", "_", folded) if name == "class" else folded


def _number(name: str, clause: Clause) -> Predicate:
    wanted = [_to_number(value, name) for value in _values(clause)]
    return _ordered(name, clause.op, wanted, lambda value, _: _as_number(value))


def _to_number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f'"{name}" is a number, "{text}" is not') from None


def _as_number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None


def _rank(name: str, clause: Clause) -> Predicate:
    values = _values(clause)
    if clause.op in ("=", "!=", "in", "not in"):
        return _names(name, clause)
    if unknown := [value for value in values if value.lower() not in RANKS]:
        hint = nearest(unknown[0], RANKS)
        raise ValueError(f'don\'t know the rank of priority "{unknown[0]}"{hint}')
    wanted = [float(RANKS[value.lower()]) for value in values]
    return _ordered(name, clause.op, wanted, lambda value, _: _as_rank(value))


def _as_rank(value: object) -> float | None:
    return RANKS.get(str(value).lower()) if value else None


def _ordered(
    name: str, op: str, wanted: list[float], read: Callable[[object, datetime], float | None]
) -> Predicate:
    """Compares a field's number with the wanted one (or ones, for in and not in)."""
    limit, compare, negated = wanted[0], _COMPARE.get(op), op in ("!=", "not in")

    def test(facts: Facts) -> bool:
        value = read(facts.get(name), facts.now)
        if value is None:
            return False
        return compare(value - limit) if compare else (value in wanted) is not negated

    return test


def _date(name: str, clause: Clause) -> Predicate:
    operand = clause.operand
    moment = _call(operand) if isinstance(operand, Call) else _moment(str(operand))
    compare, same = _COMPARE.get(clause.op), clause.op == "="

    def test(facts: Facts) -> bool:
        value = facts.get(name)
        if not isinstance(value, datetime):
            return False
        apart = (_aware(value, facts.now) - moment(facts.now)).total_seconds()
        return compare(apart) if compare else (apart == 0) is same

    return test


def _aware(value: datetime, now: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=now.tzinfo)


Moment = Callable[[datetime], datetime]
_STEP = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1)}
_STEP |= {"m": timedelta(minutes=1), "y": timedelta(days=365), "M": timedelta(days=30)}


def _moment(text: str) -> Moment:
    """`-4w 2d` from now, or a day or minute such as 2026-01-31 or "2026-01-31 18:00"."""
    if re.fullmatch(r"[-+]?(\d{1,5}[ywdhmM]\s*)+", text):
        shift = _shift(text)
        return lambda now: now + shift
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"):
        try:
            day = datetime.strptime(text, form)  # noqa: DTZ007 - in the zone of now
        except ValueError:
            continue
        return lambda now: day.replace(tzinfo=now.tzinfo)
    raise ValueError(f'"{text}" is not a date: write -30d, "2026-01-31" or startOfWeek()')


def _shift(text: str) -> timedelta:
    steps = re.findall(r"(\d+)([ywdhmM])", text)
    total = sum((int(count) * _STEP[unit] for count, unit in steps), timedelta())
    return -total if text.startswith("-") else total


_SPANS = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
_CALLS = ("now", *(f"{edge}of{span}" for edge in ("start", "end") for span in _SPANS))


def _call(call: Call) -> Moment:
    """now(), startOfWeek(-1), endOfMonth() …; the number counts spans, `"-2d"` shifts by days."""
    if call.name == "now" and not call.args:
        return lambda now: now
    match = re.fullmatch(r"(start|end)of(day|week|month|year)", call.name)
    if not match or len(call.args) > 1:
        raise ValueError(f"unknown function {call.name}(){nearest(call.name, _CALLS)}")
    edge, span = match.groups()
    by = call.args[0] if call.args else "0"
    if not re.fullmatch(r"[-+]?\d{1,4}[ywdhmM]?", by):
        raise ValueError(f'{call.name}("{by}"): write a number of {span}s such as -1')
    return lambda now: _edge(now, span, by, edge == "end")


def _edge(now: datetime, span: str, by: str, end: bool) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = _SPANS[span](midnight)
    if by[-1].isdigit():
        start = _forward(start, span, int(by) + end)
        return start - timedelta(milliseconds=1) if end else start
    start = _forward(start, span, 1) - timedelta(milliseconds=1) if end else start
    return start + _shift(by)


def _forward(start: datetime, span: str, count: int) -> datetime:
    if span in ("day", "week"):
        return start + count * _STEP[span[0]]
    months = start.year * 12 + start.month - 1 + count * (12 if span == "year" else 1)
    year = min(max(months // 12, 1), 9999)
    return start.replace(year=year, month=months % 12 + 1)


_BUILD: dict[str, Callable[[str, Clause], Predicate]] = {
    "text": _text,
    "name": _names,
    "names": _names,
    "number": _number,
    "rank": _rank,
    "date": _date,
}
