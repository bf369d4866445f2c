"""Compare pairs of rules: duplicates, contradictions, and verdicts that never decide."""

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
"""The limit for pairs of gate rules; more would take minutes."""


def findings(book: Rulebook, cells: Mapping[Stage, Cells]) -> Iterator[Finding]:
    """Yield the findings about pairs of rules of one stage."""
    for stage in cells:
        yield from _same(book.stage(stage))
    yield from _shadowed([rule for rule in book.rules if rule.gate], cells["gate"])


def _same(rules: Sequence[Rule]) -> Iterator[Finding]:
    """Yield rules with the effect and condition of an earlier rule."""
    first: dict[object, Rule] = {}
    for rule in rules:
        form = rule.effect.key, _form(rule.condition.plain)
        if form not in first:
            first[form] = rule
            continue
        other = first[form]
        where = f"has the same condition as rule {other.id} (line {other.line})"
        if wrong := rule.effect.contradiction(rule.value, other.value):
            yield of_rule(rule, "contradiction", f"{where} {wrong}: change one of them")
        elif rule.value == other.value:
            yield of_rule(rule, "duplicate", f"{where} and the same effect: remove one of them")
        else:
            yield of_rule(rule, "duplicate", f"{where}: merge the two rules")


def _form(node: Node) -> object:
    """Return a normal form: conditions that differ only in order or case have the same one."""
    if isinstance(node, Clause):
        name = node.name.lower()
        operand = node.operand if isinstance(node.operand, tuple) else (node.operand,)
        # Case matters in a search: OR is not or.
        fold = str if node.op in ("~", "!~") else lambda value: str(value).lower()
        op = {"=": "in", "!=": "not in"}.get(node.op, node.op)
        return ALIASES.get(name, name), op, frozenset(map(fold, operand))
    return isinstance(node, And), frozenset(map(_form, node.items))  # type: ignore[union-attr]


@dataclass(frozen=True)
class _Gate:
    """A gate rule, prepared for comparison."""

    rule: Rule
    condition: Node
    form: object
    asks: frozenset[str]

    @property
    def strictness(self) -> int:
        return strictness(self.rule.gate)


def _shadowed(rules: Sequence[Rule], cells: Cells) -> Iterator[Finding]:
    """Yield gate rules that never decide: a stricter rule fires whenever they fire."""
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


_TOO_MANY = "there are too many gate rules to compare all pairs: rules from here on were skipped"


def _never_decides(rule: Rule, other: Rule) -> Finding:
    wrong = (
        f"never decides: whenever it fires, rule {other.id} (line {other.line}) fires too, "
        f"and {other.gate} is stricter than {rule.gate}; change one of them"
    )
    return of_rule(rule, "shadowed", wrong)


def _gate(rule: Rule) -> _Gate:
    plain = rule.condition.plain
    names = (clause.name.lower() for clause in rule.condition.atoms)
    return _Gate(rule, plain, _form(plain), frozenset(ALIASES.get(name, name) for name in names))


def _trivial(node: Node, cells: Cells) -> bool:
    """Return whether a condition is never or always true; it already has a finding."""
    return never(node, cells) or always(node, cells)


def _stricter(mild: _Gate, gates: Sequence[_Gate]) -> Iterator[_Gate]:
    """Yield the stricter rules that share a field and replace the milder rule completely.

    Not complete: the comment for review, for example, still asks the questions of needs_info.
    """
    fields = mild.asks | ({"text"} if "summary" in mild.asks else set())
    for strict in gates:
        kept = mild.rule.gate in asks_of(strict.rule.gate or "") and mild.rule.ask
        reported = mild.form == strict.form  # as a contradiction
        near = not fields.isdisjoint(strict.asks)
        if mild.strictness < strict.strictness and near and not (kept or reported):
            yield strict
