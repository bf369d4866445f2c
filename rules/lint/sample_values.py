"""Check whether clauses on one field can be true together, by trying sample values.

Clauses on a field distinguish only finitely many values: of a number the named values, values
between them, and values beyond them. Each sample is tried with the same function that judges
issues, so the result can't differ from a rule's. Uncertain cases count as possible.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from rules.facts.catalog import Field
from rules.facts.facts import Facts
from rules.facts.issue import Fact
from rules.jql.compiler import Predicate, Vocabulary, atom, predicate
from rules.jql.syntax_tree import OPPOSITE, Call, Clause
from rules.jql.values import dates
from rules.jql.values.atom import Atom
from rules.jql.values.build_atom import ORDER
from rules.jql.values.names import KEY, OF_VALUES, STATES, name_of
from rules.jql.values.numbers import number_of
from rules.lint.search_subsumption import entails
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.priorities import RANKS

Literal = tuple[Clause, bool]
"""A clause and its wanted truth value."""

Limits = Mapping[str, tuple[float, float]]
"""The lowest and the highest possible value of each number."""

SOMETHING = "\N{CURRENCY SIGN}something else"
"""A value that no condition contains."""

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass
class Cells:
    """The possible values of the fields of one rulebook at one stage.

    `limits` has the limits of numbers; `filled` lists the fields that are never empty. `atoms` has
    the compiled clauses of the rules; other clauses are compiled here.
    """

    known: Vocabulary
    limits: Limits
    filled: frozenset[str]
    atoms: Mapping[Clause, Atom] = field(default_factory=dict)
    _compiled: dict[Clause, Predicate] = field(default_factory=dict)

    def together(self, of: Field, literals: Iterable[Literal]) -> bool:
        """Return whether one value of a field satisfies all literals; True if uncertain."""
        wanted = set(literals)
        if any((clause, not holds) in wanted for clause, holds in wanted):
            return False
        if of.name not in self.filled and self._fits(of, None, wanted):
            return True
        return self._of_something(of, wanted)

    def _of_something(self, of: Field, wanted: set[Literal]) -> bool:
        """Return the same for values that are not empty."""
        if _opposed(wanted) or not _searches_agree(of, wanted):
            return False
        exact = {literal for literal in wanted if not _open(literal[0])}
        if of.type == "date":
            return all(self._some(of, part, part) for part in _comparable(exact))
        return self._some(of, exact, wanted)

    def _some(self, of: Field, exact: set[Literal], wanted: set[Literal]) -> bool:
        for value in self._values(of, exact):
            # A search in a known value can be tried; in another value it could find anything.
            tried = wanted if value != SOMETHING and of.type == "name" else exact
            if self._fits(of, value, {one for one in tried if not _asks_more(one[0])}):
                return True
        return False

    def _fits(self, of: Field, value: Fact, literals: Iterable[Literal]) -> bool:
        # An empty text is empty for every type; a missing value would be derived from other fields.
        name = "summary" if of.name == "text" else of.name
        facts = Facts({name: "" if value is None else value}, NOW)
        return all(self._test(clause)(facts) is holds for clause, holds in literals)

    def _test(self, clause: Clause) -> Predicate:
        if clause not in self._compiled:
            ready = self.atoms.get(clause) or atom(clause, self.known)
            self._compiled[clause] = predicate(ready)
        return self._compiled[clause]

    def _values(self, of: Field, literals: set[Literal]) -> Iterable[Fact]:
        """Return sample values; if any value satisfies the literals, one of these does."""
        if of.type == "number":
            return self._numbers(of, literals)
        if of.type == "date":
            return _times(literals)
        if of.type == "names":
            return (_widest(literals),)
        if of.name == "class":
            return (*ALL_KINDS, SOMETHING)  # a person may write any class in Jira
        if of.choices:
            return of.choices
        named = (name for clause, _ in literals for name in _named(clause))
        names = {known for name in named if (known := name_of(of, name))}
        return [*sorted(names | set(RANKS) if of.type == "rank" else names), SOMETHING]

    def _numbers(self, of: Field, literals: set[Literal]) -> list[Fact]:
        low, high = self.limits.get(of.name, (-_FAR, _FAR))
        named = {number_of(of, name) for clause, _ in literals for name in _named(clause)}
        edges = {edge for edge in (low, high) if abs(edge) < _FAR}
        return [v for v in _between([*named, *edges], 1.0) if low <= v <= high]


_FAR = 1e18
_TICK = timedelta(milliseconds=1)


def _between(marks: Iterable[float], step: float) -> list[float]:
    """Return the marks, a value between each two neighbours, and one beyond each end."""
    ordered = sorted(set(marks))
    if not ordered:
        return [step]
    middles = [low + (high - low) / 2 for low, high in pairwise(ordered)]
    return [*ordered, *middles, ordered[0] - step, ordered[-1] + step]


def _times(literals: set[Literal]) -> list[Fact]:
    """Return sample times; clauses distinguish no less than a millisecond."""
    moments = [dates.moment(clause.operand)(NOW) for clause, _ in literals if clause.operand]
    found: list[Fact] = []
    for apart in _between([float((moment - NOW) // _TICK) for moment in moments], _DAY / _TICK):
        with suppress(OverflowError):  # there is no time before the year 1
            found.append(NOW + apart * _TICK)
    return found


def _named(clause: Clause) -> list[str]:
    """Return the values in a clause, without functions and `empty`."""
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    return [value for value in operand if isinstance(value, str) and value]


def _widest(literals: set[Literal]) -> tuple[str, ...]:
    """Return the list with all allowed names: if it fails, every list fails."""
    avoided, names = set(), {SOMETHING}
    for clause, holds in literals:
        found = {name.lower() for name in _named(clause)}
        names |= found
        if (clause.op in ("=", "in")) is not holds:
            avoided |= found
    return tuple(sorted(names - avoided))


def _open(clause: Clause) -> bool:
    """Return whether the truth of a clause is uncertain for a value that is not empty."""
    return clause.op in ("~", "!~") or _asks_more(clause)


def _asks_more(clause: Clause) -> bool:
    """Return whether a clause compares more than names: the user, states, or keys by number."""
    operand = clause.operand if isinstance(clause.operand, tuple) else (clause.operand,)
    if any(isinstance(value, Call) and value.name in _OF_VALUES for value in operand):
        return True
    return clause.op in ORDER and KEY.fullmatch(str(clause.operand).lower()) is not None


_OF_VALUES = {*OF_VALUES, *STATES}


def _opposed(wanted: set[Literal]) -> bool:
    """Return whether two clauses on a value that is not empty are opposites.

    While no user is set, a clause with currentUser() and its opposite are both false.
    """
    return any(
        (Clause(clause.name, OPPOSITE[clause.op], clause.operand), holds) in wanted
        for clause, holds in wanted
        if _open(clause) and (holds or not _asks_more(clause))
    )


def _searches(wanted: Iterable[Literal]) -> tuple[set[str], set[str]]:
    """Return the searches that a text must match, and the ones that it must not match."""
    found: dict[bool, set[str]] = defaultdict(set)
    for clause, holds in wanted:
        if clause.op in ("~", "!~") and isinstance(clause.operand, str):
            found[(clause.op == "~") is holds].add(clause.operand)
    return found[True], found[False]


def _searches_agree(of: Field, wanted: set[Literal]) -> bool:
    found, missing = _searches(wanted)
    exact = of.form == "exact words"
    return not any(entails(one, other, exact) for one in found for other in missing)


_SHIFTS = (re.compile(r"[-+]?(\d+[wd]\s*)+"), re.compile(r"[-+]?(\d+[hm]\s*)+"))


def _comparable(literals: set[Literal]) -> Iterator[set[Literal]]:
    """Group clauses on dates; the order within a group does not depend on the current day."""
    found: dict[object, set[Literal]] = defaultdict(set)
    for clause, holds in literals:
        found[_kind(clause)].add((clause, holds))
    # Now lies between all spans of time before and after it.
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
