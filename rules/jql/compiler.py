"""Compile conditions: from a tree to functions of Facts, with JQL's rules for missing values.

A clause on an empty field is false, also with `!=`, `not in` and `!~`; only `is empty` is true. A
`not` before a clause inverts its operator, as in Jira: `not a = b` is `a != b`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from rules.facts.catalog import ALIASES, FIELDS, RANKS, STAGES, Field, Stage, dynamic
from rules.facts.facts import Facts, fold
from rules.jql.codegen import Atom, Read, flags_of
from rules.jql.normal_form import Conjunction, conjunctions
from rules.jql.search.text_query import TextQueryError, parse_query
from rules.jql.syntax_tree import Call, Clause, Node, Not, QueryError, without_not
from rules.jql.values import dates
from rules.problem import nearest
from rules.vocabulary.classes import ALL_KINDS

Predicate = Callable[[Facts], bool]

_OPS = {
    "text": {"~", "!~", "is", "is not"},
    "name": {"=", "!=", "in", "not in", "~", "!~", "is", "is not"},
    "names": {"=", "!=", "in", "not in", "~", "!~", "is", "is not"},
    "number": {"=", "!=", "in", "not in", "<", "<=", ">", ">=", "is", "is not"},
    "date": {"=", "!=", "<", "<=", ">", ">=", "is", "is not"},
    "rank": {"=", "!=", "in", "not in", "<", "<=", ">", ">=", "is", "is not"},
}
_CUSTOM = re.compile(r"\[\D+\]$")
"""The type that Jira's editor appends to the name of a custom field: `Severity[Dropdown]`."""


@dataclass(frozen=True)
class Vocabulary:
    """The fields that conditions of one rulebook may use at one stage."""

    fields: Mapping[str, Field]
    stage: Stage = "gate"

    def find(self, clause: Clause) -> Field:
        """Return the field of a clause; raise QueryError with the nearest name or the reason."""
        field = self.look_up(clause.name)
        if field is None:
            hint = nearest(clause.name.lower(), {*self.fields, *ALIASES})
            declare = " Declare" if hint else ": declare"
            wrong = f'unknown field "{clause.name}"{hint}{declare} custom fields under fields:'
            raise QueryError(wrong, clause.column, clause.line)
        if STAGES.index(field.since) > STAGES.index(self.stage):
            raise QueryError(
                f'"{field.name}" has no value yet at the {self.stage} stage: use another field',
                clause.column,
                clause.line,
            )
        return field

    def look_up(self, name: str) -> Field | None:
        """Return the field of this name at any stage, or None."""
        name = name.lower()
        return self._field(name) or self._field(_CUSTOM.sub("", name))

    def _field(self, name: str) -> Field | None:
        name = ALIASES.get(name, name)
        return self.fields.get(name) or dynamic(name)


def vocabulary(custom: Iterable[Field] = (), stage: Stage = "gate") -> Vocabulary:
    """Return the vocabulary of the built-in fields and the custom fields of a rulebook."""
    return Vocabulary({**FIELDS, **{field.name: field for field in custom}}, stage)


def clauses(node: Node) -> list[Clause]:
    """Return all clauses of a tree, from left to right."""
    if isinstance(node, Clause):
        return [node]
    if isinstance(node, Not):
        return clauses(node.item)
    return [clause for item in node.items for clause in clauses(item)]


@dataclass(frozen=True)
class Condition:
    """A condition, parsed and compiled once for the engine, `explain` and lint.

    `tree` is the condition as written. `plain` is the same condition without `not`; `atoms` and
    `fields` have an entry for each clause of `plain`. `ways` are the alternatives of its
    disjunctive normal form.
    """

    tree: Node
    plain: Node
    atoms: Mapping[Clause, Atom]
    fields: Mapping[Clause, Field]
    ways: tuple[Conjunction, ...]

    def fits(self, known: Vocabulary) -> bool:
        """Return whether another vocabulary of this stage has the same field for each clause."""
        return all(known.look_up(clause.name) == field for clause, field in self.fields.items())


def compile_condition(tree: Node, known: Vocabulary) -> Condition:
    """Compile a condition, each clause once; raise QueryError with all of its mistakes."""
    plain = without_not(tree)
    atoms: dict[Clause, Atom] = {}
    errors: list[QueryError] = []
    for clause in clauses(plain):
        try:
            if clause not in atoms:
                atoms[clause] = atom(clause, known)
        except QueryError as error:
            errors.append(error)
    try:
        ways = tuple(conjunctions(plain))
    except QueryError as error:
        errors.append(error)
    if errors:
        first, *others = errors
        raise QueryError(str(first), first.column, first.line, tuple(others))
    return Condition(tree, plain, atoms, {clause: known.find(clause) for clause in atoms}, ways)


def predicate(of: Atom) -> Predicate:
    """Return a function that evaluates one atom."""
    flags = flags_of([of])
    return lambda facts: flags(facts)[0]


def atom(clause: Clause, known: Vocabulary) -> Atom:
    """Compile a clause; raise QueryError, with its column, if its parts do not fit together."""
    field = known.find(clause)
    if clause.op not in _OPS[field.type]:
        raise QueryError(_misfit(field, clause.written or clause.op), clause.column, clause.line)
    try:
        return _emptiness(field.name, clause) or _BUILD[field.type](field.name, clause)
    except (TextQueryError, ValueError) as error:
        raise QueryError(str(error), clause.column, clause.line) from None


