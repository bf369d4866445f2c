"""Turn parsed JQL into predicates and sort orders over issues."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox.jql.dates import date_value
from sandbox.jql.fields import find_reader
from sandbox.jql.parser import Call, Clause, JqlError, Negated, Node, Operand, Query, Text
from sandbox.jql.reader import FieldReader
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Issue

Predicate = Callable[[Issue], bool]
OPPOSITE = {
    "=": "!=",
    "!=": "=",
    "~": "!~",
    "!~": "~",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}
POSITIVE = {"!=": "=", "not in": "in", "!~": "~"}
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
SPRINTS = {"opensprints": "active", "closedsprints": "closed", "futuresprints": "future"}
EQUALITY = ("=", "!=", "in", "not in", "is", "is not")
ALLOWED = {
    "text": ("~", "!~", "is", "is not"),
    "set": EQUALITY,
    "value": EQUALITY,
    "ordered": (*EQUALITY, *ORDERED),
    "date": (*EQUALITY, *ORDERED),
    "any": (*EQUALITY, *ORDERED, "~", "!~"),
}


@dataclass(frozen=True)
class Context:
    """The searching account (None: anonymous), the model, the time (seconds since 1970)."""

    model: Model
    account: Account | None
    now: float


def search(context: Context, query: Query) -> list[Issue]:
    """Return the matching issues in the query's order, else newest first."""
    matches = predicate(context, query)
    found = [i for i in context.model.issues.values() if _may_browse(context, i) and matches(i)]
    found.sort(key=lambda issue: int(issue.id), reverse=True)
    for name, descending in reversed(query.order):
        reader = find_reader(context.model, name)
        down = reader.newest_first if descending is None else descending
        _sort(found, reader, down)
    return found


def _may_browse(context: Context, issue: Issue) -> bool:
    who = context.account
    return who is None or context.model.may(who, "BROWSE_PROJECTS", issue.project)


def _sort(found: list[Issue], reader: FieldReader, descending: bool) -> None:
    keyed = [(reader.sort_key(issue), issue) for issue in found]
    filled = [pair for pair in keyed if pair[0] is not None]
    try:
        filled.sort(key=lambda pair: pair[0], reverse=descending)
    except TypeError:  # an issue property may hold text on one issue and a number on another
        filled.sort(key=lambda pair: str(pair[0]), reverse=descending)
    found[:] = [i for _, i in filled] + [i for key, i in keyed if key is None]


def predicate(context: Context, query: Query) -> Predicate:
    """Return the query's condition as a function; raise JqlError if Jira would refuse the query."""
    for name, _ in query.order:
        find_reader(context.model, name)
    if query.where is None:
        return lambda issue: True
    return _node(context, query.where, False)


def _node(context: Context, node: Node, negated: bool) -> Predicate:
    if isinstance(node, Negated):
        return _node(context, node.part, not negated)
    if isinstance(node, Clause):
        op = OPPOSITE[node.op] if negated else node.op
        return _clause(context, Clause(node.field, op, node.operands))
    parts = [_node(context, part, negated) for part in node.parts]
    every = not node.all if negated else node.all
    if every:
        return lambda issue: all(part(issue) for part in parts)
    return lambda issue: any(part(issue) for part in parts)


def _clause(context: Context, clause: Clause) -> Predicate:
    reader = find_reader(context.model, clause.field)
    if clause.op not in ALLOWED[reader.kind]:
        raise JqlError(
            f"The operator '{clause.op}' is not supported by the '{clause.field}' field."
        )
    get = reader.get
    if clause.op in ("is", "is not"):
        wanted = clause.op == "is"
        if reader.kind in ("set", "text"):
            return lambda issue: (not get(issue)) is wanted
        return lambda issue: (get(issue) is None) is wanted
    op = POSITIVE.get(clause.op, clause.op)
    test = _test(context, reader, clause, op)
    if op == clause.op:
        return test
    # In Jira, != and NOT IN do not match an empty field.
    return lambda issue: get(issue) not in (None, "", []) and not test(issue)


def _test(context: Context, reader: FieldReader, clause: Clause, op: str) -> Predicate:
    get = reader.get
    if op == "~":
        return _text_test(context, reader, clause.operands[0])
    empties = [o for o in clause.operands if _unresolved(reader, o)]
    values = [
        v
        for o in clause.operands
        if o not in empties
        for v in _values(context, reader, clause.field, o)
    ]
    if op in ORDERED:
        compare, bound = ORDERED[op], reader.rank(values[0]) if values else None
        if bound is None:
            raise JqlError(f"The value for the field '{clause.field}' cannot be compared.")

        def in_order(issue: Issue) -> bool:
            value = reader.order(issue)
            return value is not None and compare(value, bound)

        return in_order
    if reader.kind == "set":
        return lambda issue: any(v in values for v in get(issue))

    def equals(issue: Issue) -> bool:
        value = get(issue)
        return bool(empties) if value is None else value in values

    return equals


def _unresolved(reader: FieldReader, operand: Operand) -> bool:
    return (
        reader.name == "resolution"
        and isinstance(operand, Text)
        and operand.text.lower() == "unresolved"
    )


def _values(context: Context, reader: FieldReader, field: str, operand: Operand) -> Iterable[Any]:
    if reader.kind == "date":
        return [date_value(field, operand, context.now)]
    if isinstance(operand, Call):
        return _call_values(context, reader, operand)
    return reader.parse(field, operand.text)


def _call_values(context: Context, reader: FieldReader, call: Call) -> list[Any]:
    if call.name.lower() == "currentuser" and reader.holds_users:
        return [context.account.name] if context.account else []
    state = SPRINTS.get(call.name.lower())
    if state and reader.name == "sprint":
        return [str(s.id) for s in context.model.sprints.values() if s.state == state]
    raise JqlError(f"Unable to find JQL function '{call.name}({', '.join(call.args)})'.")


def _text_test(context: Context, reader: FieldReader, operand: Operand) -> Predicate:
    if isinstance(operand, Call):
        raise JqlError(f"The operator '~' does not take the function '{operand.name}'.")
    needles = _needles(operand.text)

    def test(issue: Issue) -> bool:
        text = reader.get(issue)
        return bool(text) and all(n.search(str(text)) for n in needles)

    return test


@lru_cache(maxsize=256)
def _needles(text: str) -> tuple[re.Pattern[str], ...]:
    """Return a pattern for each word or quoted phrase of a text search."""
    pieces = re.findall(r'"([^"]+)"|(\S+)', text)
    patterns = []
    for phrase, word in pieces:
        body = re.escape(phrase or word.strip("*?+-~")).replace(r"\ ", r"\s+")
        wide = word.endswith("*") or not (phrase or word).isascii()
        tail = "" if wide else r"(?:s|es|ed|ing)?\b"
        lead = r"\b" if body[:1].isalnum() and (phrase or word).isascii() else ""
        patterns.append(re.compile(lead + body + tail, re.I))
    return tuple(patterns)
