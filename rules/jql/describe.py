"""Describe conditions in plain words, for people who do not read JQL."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rules.facts.catalog import FieldType
from rules.jql.compiler import Vocabulary
from rules.jql.syntax_tree import And, Call, Clause, Node, Or, without_not

MAX_NAMES = 6

_NAMES = {"text": "title or description", "summary": "title", "statuscategory": "status category"}
_IS: dict[str, str] = {
    "=": "is {}",
    "!=": "is something other than {}",
    "in": "is one of {}",
    "not in": "is something other than {}",
    "<": "is less than {}",
    "<=": "is {} or less",
    ">": "is more than {}",
    ">=": "is {} or more",
    "~": "mentions {}",
    "!~": "does not mention {}",
    "is": "is empty",
    "is not": "is filled in",
}
_OTHERWISE: dict[FieldType, dict[str, str]] = {
    "names": {
        "=": "has {}",
        "!=": "has something, but not {}",
        "in": "has one of {}",
        "not in": "has something, but none of {}",
    },
    "rank": {
        "<": "is below {}",
        "<=": "is {} or below",
        ">": "is above {}",
        ">=": "is {} or above",
    },
    "date": {
        "=": "is at {}",
        "!=": "is not at {}",
        "<": "is before {}",
        "<=": "is at or before {}",
        ">": "is after {}",
        ">=": "is at or after {}",
    },
}


def in_words(node: Node, known: Vocabulary) -> str:
    """Describe a condition as one clause of a sentence."""
    return _described(without_not(node), known, inner=False)


def _described(node: Node, known: Vocabulary, inner: bool) -> str:
    if isinstance(node, Clause):
        return _clause(node, known)
    joiner = " and " if isinstance(node, And) else ", or "
    parts = joiner.join(_described(item, known, inner=True) for item in _flat(node))
    return f"({parts})" if inner else parts


def _flat(node: Node) -> list[Node]:
    """Return the items of an `and` or an `or`; nested ones of the same kind are merged."""
    if not isinstance(node, And | Or):
        return [node]
    return [
        one
        for item in node.items
        for one in (_flat(item) if isinstance(item, type(node)) else [item])
    ]


def _clause(clause: Clause, known: Vocabulary) -> str:
    field = known.find(clause)
    form = _OTHERWISE.get(field.type, {}).get(clause.op, _IS[clause.op])
    shown = f"{_NAMES.get(field.name, clause.name)} {form}"
    return shown.replace("{}", _operand(clause, field.type), 1)


def _operand(clause: Clause, kind: FieldType) -> str:
    if clause.op in ("~", "!~"):
        return listed(re.split(r"\s+OR\s+", str(clause.operand).strip()))
    values = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    return listed([_value(value, kind) for value in values])


def _value(value: str | Call | None, kind: FieldType) -> str:
    if isinstance(value, Call):
        return {"now": "now", "currentuser": "Sluice itself"}.get(value.name, str(value))
    if value == "":
        return "nothing at all"
    return _when(str(value)) if kind == "date" else str(value)


_UNITS = {"y": "year", "M": "month", "w": "week", "d": "day", "h": "hour", "m": "minute"}


def _when(text: str) -> str:
    """Describe `-4w 2d` as `4 weeks 2 days ago`; return a day unchanged."""
    if not re.fullmatch(r"[-+]?(\d+[ywdhmM]\s*)+", text, re.ASCII):
        return text
    spans = re.findall(r"(\d+)([ywdhmM])", text)
    span = " ".join(f"{n} {_UNITS[unit]}{'' if int(n) == 1 else 's'}" for n, unit in spans)
    return f"{span} ago" if text.startswith("-") else f"{span} from now"


def listed(names: Sequence[str]) -> str:
    """Join names as `a, b or c`; of a long list only the first few."""
    if len(names) > MAX_NAMES + 1:
        names = [*names[:MAX_NAMES], f"{len(names) - MAX_NAMES} more"]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
