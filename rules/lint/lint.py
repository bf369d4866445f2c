"""Find parts of a valid rulebook that can't work as intended. Pure; reports only certain ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rules.facts.catalog import STAGES, Field, Stage
from rules.jql.compiler import clauses
from rules.jql.syntax_tree import And, Node, Or
from rules.lint import book_checks, pair_checks, search_checks
from rules.lint.book_checks import Place
from rules.lint.finding import Finding, of_rule, shown
from rules.lint.sample_values import Cells, Limits
from rules.lint.satisfiability import always, never
from rules.lint.score_bounds import Range, measure_ranges, score_range
from rules.rulebook.rulebook import Rule, Rulebook
from rules.vocabulary.classes import DEFAULT_TARGETS
from rules.vocabulary.verdicts import MILDEST, gate_verdict

_UNLIMITED = 1e18


def lint(
    book: Rulebook, place: Place, classes: Collection[str] = tuple(DEFAULT_TARGETS)
) -> list[Finding]:
    """Return all findings, by file and line; `place` returns the place of a part of the rulebook.

    `classes` are the classes that the projects of the rulebook use: a rule should vote for each.
    Values that people set in Jira are not considered: a score of 100 that a person wrote can make
    conditions true that are otherwise never true.
    """
    measures = measure_ranges(book)
    score = score_range(book, measures)
    cells = {stage: _cells(book, stage, measures, score) for stage in STAGES}
    found = [
        *(finding for rule in book.rules for finding in _rule(book, rule, cells[rule.stage])),
        *pair_checks.findings(book, cells),
        *book_checks.findings(book, measures, score, place, classes),
    ]
    return sorted(found, key=lambda one: (one.problem.file, one.problem.line))


def _cells(book: Rulebook, stage: Stage, measures: Mapping[str, Range], score: Range) -> Cells:
    known = book.vocabulary(stage)
    there = [f for f in known.fields.values() if STAGES.index(f.since) <= STAGES.index(stage)]
    limits = {f.name: range_ for f in known.fields.values() if (range_ := _limits(f))}
    limits |= {"score": score, **measures}
    filled = {f.name for f in there if f.filled} | _always_known(book, stage)
    atoms = {c: a for rule in book.stage(stage) for c, a in rule.condition.atoms.items()}
    return Cells(known, limits, frozenset(filled), atoms)


def _always_known(book: Rulebook, stage: Stage) -> set[str]:
    """Return the measures that are never empty in conditions: those with a default."""
    known = {name for name, model in book.measures.items() if model.default is not None}
    return known if stage == "gate" else set()


def _limits(field: Field) -> Range | None:
    if field.least is None and field.most is None:
        return None
    low = -_UNLIMITED if field.least is None else field.least
    return low, _UNLIMITED if field.most is None else field.most


def _rule(book: Rulebook, rule: Rule, cells: Cells) -> Iterator[Finding]:
    """Yield the findings about a single rule."""
    if never(rule.condition.plain, cells):
        wrong = f"can never fire: {_why(rule.condition.plain, cells)}; change the condition"
        yield of_rule(rule, "never-true", wrong)
    elif always(rule.condition.plain, cells):
        wrong = "fires for every issue: make its condition narrower or remove the rule"
        yield of_rule(rule, "always-true", wrong)
    else:
        for part in _dead(rule.condition.plain, cells):
            wrong = f'"{shown(part)}" can never be true: fix or remove this part'
            yield of_rule(rule, "never-true-part", wrong)
    if not book.quadrant and any(c.name.lower() == "quadrant" for c in rule.condition.atoms):
        wrong = "the condition uses `quadrant`, but this rulebook has none: add `quadrant:`"
        yield of_rule(rule, "no-quadrant", wrong)
    yield from search_checks.findings(rule)
    yield from _effect(book, rule)


def _why(node: Node, cells: Cells) -> str:
    """Describe the smallest part of a condition that is never true."""
    items = _conjuncts(node)
    for item in items:
        if never(item, cells):
            return _alone(item, cells.limits) if not isinstance(item, Or) else _all_of(item)
    for at, one in enumerate(items):
        for other in items[at + 1 :]:
            if never(And((one, other)), cells):
                return f'"{shown(one)}" and "{shown(other)}" exclude each other'
    return f'the parts of "{shown(node)}" are never true together'


def _conjuncts(node: Node) -> list[Node]:
    if isinstance(node, And):
        return [part for item in node.items for part in _conjuncts(item)]
    return [node]


def _all_of(item: Or) -> str:
    return f'none of the alternatives in "{shown(item)}" can be true'


def _alone(item: Node, limits: Limits) -> str:
    (clause,) = clauses(item)
    low, high = limits.get(clause.name.lower(), (-_UNLIMITED, _UNLIMITED))
    if clause.op == "is":
        return f"{clause.name} is never empty"
    if high < _UNLIMITED:
        return f'"{shown(item)}", but {clause.name} is between {low:g} and {high:g}'
    least = f", but {clause.name} is {low:g} or more" if low > -_UNLIMITED else ""
    return f'"{shown(item)}"{least or " is never true"}'


def _dead(node: Node, cells: Cells) -> Iterator[Node]:
    """Yield the alternatives that are never true in a condition that can be true."""
    if isinstance(node, Or):
        for item in node.items:
            if never(item, cells):
                yield item
            else:
                yield from _dead(item, cells)
    elif isinstance(node, And):
        for item in node.items:
            yield from _dead(item, cells)


def _effect(book: Rulebook, rule: Rule) -> Iterator[Finding]:
    wants = gate_verdict(rule.gate).wants_ask if rule.gate and not rule.ask else "no"
    if wants == "warning":
        wrong = "sends the issue back without a question: add `ask:` for the missing information"
        yield of_rule(rule, "no-ask", wrong)
    if wants == "hint":
        wrong = (
            "rejects without instructions: add `ask:` to tell the author what to do, "
            "or ignore this hint"
        )
        yield of_rule(rule, "no-ask", wrong, "hint")
    if book.bands and any(clause.name.lower() == "priority" for clause in rule.condition.atoms):
        wrong = (
            "the condition uses `priority`, but Sluice sets the priority from `bands`: "
            "use another field"
        )
        yield of_rule(rule, "asks-priority", wrong)
    if rule.firm and rule.gate == MILDEST:
        wrong = f"is firm, but {MILDEST} never wins over another verdict: remove `firm:`"
        yield of_rule(rule, "firm-for-nothing", wrong, "hint")
