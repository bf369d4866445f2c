"""Whether clauses on one field can hold together: the values that tell them apart are tried.

Clauses on a field tell only finitely many values apart: of a number those that they name, those
between, and those beyond. Each is tried with the very function that judges issues, so that this
can't differ from what a rule does. What can't be decided so counts as possible.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import pairwise

from rules.facts.catalog import RANKS, Field
from rules.facts.facts import Facts
from rules.facts.issue import Fact
from rules.jql import dates
from rules.jql.codegen import Atom
from rules.jql.compiler import Predicate, Vocabulary, atom, predicate
from rules.jql.syntax_tree import OPPOSITE, Call, Clause
from rules.lint.search_subsumption import entails
from rules.vocabulary.classes import ALL_KINDS

Literal = tuple[Clause, bool]
"""A clause and whether it is to be true or false."""

Limits = Mapping[str, tuple[float, float]]
"""The least and the greatest value that a number can have."""

SOMETHING = "\N{CURRENCY SIGN}something else"
"""A value that no condition names."""

NOW = datetime(2026, 1, 15, 12, tzinfo=timezone.utc)
_DAY = timedelta(days=1)


@dataclass
class Cells:
    """What the fields of one book can hold at one stage.

    `limits` bounds numbers; `filled` names the fields that are never empty. `atoms` holds the
    clauses of the rules, compiled; only clauses that no rule has are compiled here.
    """

    known: Vocabulary
    limits: Limits
    filled: frozenset[str]
    atoms: Mapping[Clause, Atom] = field(default_factory=dict)
    _compiled: dict[Clause, Predicate] = field(default_factory=dict)

    def together(self, of: Field, literals: Iterable[Literal]) -> bool:
        """Whether one value of a field gives all of the literals; True in doubt."""
        wanted = set(literals)
        if any((clause, not holds) in wanted for clause, holds in wanted):
            return False
        if of.name not in self.filled and self._fits(of, None, wanted):
            return True
        return self._of_something(of, wanted)

    def _of_something(self, of: Field, wanted: set[Literal]) -> bool:
        """The same for values that are not empty."""
        if _opposed(wanted) or not _searches_agree(wanted):
            return False
        exact = {literal for literal in wanted if not _open(literal[0])}
        if of.type == "date":
            return all(self._some(of, part, part) for part in _comparable(exact))
        return self._some(of, exact, wanted)

    def _some(self, of: Field, exact: set[Literal], wanted: set[Literal]) -> bool:
        for value in self._values(of, exact):
            # A search in a value that is named can be tried; in any other it finds what it likes.
            tried = wanted if value != SOMETHING and of.type == "name" else exact
            if self._fits(of, value, {one for one in tried if not _asks_who(one[0])}):
                return True
        return False

    def _fits(self, of: Field, value: Fact, literals: Iterable[Literal]) -> bool:
        # An empty text is empty for every type; nothing at all would be derived from others.
        name = "summary" if of.name == "text" else of.name
        facts = Facts({name: "" if value is None else value}, NOW)
        return all(self._test(clause)(facts) is holds for clause, holds in literals)

    def _test(self, clause: Clause) -> Predicate:
        if clause not in self._compiled:
            ready = self.atoms.get(clause) or atom(clause, self.known)
            self._compiled[clause] = predicate(ready)
        return self._compiled[clause]

    def _values(self, of: Field, literals: set[Literal]) -> Iterable[Fact]:
        """Values of which one makes the literals true, if any value does."""
        if of.type == "number":
            return self._numbers(of, literals)
        if of.type == "date":
            return _times(literals)
        if of.type == "names":
            return (_widest(literals),)
        if of.name == "class":
            return (*ALL_KINDS, SOMETHING)  # a person may write what they like
        if of.choices:
            return of.choices
        names = {name for clause, _ in literals for name in _named(clause)}
        return [*sorted(names | set(RANKS) if of.type == "rank" else names), SOMETHING]

    def _numbers(self, of: Field, literals: set[Literal]) -> list[Fact]:
        low, high = self.limits.get(of.name, (-_FAR, _FAR))
        named = {float(name) for clause, _ in literals for name in _named(clause)}
        edges = {edge for edge in (low, high) if abs(edge) < _FAR}
        return [v for v in _between([*named, *edges], 1.0) if low <= v <= high]


_FAR = 1e18
_TICK = timedelta(milliseconds=1)


def _between(marks: Iterable[float], step: float) -> list[float]:
    """The marks, a value between each two neighbours, and one beyond either end."""
    ordered = sorted(set(marks))
    if not ordered:
        return [step]
    middles = [low + (high - low) / 2 for low, high in pairwise(ordered)]
    return [*ordered, *middles, ordered[0] - step, ordered[-1] + step]


def _times(literals: set[Literal]) -> list[Fact]:
    """Times by the milliseconds between them and now: no clause tells less than one apart."""
    moments = [dates.moment(clause.operand)(NOW) for clause, _ in literals if clause.operand]
    found: list[Fact] = []
    for apart in _between([float((moment - NOW) // _TICK) for moment in moments], _DAY / _TICK):
        with suppress(OverflowError):  # before the first year there is nothing to try
            found.append(NOW + apart * _TICK)
    return found


def _named(clause: Clause) -> list[str]:
    """The values that a clause compares with, functions and `empty` left out."""
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    return [value for value in operand if isinstance(value, str) and value]


def _widest(literals: set[Literal]) -> tuple[str, ...]:
    """The list with every name that may be in it: if that one does not do, no list does."""
    avoided, names = set(), {SOMETHING}
    for clause, holds in literals:
        found = {name.lower() for name in _named(clause)}
        names |= found
        if (clause.op in ("=", "in")) is not holds:
            avoided |= found
    return tuple(sorted(names - avoided))


def _open(clause: Clause) -> bool:
    """Whether a clause can be true or false of a value that is not empty, as far as we know."""
    return clause.op in ("~", "!~") or _asks_who(clause)


def _asks_who(clause: Clause) -> bool:
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    return any(isinstance(value, Call) and value.name == "currentuser" for value in operand)


def _opposed(wanted: set[Literal]) -> bool:
    """Whether two clauses on a value that is not empty are each other's opposite.

    As long as nobody is signed in, what asks for currentUser() is false and so is its opposite.
    """
    return any(
        (Clause(clause.name, OPPOSITE[clause.op], clause.operand), holds) in wanted
        for clause, holds in wanted
        if _open(clause) and (holds or not _asks_who(clause))
    )


def _searches(wanted: Iterable[Literal]) -> tuple[set[str], set[str]]:
    """What a text that is not empty has to hold, and what it must not."""
    found: dict[bool, set[str]] = defaultdict(set)
    for clause, holds in wanted:
        if clause.op in ("~", "!~") and isinstance(clause.operand, str):
            found[(clause.op == "~") is holds].add(clause.operand)
    return found[True], found[False]


def _searches_agree(wanted: set[Literal]) -> bool:
    found, missing = _searches(wanted)
    return not any(entails(one, other) for one in found for other in missing)


_SHIFTS = (re.compile(r"[-+]?(\d+[wd]\s*)+"), re.compile(r"[-+]?(\d+[hm]\s*)+"))


def _comparable(literals: set[Literal]) -> Iterator[set[Literal]]:
    """Clauses on dates by what orders their times whatever the day is: the rest can't be known."""
    found: dict[object, set[Literal]] = defaultdict(set)
    for clause, holds in literals:
        found[_kind(clause)].add((clause, holds))
    # Now lies between any two spans of time before and after it.
    now = found.get("now", set())
    yield from (part | now if kind in range(len(_SHIFTS)) else part for kind, part in found.items())


def _kind(clause: Clause) -> object:
    operand = clause.operand
    if isinstance(operand, Call):
        plain = all(re.fullmatch(r"[-+]?\d+", arg) for arg in operand.args)
        return operand.name if plain else operand
    text = str(operand)
    shift = next((n for n, form in enumerate(_SHIFTS) if form.fullmatch(text)), None)
    return text if shift is None and re.search("[ywdhmM]", text) else shift
