"""Generate one function for all clauses: it takes the facts of an issue and evaluates each clause.

A value that several clauses use is read once. The source contains only our own names and numbers.
Fields and values that a user wrote are bound to these names and never become source code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from types import CodeType
from typing import Any, cast

from rules.facts.catalog import PRIORITY_ORDER
from rules.facts.facts import Facts
from rules.facts.issue import Fact
from rules.facts.named import Named
from rules.jql.search.text_query import Searches
from rules.jql.syntax_tree import And, Clause, Node, Or
from rules.jql.values import dates
from rules.jql.values.atom import Atom, Read
from rules.jql.values.names import number_of_key
from rules.vocabulary.priorities import RANKS

_NONE = math.nan
"""The value of a missing number, rank or date: every comparison with it is false."""

_HUGE = 1e300


Flags = Sequence[bool]
"""The truth of each atom."""

_READS = {
    "empty": "empty(get({f}))",
    "number": "number(get({f}))",
    "rank": "rank(get({f}), get(order), {b})",
    "names": "names({f})",
    "key": "key(get({f}), {b})",
    "user": "{b} | names({f})",
    "found": "{b}.found(text({f}))",
    "date": "date(get({f}), now)",
    "moment": "{b}(now)",
    "day": "day(get({f}))",
    "whole day": "whole(get({f}))",
    "midnight": "{b}(now)",
}


def flags_of(atoms: Sequence[Atom]) -> Callable[[Facts], Flags]:
    """Return one function that evaluates all atoms."""
    reads = {read: n for n, read in enumerate(dict.fromkeys(r for a in atoms for r in a.reads))}
    lines = ["def generated(facts):"]
    lines += [" get, names, text, now = facts.get, facts.names, facts.text, facts.now"]
    lines += [f" r{n} = {_READS[r.kind].format(f=f'f{n}', b=f'b{n}')}" for r, n in reads.items()]
    lines += [" return ["]
    for n, atom in enumerate(atoms):
        places = [f"r{reads[read]}" for read in atom.reads]
        lines.append(f"  {atom.expression.format(*places, k=f'k{n}')},")
    lines += [" ]"]
    bound: dict[str, object] = {
        "empty": empty,
        "number": _number,
        "rank": _rank,
        "key": _key,
        "date": _date,
        "day": _day,
        "whole": _whole_day,
        "order": PRIORITY_ORDER,
    }
    bound |= {f"f{n}": read.field for read, n in reads.items()}
    bound |= {f"b{n}": _beside(read, atoms) for read, n in reads.items()}
    bound |= {f"k{n}": atom.constant for n, atom in enumerate(atoms)}
    # The cache helps lint and explain: they compile thousands of single clauses from few sources.
    code = _single("\n".join(lines)) if len(atoms) == 1 else _code("\n".join(lines))
    return cast(Callable[[Facts], Flags], _function(code, bound))


def holding(
    conditions: Iterable[Node], numbers: Mapping[Clause, int]
) -> Callable[[Flags], list[int]]:
    """Return one function that lists the true conditions, evaluated directly from their trees.

    The conditions contain no `not`; `numbers` has the number of each clause's atom.
    """
    lines = ["def generated(a):", " found = []"]
    for n, node in enumerate(conditions):
        lines += [f" if {_source(node, numbers)}: found.append({n})"]
    code = _code("\n".join([*lines, " return found"]))
    return cast(Callable[[Flags], list[int]], _function(code, {}))


def _source(node: Node, numbers: Mapping[Clause, int]) -> str:
    if isinstance(node, Clause):
        return f"a[{numbers[node]}]"
    assert isinstance(node, And | Or)
    word = " and " if isinstance(node, And) else " or "
    return f"({word.join(_source(item, numbers) for item in node.items)})"


def _code(source: str) -> CodeType:
    return compile(source, "<rules>", "exec")


_single = lru_cache(maxsize=256)(_code)


def _function(code: CodeType, bound: dict[str, object]) -> object:
    exec(code, bound)  # noqa: S102 - only our own source, see above
    return bound["generated"]


def _beside(read: Read, atoms: Sequence[Atom]) -> object:
    """Return the value that a read needs besides its field."""
    if read.kind == "found":
        queries = (str(atom.constant) for atom in atoms if read in atom.reads)
        return Searches(queries, exact=read.beside is not None)
    moments = {"moment": _Moment, "midnight": _Midnight}
    return moments[read.kind](read.beside) if read.kind in moments else read.beside


class _Moment:
    """A point in time, computed once for each `now`."""

    def __init__(self, operand: Any) -> None:
        self._moment = dates.moment(operand)
        self._last: tuple[datetime | None, float] = (None, _NONE)

    def __call__(self, now: datetime) -> float:
        before, instant = self._last
        # Compare identity: equal times in two time zones can fall on different days.
        if before is not now:
            instant = self._of(self._moment(now), now)
            self._last = (now, instant)
        return instant

    def _of(self, moment: datetime, now: datetime) -> float:
        return dates.instant(moment, now)


class _Midnight(_Moment):
    """The day of a point in time, to compare with days."""

    def _of(self, moment: datetime, now: datetime) -> float:
        return dates.day(moment)


def empty(value: Fact) -> bool:
    """Return whether this value counts as empty."""
    return value is None or value == "" or value == ()


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return _NONE
    return float(value) if abs(value) < _HUGE else _NONE


def _rank(value: object, order: object, wanted: str) -> float:
    """Return how much higher a priority is than another; NaN if one of them has no known rank."""
    if not value:
        return _NONE
    name = str(value).lower()
    places = [_all_names(one) for one in order] if isinstance(order, tuple) else []
    here, there = _place(name, places), _place(wanted, places)
    if here is not None and there is not None:
        return float(here - there)
    return _general_rank(name, places) - _general_rank(wanted, places)


def _general_rank(name: str, places: Sequence[frozenset[str]]) -> float:
    """Return the rank that many sites give to a name, else its place in the site's own order."""
    words = (RANKS.get(word) for word in (name, *re.findall(r"\w+", name)))
    known = next((rank for rank in words if rank is not None), None)
    if known is not None:
        return float(known)
    place = _place(name, places)
    return _NONE if place is None else 4 * place / max(len(places) - 1, 1)


def _all_names(value: object) -> frozenset[str]:
    """Return the names of a priority in lower case: the account may read it in its language."""
    also = value.also if isinstance(value, Named) else ()
    return frozenset(str(one).lower() for one in (value, *also))


def _place(name: str, places: Sequence[frozenset[str]]) -> int | None:
    return next((place for place, names in enumerate(places) if name in names), None)


def _key(value: object, project: str) -> float:
    number = number_of_key(str(value).lower(), project) if isinstance(value, str) else None
    return _NONE if number is None else number


def _day(value: object) -> float:
    return dates.day(value) if isinstance(value, datetime) else _NONE


def _whole_day(value: object) -> float:
    """Return the day of a date without a time; NaN for others. Jira's days are read as midnight."""
    whole = isinstance(value, datetime) and value.time() == time()
    return _day(value) if whole else _NONE


def _date(value: object, now: datetime) -> float:
    return dates.instant(value, now) if isinstance(value, datetime) else _NONE
