"""Compile the clauses of each type of field, with JQL's rules for missing values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rules.facts.catalog import Field, FieldType
from rules.jql.search.parse_query import parse_query
from rules.jql.syntax_tree import Call, Clause
from rules.jql.values import dates
from rules.jql.values.atom import Atom, Read
from rules.jql.values.names import KEY, name_of, state_of
from rules.jql.values.numbers import check_reach, number_of
from rules.problem import nearest
from rules.vocabulary.priorities import RANKS

_EQUAL = {"=", "!=", "in", "not in", "is", "is not"}
_SEARCH = {"~", "!~"}
ORDER = {
    "<": "{0} < {k}",
    "<=": "{0} <= {k}",
    ">": "{0} > {k}",
    ">=": "{0} >= {k}",
}
_SAME = {
    "=": "{0} == {k}",
    "in": "{0} in {k}",
    # An empty field is read as NaN, and NaN is not equal to itself.
    "!=": "{0} == {0} != {k}",
    "not in": "{0} == {0} and {0} not in {k}",
}
_OPS: dict[FieldType, set[str]] = {
    "text": {*_SEARCH, "is", "is not"},
    "name": {*_EQUAL, *_SEARCH},
    "names": {*_EQUAL, *_SEARCH},
    "number": {*_EQUAL, *ORDER},
    "date": {"=", "!=", "is", "is not", *ORDER},
    "rank": {*_EQUAL, *ORDER},
}
WHAT: dict[FieldType, str] = {
    "text": "a text",
    "name": "a name",
    "names": "a list of names",
    "number": "a number",
    "date": "a date",
    "rank": "a priority",
}


def operators(field: Field) -> set[str]:
    """Return the operators that work with a field."""
    found = _OPS[field.type] - _SEARCH if field.choices or field.exact else _OPS[field.type]
    if field.form == "key":
        return found | set(ORDER)
    return found - {"="} if field.form == "time" else found


def is_empty(field: Field) -> Atom:
    """Return the atom of `is empty`: of a number that counts a list, 0 is empty, too."""
    if field.counts:
        return Atom("{0} != {0} or {0} == 0", (Read("number", field.name),))
    return Atom("{0}", (Read("empty", field.name),))


def is_filled(field: Field) -> Atom:
    """Return the atom of `is not empty`."""
    if field.counts:
        return Atom("{0} == {0} != 0", (Read("number", field.name),))
    return Atom("not {0}", (Read("empty", field.name),))


def _values(clause: Clause) -> tuple[str, ...]:
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    for value in operand:
        if isinstance(value, Call):
            op = clause.written or clause.op
            raise ValueError(f"{value} can't be used with {clause.name} {op}")
    return tuple(str(value) for value in operand)


def _text(field: Field, clause: Clause) -> Atom:
    (query,) = _values(clause)
    exact = "exact" if field.form == "exact words" else None
    parse_query(query, exact is not None)
    found = Read("found", field.name, exact)
    if clause.op == "~":
        return Atom("{k} in {0}", (found,), query)
    return Atom("not ({1} or {k} in {0})", (found, Read("empty", field.name)), query)


def _names(field: Field, clause: Clause) -> Atom:
    if clause.op in _SEARCH:
        return _text(field, clause)
    if clause.op in ORDER:
        return _key(field, clause)
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand or "",)
    states = {
        call: name for call in operand if isinstance(call, Call) and (name := state_of(field, call))
    }
    plain = tuple(value for value in operand if value != _USER and value not in states)
    names = [name_of(field, value) for value in _values(replace(clause, operand=plain))]
    wanted = frozenset(filter(None, names)) | frozenset(states.values())
    if _USER in operand:
        return _user(field.name, clause.op, wanted, "" in names)
    return _among(field.name, clause.op, wanted, "" in names)


def _among(name: str, op: str, wanted: frozenset[str], empties: bool) -> Atom:
    alone = next(iter(wanted)) if len(wanted) == 1 else None
    hit = "{k} in {0}" if alone else "not {k}.isdisjoint({0})"
    if op in ("!=", "not in"):
        hit = f"not (not {{0}} or {hit})"
    elif empties:
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


def _key(field: Field, clause: Clause) -> Atom:
    """Compile `key > SHOP-5`: it is true of keys of the same project only, as in Jira."""
    (value,) = _values(clause)
    match = KEY.fullmatch(value.lower())
    if match is None:
        raise ValueError(f'"{value:.40}" is not the key of an issue: write one such as SHOP-12')
    return Atom(ORDER[clause.op], (Read("key", field.name, match.group(1)),), float(match.group(2)))


def _number(field: Field, clause: Clause) -> Atom:
    values, read = _values(clause), Read("number", field.name)
    numbers = [
        number_of(field, value) for value in values if value or clause.op not in ("in", "not in")
    ]
    empties = "" in values
    if numbers or not empties:
        check_reach(field, clause.op, numbers)
    if clause.op not in ("in", "not in"):
        return Atom((ORDER | _SAME)[clause.op], (read,), numbers[0])
    wanted = frozenset([*numbers, 0.0] if empties and field.counts else numbers)
    if clause.op == "in" and empties:
        return Atom("{1} or {0} in {k}", (read, Read("empty", field.name)), wanted)
    return Atom(_SAME[clause.op], (read,), wanted)


def _rank(field: Field, clause: Clause) -> Atom:
    if clause.op not in ORDER:
        return _names(field, clause)
    (value,) = _values(clause)
    if value.lower() not in RANKS:
        hint = nearest(value, RANKS)
        raise ValueError(f'the priority "{value}" has no known rank{hint or ": use = or in"}')
    return Atom(ORDER[clause.op].replace("{k}", "0"), (Read("rank", field.name, value.lower()),))


def _date(field: Field, clause: Clause) -> Atom:
    dates.moment(clause.operand)
    compared = (ORDER | _SAME)[clause.op].replace("{k}", "{1}")
    instant = Read("date", field.name), Read("moment", beside=clause.operand)
    midnight = Read("midnight", beside=clause.operand)
    if field.form == "time":
        return Atom(compared, instant)
    if field.form == "day":
        return Atom(compared, (Read("day", field.name), midnight))
    # A custom field is a day or a time: only its value tells.
    days = compared.replace("{0}", "{2}").replace("{1}", "{3}")
    reads = (*instant, Read("whole day", field.name), midnight)
    return Atom(f"({days}) if {{2}} == {{2}} else ({compared})", reads)


BUILD: dict[FieldType, Callable[[Field, Clause], Atom]] = {
    "text": _text,
    "name": _names,
    "names": _names,
    "number": _number,
    "rank": _rank,
    "date": _date,
}
