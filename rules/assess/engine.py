"""Run the conditions of a book on an issue. The only door to `durable_rules_engine`.

Python evaluates the clauses and durable_rules joins their flags. Each answer is checked against
plain Python. docs/adr/0006 explains why durable_rules gets only flags.
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
from rules.jql.codegen import Flags, flags_of, holding
from rules.jql.compiler import Condition
from rules.jql.syntax_tree import Clause
from rules.jql.values.atom import Atom

MAX_SHARD_RULES = 48
MAX_SHARD_ATOMS = 200

_PRIME = '{"id": "p", "prime": 1}'
_SID = "0"


class EngineFault(RuntimeError):
    """durable_rules failed, or its answer differs from plain Python: nothing may be written."""


@dataclass(frozen=True)
class _Way:
    """One conjunction of one rule; `rule` is the rule's position, all `atoms` must be true.

    `guard` is the atom that is probably true least often.
    """

    rule: int
    atoms: frozenset[int]
    guard: int


class Engine:
    """The rules of one stage. Processes must not share an engine: build it after the fork."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        """Build the rulesets; `fired` returns positions in `conditions`."""
        numbers, atoms = _numbered(conditions)
        shards = _shards(_ways(conditions, numbers, atoms))
        self._flags = flags_of(atoms)
        self._plain = holding([condition.plain for condition in conditions], numbers)
        self._guards = _Guards(shards)
        self._lock = threading.Lock()
        self._shards = [_Shard(f"s{n}", shard) for n, shard in enumerate(shards)]

    def fired(self, facts: Facts) -> list[int]:
        """Return the positions of the true conditions; raise EngineFault if the answers differ."""
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
        """Free the memory of the C module; the engine can't be used afterwards."""
        with self._lock:
            for shard in self._shards:
                shard.close()
            self._shards = []


def _numbered(conditions: Sequence[Condition]) -> tuple[dict[Clause, int], list[Atom]]:
    """Assign a number to the atom of each clause; clauses with the same meaning share an atom."""
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
        """Sort text searches first, because they are rarely true; then atoms of few rules."""
        return not atoms[number].searches, shared[number], number

    return [_Way(n, way, min(way, key=common)) for n, way in found]


def _shards(ways: Sequence[_Way]) -> list[list[_Way]]:
    """Divide the conjunctions into rulesets below the C module's limits for rules and flags."""
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
    """Select the shards to run and the flags to send them.

    A conjunction is false if one of its atoms, its guard, is false. So only conjunctions with a
    true guard are evaluated, with the flags that they need; a flag that is not sent is not set.
    Plain Python evaluates every rule each time, so an error here would cause an EngineFault.
    """

    def __init__(self, shards: Sequence[Sequence[_Way]]) -> None:
        waiting: dict[int, dict[int, set[int]]] = {}
        for number, shard in enumerate(shards):
            for way in shard:
                waiting.setdefault(way.guard, {}).setdefault(number, set()).update(way.atoms)
        self._guards = list(waiting)
        self._waiting = [list(waiting[guard].items()) for guard in self._guards]

    def asked(self, flags: Flags) -> dict[int, set[int]]:
        """Return the numbers of the shards to run, each with its true atoms."""
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
        """Return the positions of the rules that fire if these atoms are true."""
        message = _message(atoms)
        try:
            code, offset = durable.assert_fact(self._handle, message)
            names = self._drain(offset) if code == 0 else []
            durable.retract_fact(self._handle, message)
        except BaseException:
            # An interrupted drain leaves matches for the next issue.
            self._reset()
            raise
        if code not in (0, 1):
            self._reset()
            raise EngineFault(f"durable_rules answered {code} to {message[:200]}")
        return {self._rules[name] for name in names}

    def close(self) -> None:
        """Delete the state, then the ruleset."""
        durable.delete_state(self._handle, _SID)
        durable.delete_ruleset(self._handle)

    def _drain(self, offset: int) -> list[str]:
        """Return the names of the rules that fired; fetch them one by one."""
        names = []
        result = durable.start_action_for_state(self._handle, offset)
        action = result[1] if result else None
        while action:
            # {"r7":{"m":{… the message …}}}: take only the name, since parsing all of it is slow.
            names.append(action.split('"', 2)[1])
            action = durable.complete_and_start_action(self._handle, offset)
        return names

    def _prime(self) -> None:
        """Fire once: delete_state aborts the process if the state never fired."""
        code, offset = durable.assert_fact(self._handle, _PRIME)
        if code != 0 or self._drain(offset) != ["prime"]:
            raise EngineFault(f"durable_rules did not start: code {code}")
        durable.retract_fact(self._handle, _PRIME)

    def _reset(self) -> None:
        durable.delete_state(self._handle, _SID)
        self._prime()


def _definition(way: _Way) -> dict[str, object]:
    # "g" comes first in every rule, so that all rules share their first condition.
    return {"all": [{"m": {"$and": [{"g": 1}, *({f"a{n}": 1} for n in sorted(way.atoms))]}}]}


def _message(atoms: Iterable[int]) -> str:
    set_flags = "".join([f', "a{atom}": 1' for atom in atoms])
    return f'{{"id": "i", "g": 1{set_flags}}}'
