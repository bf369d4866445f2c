"""Find conditions that are never true, always true, or imply another one, for any issue.

Only certain results count: fields are treated as independent, and a search that takes too long
ends with "possible".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rules.facts.catalog import Field
from rules.jql.syntax_tree import And, Clause, Node, Or, without_not
from rules.lint.sample_values import Cells, Literal

MAX_STEPS = 2000

_Goal = tuple[Node, bool]
"""A condition and its wanted truth value."""


def never(node: Node, cells: Cells) -> bool:
    """Return whether no issue makes a condition true."""
    return not _possible([(node, True)], cells)


def always(node: Node, cells: Cells) -> bool:
    """Return whether every issue makes a condition true."""
    return not _possible([(node, False)], cells)


def implies(one: Node, other: Node, cells: Cells) -> bool:
    """Return whether the second condition is true for every issue with a true first one."""
    return not _possible([(one, True), (other, False)], cells)


def _possible(goals: Sequence[_Goal], cells: Cells) -> bool:
    return _Search(cells).reaches([(without_not(node), holds) for node, holds in goals], set())


class _Search:
    """Search for values that satisfy all goals, alternative by alternative."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._steps = 0

    def reaches(self, goals: list[_Goal], chosen: set[Literal]) -> bool:
        """Return whether all goals can be satisfied together with the chosen literals."""
        literals, choices = _sorted_out(goals)
        if not literals <= chosen:
            self._steps += 1
            if self._steps > MAX_STEPS:
                return True
            chosen = chosen | literals
            if not self._consistent(chosen):
                return False
        if not choices:
            return True
        (node, holds), *rest = sorted(choices, key=lambda choice: len(choice[0].items))
        return any(self.reaches([(item, holds), *rest], chosen) for item in node.items)

    def _consistent(self, chosen: set[Literal]) -> bool:
        by_field: dict[str, tuple[Field, set[Literal]]] = {}
        for clause, holds in chosen:
            of = self._cells.known.find(clause)
            by_field.setdefault(of.name, (of, set()))[1].add((clause, holds))
        if "text" in by_field:
            by_field["text"][1].update(_implied_for_text(by_field))
        return all(self._cells.together(of, literals) for of, literals in by_field.values())


def _sorted_out(goals: list[_Goal]) -> tuple[set[Literal], list[tuple[And | Or, bool]]]:
    """Split goals into clauses that are all required, and nodes with alternatives."""
    literals: set[Literal] = set()
    choices: list[tuple[And | Or, bool]] = []
    stack = list(goals)
    while stack:
        node, holds = stack.pop()
        if isinstance(node, Clause):
            literals.add((node, holds))
        elif isinstance(node, And | Or):
            if isinstance(node, And) is holds or len(node.items) == 1:
                stack += [(item, holds) for item in node.items]
            else:
                choices.append((node, holds))
    return literals, choices


def _implied_for_text(by_field: Mapping[str, tuple[Field, set[Literal]]]) -> Iterator[Literal]:
    """Yield the literals for the text that follow from the summary and the description."""
    for name in ("summary", "description"):
        for clause, holds in by_field.get(name, (None, ()))[1]:
            if (clause.op != "is") is holds:
                yield Clause("text", "is not", None), True
            if name == "summary" and clause.op == "~" and holds:
                yield Clause("text", "~", clause.operand), True
