"""The only door to durable_rules.

Python evaluates the clauses; durable_rules joins their flags, and every answer of it is checked
against plain Python. Why it is fed nothing but flags: docs/adr/0006.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import durable_rules_engine as durable

from rules.facts.facts import Facts
from rules.jql.codegen import Atom, Flags, flags_of, holding
from rules.jql.compiler import Condition
from rules.jql.syntax_tree import Clause

MAX_SHARD_RULES = 48
MAX_SHARD_ATOMS = 200

_PRIME = '{"id": "p", "prime": 1}'
_SID = "0"


class EngineFault(RuntimeError):
    """durable_rules and plain Python disagree, or durable_rules failed: nothing may be written."""


@dataclass(frozen=True)
class _Way:
    """One conjunction of one rule; `rule` is the rule's position, `atoms` what has to hold.

    `guard` is the one of its atoms that holds least often, as far as that can be told.
    """

    rule: int
    atoms: frozenset[int]
    guard: int


class Engine:
    """The rules of one stratum. Not to be shared between processes: build it after the fork."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        """Join the conditions; `fired` numbers them in this order."""
        numbers, atoms = _numbered(conditions)
        shards = _shards(_ways(conditions, numbers, atoms))
        self._flags = flags_of(atoms)
        self._plain = holding([condition.plain for condition in conditions], numbers)
        self._guards = _Guards(shards)
        self._lock = threading.Lock()
        self._shards = [_Shard(f"s{n}", shard) for n, shard in enumerate(shards)]

    def fired(self, facts: Facts) -> list[int]:
        """The positions of the conditions that hold; EngineFault when the two answers differ."""
        flags = self._flags(facts)
        expected = self._plain(flags)
        asked = self._guards.asked(flags)
        with self._lock:
            answers = [self._shards[n].fired(atoms) for n, atoms in asked.items()]
        answer = sorted(set().union(*answers))
        if answer != expected:
            raise EngineFault(f"durable_rules fired {answer}, plain Python {expected}")
        return answer

    def close(self) -> None:
        """Free what the C module holds; the engine can't be used afterwards."""
        with self._lock:
            for shard in self._shards:
                shard.close()
            self._shards = []


def _numbered(conditions: Sequence[Condition]) -> tuple[dict[Clause, int], list[Atom]]:
    """Number the atom of each clause; clauses that mean the same share one."""
    atoms: dict[Atom, int] = {}
    numbers: dict[Clause, int] = {}
    for condition in conditions:
        for clause, atom in condition.atoms.items():
            numbers[clause] = atoms.setdefault(atom, len(atoms))
    return numbers, list(atoms)


def _ways(
    conditions: Sequence[Condition], numbers: Mapping[Clause, int], atoms: Sequence[Atom]
) -> list[_Way]:
    found = [
        (n, frozenset(numbers[clause] for clause in way))
        for n, condition in enumerate(conditions)
        for way in condition.ways
    ]
    shared = Counter(atom for _, way in found for atom in way)

    def common(number: int) -> tuple[bool, int, int]:
        """A search in a text finds seldom; then, what fewest rules ask for is rarest."""
        return not atoms[number].searches, shared[number], number

    return [_Way(n, way, min(way, key=common)) for n, way in found]


def _shards(ways: Sequence[_Way]) -> list[list[_Way]]:
    """Few enough rules and flags in each ruleset to stay clear of the C module's limits."""
    shards: list[list[_Way]] = []
    atoms: set[int] = set()
    for way in ways:
        full = len(atoms | way.atoms) > MAX_SHARD_ATOMS
        full = full or (bool(shards) and len(shards[-1]) >= MAX_SHARD_RULES)
        if full or not shards:
            shards.append([])
            atoms = set()
        shards[-1].append(way)
        atoms |= way.atoms
    return shards


class _Guards:
    """Which shards have to be asked at all, and what they have to be told.

    A conjunction can't be true while one of its atoms, its guard, is not. So only those are asked
    about whose guard holds, by the flags that they wait for; a flag that is not sent is not set.
    Were this ever wrong, plain Python, which judges every rule each time, would disagree.
    """

    def __init__(self, shards: Sequence[Sequence[_Way]]) -> None:
        waiting: dict[int, dict[int, set[int]]] = {}
        for number, shard in enumerate(shards):
            for way in shard:
                waiting.setdefault(way.guard, {}).setdefault(number, set()).update(way.atoms)
        self._guards = list(waiting)
        self._waiting = [list(waiting[guard].items()) for guard in self._guards]

    def asked(self, flags: Flags) -> dict[int, set[int]]:
        """The numbers of the shards to ask, each with the atoms that hold."""
        asked: dict[int, set[int]] = defaultdict(set)
        held = [flags[guard] for guard in self._guards]
        for waiting in compress(self._waiting, held):
            for shard, atoms in waiting:
                asked[shard].update([atom for atom in atoms if flags[atom]])
        return asked


class _Shard:
    """One ruleset of durable_rules, with one fixed state and one fixed message id."""

    def __init__(self, name: str, ways: Sequence[_Way]) -> None:
        self._rules = {f"r{n}": way.rule for n, way in enumerate(ways)}
        definition = {f"r{n}": _definition(way) for n, way in enumerate(ways)}
        definition["prime"] = {"all": [{"m": {"prime": 1}}]}
        self._handle = durable.create_ruleset(name, json.dumps(definition))
        self._prime()

    def fired(self, atoms: Iterable[int]) -> set[int]:
        """The positions of the rules that fire where these atoms hold."""
        message = _message(atoms)
        try:
            code, offset = durable.assert_fact(self._handle, message)
            names = self._drain(offset) if code == 0 else []
            durable.retract_fact(self._handle, message)
        except BaseException:
            # A drain that stops half-way leaves matches behind for the next issue.
            self._reset()
            raise
        if code not in (0, 1):
            self._reset()
            raise EngineFault(f"durable_rules answered {code} to {message[:200]}")
        return {self._rules[name] for name in names}

    def close(self) -> None:
        """Forget the state, then the ruleset."""
        durable.delete_state(self._handle, _SID)
        durable.delete_ruleset(self._handle)

    def _drain(self, offset: int) -> list[str]:
        """The names of the rules that fired, one after the other until there are no more."""
        names = []
        result = durable.start_action_for_state(self._handle, offset)
        action = result[1] if result else None
        while action:
            # {"r7":{"m":{… the message …}}}: reading all of it would take most of the time.
            names.append(action.split('"', 2)[1])
            action = durable.complete_and_start_action(self._handle, offset)
        return names

    def _prime(self) -> None:
        """A first firing: delete_state on a state that never fired aborts the process."""
        code, offset = durable.assert_fact(self._handle, _PRIME)
        if code != 0 or self._drain(offset) != ["prime"]:
            raise EngineFault(f"durable_rules did not start: code {code}")
        durable.retract_fact(self._handle, _PRIME)

    def _reset(self) -> None:
        durable.delete_state(self._handle, _SID)
        self._prime()


def _definition(way: _Way) -> dict[str, object]:
    # "g" stands first in every rule, so that all of them share one first condition.
    return {"all": [{"m": {"$and": [{"g": 1}, *({f"a{n}": 1} for n in sorted(way.atoms))]}}]}


def _message(atoms: Iterable[int]) -> str:
    set_flags = "".join([f', "a{atom}": 1' for atom in atoms])
    return f'{{"id": "i", "g": 1{set_flags}}}'
