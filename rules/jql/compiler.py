"""Compile conditions: from a tree to functions of Facts, with JQL's rules for missing values.

A clause on an empty field is false, also with `!=`, `not in` and `!~`; only `is empty` is true. A
`not` before a clause inverts its operator, as in Jira: `not a = b` is `a != b`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rules.facts.catalog import ALIASES, FIELDS, STAGES, Field, Stage, dynamic
from rules.facts.facts import Facts
from rules.jql.codegen import flags_of
from rules.jql.normal_form import Conjunction, conjunctions
from rules.jql.search.parse_query import TextQueryError
from rules.jql.syntax_tree import Clause, Node, Not, QueryError, without_not
from rules.jql.values.atom import Atom
from rules.jql.values.build_atom import BUILD, ORDER, WHAT, is_empty, is_filled, operators
from rules.jql.values.elsewhere import instead
from rules.problem import nearest

Predicate = Callable[[Facts], bool]

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
            if advice := instead(clause.name):
                wrong = f'"{clause.name}" is a field of JQL that conditions can\'t judge: {advice}'
                raise QueryError(wrong, clause.column, clause.line)
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
    if clause.op not in operators(field):
        raise QueryError(_misfit(field, clause.written or clause.op), clause.column, clause.line)
    try:
        return _emptiness(field, clause) or BUILD[field.type](field, clause)
    except (TextQueryError, ValueError) as error:
        raise QueryError(str(error), clause.column, clause.line) from None


def _misfit(field: Field, op: str) -> str:
    if field.type == "text" and op in ("=", "!=", "in", "not in"):
        return f'"{field.name}" is a text: use ~ instead of {op}'
    if field.form in ("version", "sprint") and op in ORDER:
        return f"the order of {field.form}s is not read from Jira: use in (…) instead of {op}"
    if field.form == "time" and op == "=":
        return f'"{field.name}" is a time, which never equals a day: use >= and <'
    allowed = ", ".join(sorted(operators(field)))
    return f'"{field.name}" is {WHAT[field.type]}, "{op}" does not work with it: use {allowed}'


def _emptiness(field: Field, clause: Clause) -> Atom | None:
    """Compile `is empty`, `is not empty`, and Jira's other forms `= empty` and `!= empty`."""
    if clause.op not in ("is", "is not") and (clause.op not in ("=", "!=") or clause.operand != ""):
        return None
    empty = clause.op in ("is", "=")
    if field.filled and empty:
        raise ValueError(f'"{field.name}" is never empty: remove this clause')
    return is_empty(field) if empty else is_filled(field)
