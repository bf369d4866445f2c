"""What one rule makes of another: the same condition twice, opposite effects, no effect left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.facts.catalog import ALIASES, Stage
from rules.jql.syntax_tree import And, Clause, Node
from rules.lint.finding import Finding, of_rule
from rules.lint.sample_values import Cells
from rules.lint.satisfiability import always, implies, never
from rules.rulebook.rulebook import Rule, Rulebook
from rules.vocabulary.verdicts import asks_of, strictness

MAX_PAIRS = 20_000
"""So many pairs of gate rules are compared, and no more: minutes would pass."""


def findings(book: Rulebook, cells: Mapping[Stage, Cells]) -> Iterator[Finding]:
    """What two rules of one stage say of each other."""
    for stage in cells:
        yield from _same(book.stage(stage))
    yield from _shadowed([rule for rule in book.rules if rule.gate], cells["gate"])


def _same(rules: Sequence[Rule]) -> Iterator[Finding]:
    """Rules of one effect with one condition: the later one is told of the first."""
    first: dict[object, Rule] = {}
    for rule in rules:
        form = rule.effect.key, _form(rule.condition.plain)
        if form not in first:
            first[form] = rule
            continue
        other = first[form]
        where = f"has the same condition as rule {other.id} (line {other.line})"
        if wrong := rule.effect.contradiction(rule.value, other.value):
            yield of_rule(rule, "contradiction", f"{where}, {wrong}: one of them is wrong")
        elif rule.value == other.value:
            yield of_rule(rule, "duplicate", f"{where} and the same effect: take one of them out")
        else:
            yield of_rule(rule, "duplicate", f"{where}: make one rule of the two")


def _form(node: Node) -> object:
    """A condition so that those which say the same in another order or case are equal."""
    if isinstance(node, Clause):
        name = node.name.lower()
        operand = node.operand if isinstance(node.operand, tuple) else (node.operand,)
        # A search tells OR from or, so that its case counts.
        fold = str if node.op in ("~", "!~") else lambda value: str(value).lower()
        op = {"=": "in", "!=": "not in"}.get(node.op, node.op)
        return ALIASES.get(name, name), op, frozenset(map(fold, operand))
    return isinstance(node, And), frozenset(map(_form, node.items))  # type: ignore[union-attr]


@dataclass(frozen=True)
class _Gate:
    """A gate rule made ready to be compared."""

    rule: Rule
    condition: Node
    form: object
    asks: frozenset[str]

    @property
    def strictness(self) -> int:
        return strictness(self.rule.gate)


def _shadowed(rules: Sequence[Rule], cells: Cells) -> Iterator[Finding]:
    """Gate rules that never decide: wherever they fire, a stricter one does."""
    ready = [_gate(rule) for rule in rules]
    ready = [gate for gate in ready if not _trivial(gate.condition, cells)]
    left = MAX_PAIRS
    for mild in ready:
        for strict in _stricter(mild, ready):
            left -= 1
            if left < 0:
                yield of_rule(mild.rule, "too-many", _TOO_MANY, "hint")
                return
            if implies(mild.condition, strict.condition, cells):
                yield _never_decides(mild.rule, strict.rule)
                break


_TOO_MANY = "there are too many gate rules to compare each with each: from here on none was"


def _never_decides(rule: Rule, other: Rule) -> Finding:
    wrong = (
        f"never decides: wherever it fires, rule {other.id} (line {other.line}) fires too, "
        f"and {other.gate} is stricter than {rule.gate}"
    )
    return of_rule(rule, "shadowed", wrong)


def _gate(rule: Rule) -> _Gate:
    plain = rule.condition.plain
    names = (clause.name.lower() for clause in rule.condition.atoms)
    return _Gate(rule, plain, _form(plain), frozenset(ALIASES.get(name, name) for name in names))


def _trivial(node: Node, cells: Cells) -> bool:
    """What never or always fires is told already, and nothing else is to be said of it."""
    return never(node, cells) or always(node, cells)


def _stricter(mild: _Gate, gates: Sequence[_Gate]) -> Iterator[_Gate]:
    """The stricter rules that ask for a field in common and leave none of the milder one's words.

    What needs_info asks, say, is still asked where the issue goes to review.
    """
    fields = mild.asks | ({"text"} if "summary" in mild.asks else set())
    for strict in gates:
        kept = mild.rule.gate in asks_of(strict.rule.gate or "") and mild.rule.ask
        told = mild.form == strict.form  # as a contradiction
        near = not fields.isdisjoint(strict.asks)
        if mild.strictness < strict.strictness and near and not (kept or told):
            yield strict
