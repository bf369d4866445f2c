"""Generate conditions and issues that all rule engines support, the same in every run.

They use thirty fields of numbers, names and lists of names. All fields are filled and in lower
case, since engines differ in empty fields and case. No text search: only Sluice has it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from rules.facts.catalog import Field
from rules.jql.syntax_tree import And, Clause, Node, Or

SEED = 3
NUMBERS = tuple(f"number{n}" for n in range(14))
NAMES = tuple(f"name{n}" for n in range(10))
LISTS = tuple(f"list{n}" for n in range(6))
_MOST = 20
_WORDS = ("bug", "story", "task", "epic", "spike", "ui", "api", "docs", "build", "test")

Values = Mapping[str, float | str | tuple[str, ...]]


def fields() -> list[Field]:
    """Return the thirty fields, as a book declares them."""
    return [
        *(Field(name, "number", "made up") for name in NUMBERS),
        *(Field(name, "name", "made up") for name in NAMES),
        *(Field(name, "names", "made up") for name in LISTS),
    ]


def conditions(size: int) -> list[Node]:
    """Return `size` conditions of 1 to 4 clauses. A longer list begins with the shorter ones."""
    chance = random.Random(SEED)
    return [_condition(chance) for _ in range(size)]


def issues(count: int) -> list[Values]:
    """Return `count` issues with every field filled."""
    chance = random.Random(SEED)
    return [_issue(chance) for _ in range(count)]


def _condition(chance: random.Random) -> Node:
    one, two, three, four = (_clause(chance) for _ in range(4))
    return chance.choice(
        (one, And((one, two)), And((one, two, three)), And((one, Or((two, three)))),
         Or((And((one, two)), And((three, four)))))
    )  # fmt: skip


def _clause(chance: random.Random) -> Clause:
    kind = chance.random()
    if kind < 0.5:
        op = chance.choice(("<", "<=", ">", ">=", "="))
        return Clause(chance.choice(NUMBERS), op, str(chance.randint(0, _MOST)))
    if kind < 0.8:
        name = chance.choice(NAMES)
        few = tuple(chance.sample(_WORDS, chance.randint(2, 3)))
        return chance.choice((Clause(name, "=", few[0]), Clause(name, "in", few)))
    few = tuple(chance.sample(_WORDS, chance.randint(2, 3)))
    return Clause(chance.choice(LISTS), chance.choice(("in", "in", "not in")), few)


def _issue(chance: random.Random) -> Values:
    return {
        **{name: float(chance.randint(0, _MOST)) for name in NUMBERS},
        **{name: chance.choice(_WORDS) for name in NAMES},
        **{name: tuple(chance.sample(_WORDS, chance.randint(1, 3))) for name in LISTS},
    }
