"""Generate one function for all clauses: it takes the facts of an issue and evaluates each clause.

A value that several clauses use is read once. The source contains only our own names and numbers.
Fields and values that a user wrote are bound to these names and never become source code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import CodeType
from typing import Any, Literal, NamedTuple, cast

from rules.facts.catalog import RANKS
from rules.facts.facts import Facts
from rules.facts.issue import Fact
from rules.jql.search.text_query import Searches
from rules.jql.syntax_tree import And, Clause, Node, Operand, Or
from rules.jql.values import dates

_NONE = math.nan
"""The value of a missing number, rank or date: every comparison with it is false."""

_HUGE = 1e300


class Read(NamedTuple):
    """A value to read from an issue, once for all clauses that use it.

    `beside` holds the names that are accepted besides the user's own, or the operand of a moment.
    """

    kind: Literal["empty", "number", "rank", "names", "user", "found", "date", "moment"]
    field: str = ""
    beside: Operand | frozenset[str] = None


class Atom(NamedTuple):
    """A compiled clause; two clauses with the same meaning have equal atoms.

    In `expression`, {0}, {1} … stand for `reads` and {k} for the constant.
    """

    expression: str
    reads: tuple[Read, ...]
    constant: Hashable = None

    @property
    def searches(self) -> bool:
        """Return whether the atom is a search in a text."""
        return [read.kind for read in self.reads] == ["found"]


Flags = Sequence[bool]
"""The truth of each atom."""

_READS = {
    "empty": "empty(get({f}))",
    "number": "number(get({f}))",
    "rank": "rank(get({f}))",
    "names": "names(folded({f}))",
    "user": "{b} | names(folded({f}))",
    "found": "{b}.found(text({f}))",
    "date": "date(get({f}), now)",
    "moment": "{b}(now)",
}


def flags_of(atoms: Sequence[Atom]) -> Callable[[Facts], Flags]:
    """Return one function that evaluates all atoms."""
    reads = {read: n for n, read in enumerate(dict.fromkeys(r for a in atoms for r in a.reads))}
    lines = ["def generated(facts):"]
    lines += [" get, folded, text, now = facts.get, facts.folded, facts.text, facts.now"]
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
        "names": _names,
        "date": _date,
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
        return Searches(str(atom.constant) for atom in atoms if read in atom.reads)
    return _Moment(read.beside) if read.kind == "moment" else read.beside


class _Moment:
    """A point in time, computed once for each `now`."""

    def __init__(self, operand: Any) -> None:
        self._moment = dates.moment(operand)
        self._last: tuple[datetime | None, float] = (None, _NONE)

    def __call__(self, now: datetime) -> float:
        before, instant = self._last
        # Compare identity: equal times in two time zones can fall on different days.
        if before is not now:
            instant = dates.instant(self._moment(now), now)
            self._last = (now, instant)
        return instant


def empty(value: Fact) -> bool:
    """Return whether this value counts as empty."""
    return value is None or value == "" or value == ()


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return _NONE
    return float(value) if abs(value) < _HUGE else _NONE


def _rank(value: object) -> float:
    return RANKS.get(str(value).lower(), _NONE) if value else _NONE


def _names(value: str | frozenset[str] | None) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset((value,))
    return value or frozenset()


def _date(value: object, now: datetime) -> float:
    return dates.instant(value, now) if isinstance(value, datetime) else _NONE