def _misfit(field: Field, op: str) -> str:
    if field.type == "text" and op in ("=", "!=", "in", "not in"):
        return f'"{field.name}" is a text: use ~ instead of {op}'
    allowed = ", ".join(sorted(_OPS[field.type]))
    return f'"{field.name}" is {WHAT[field.type]}, "{op}" does not work with it: use {allowed}'


WHAT = {
    "text": "a text",
    "name": "a name",
    "names": "a list of names",
    "number": "a number",
    "date": "a date",
    "rank": "a priority",
}


def _emptiness(name: str, clause: Clause) -> Atom | None:
    """Compile `is empty`, `is not empty`, and Jira's other forms `= empty` and `!= empty`."""
    if clause.op not in ("is", "is not") and (clause.op not in ("=", "!=") or clause.operand != ""):
        return None
    return Atom("{0}" if clause.op in ("is", "=") else "not {0}", (Read("empty", name),))


def _values(clause: Clause) -> tuple[str, ...]:
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    for value in operand:
        if isinstance(value, Call):
            op = clause.written or clause.op
            raise ValueError(f"{value} can't be used with {clause.name} {op}")
    return tuple(str(value) for value in operand)


def _text(name: str, clause: Clause) -> Atom:
    (query,) = _values(clause)
    parse_query(query)
    if clause.op == "~":
        return Atom("{k} in {0}", (Read("found", name),), query)
    return Atom("not ({1} or {k} in {0})", (Read("found", name), Read("empty", name)), query)


def _names(name: str, clause: Clause) -> Atom:
    if clause.op in ("~", "!~"):
        return _text(name, clause)
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand or "",)
    others = tuple(value for value in operand if value != _USER)
    values = _values(replace(clause, operand=others))
    wanted = frozenset(_fold_name(name, value) for value in values if value)
    if len(others) < len(operand):
        return _user(name, clause.op, wanted, "" in values)
    alone = next(iter(wanted)) if len(wanted) == 1 else None
    hit = "{k} in {0}" if alone else "not {k}.isdisjoint({0})"
    if clause.op in ("!=", "not in"):
        hit = f"not (not {{0}} or {hit})"
    elif "" in values:
        hit = f"not {{0}} or {hit}"
    return Atom(hit, (Read("names", name),), alone or wanted)


_USER = Call("currentuser")


def _user(name: str, op: str, wanted: frozenset[str], empties: bool) -> Atom:
    """Compile a clause with currentUser(); comparisons are false while no user is set."""
    user = Read("user", _USER.name, wanted)
    if op in ("!=", "not in"):
        reads = Read("names", name), user, Read("names", _USER.name)
        return Atom("not (not {0} or not {2} or not {1}.isdisjoint({0}))", reads)
    hit = "not {1}.isdisjoint({0})"
    return Atom(f"not {{0}} or {hit}" if empties else hit, (Read("names", name), user))


def _fold_name(name: str, value: str) -> str:
    folded = str(fold(value) or "")
    if name != "class":
        return folded
    kind = re.sub(r"[\s-]+", "_", folded)
    if kind not in ALL_KINDS:
        hint = nearest(kind, ALL_KINDS) or f": write one of {', '.join(ALL_KINDS)}"
        raise ValueError(f'unknown class "{value}"{hint}')
    return kind


def _number(name: str, clause: Clause) -> Atom:
    values, read = _values(clause), Read("number", name)
    if clause.op not in ("in", "not in"):
        return Atom(_ORDER[clause.op], (read,), _to_number(values[0], name))
    wanted = frozenset(_to_number(value, name) for value in values if value)
    if clause.op == "in" and "" in values:
        return Atom("{1} or {0} in {k}", (read, Read("empty", name)), wanted)
    return Atom(_ORDER[clause.op], (read,), wanted)


_ORDER = {
    "<": "{0} < {k}",
    "<=": "{0} <= {k}",
    ">": "{0} > {k}",
    ">=": "{0} >= {k}",
    "=": "{0} == {k}",
    "in": "{0} in {k}",
    # An empty field is read as NaN, and NaN is not equal to itself.
    "!=": "{0} == {0} != {k}",
    "not in": "{0} == {0} and {0} not in {k}",
}


def _to_number(text: str, name: str) -> float:
    if not re.fullmatch(r"[-+]?\d{1,15}(\.\d{1,15})?", text):
        if re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
            raise ValueError(f'"{text:.20}…" has too many digits: write at most 15')
        hint = ': write "is empty"' if text == "" else ""
        raise ValueError(f'"{name}" is a number, "{text:.40}" is not{hint}')
    return float(text)


def _rank(name: str, clause: Clause) -> Atom:
    if clause.op in ("=", "!=", "in", "not in"):
        return _names(name, clause)
    (value,) = _values(clause)
    if value.lower() not in RANKS:
        hint = nearest(value, RANKS)
        raise ValueError(f'the priority "{value}" has no known rank{hint or ": use = or in"}')
    return Atom(_ORDER[clause.op], (Read("rank", name),), float(RANKS[value.lower()]))


def _date(name: str, clause: Clause) -> Atom:
    dates.moment(clause.operand)
    expression = _ORDER[clause.op].replace("{k}", "{1}")
    return Atom(expression, (Read("date", name), Read("moment", beside=clause.operand)))


_BUILD: dict[str, Callable[[str, Clause], Atom]] = {
    "text": _text,
    "name": _names,
    "names": _names,
    "number": _number,
    "rank": _rank,
    "date": _date,
}
