"""Build a judge of the same conditions with each rule engine, as its manual recommends.

An engine is prepared once. Then it takes the fields of an issue and returns the positions of the
matching conditions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import business_rules
import zen
from business_rules import actions, variables
from json_logic import jsonLogic

from bench.conditions import LISTS, NAMES, NUMBERS, Values, fields
from rules.assess.engine import Engine
from rules.facts.facts import Facts
from rules.jql.compiler import compile_condition, vocabulary
from rules.jql.syntax_tree import And, Clause, Node, Or

Judgement = Callable[[Values], list[int]]

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def ours(conditions: Sequence[Node]) -> Judgement:
    """Build Sluice's judge: durable_rules, checked against plain Python each time."""
    known = vocabulary(fields())
    engine = Engine([compile_condition(node, known) for node in conditions])
    return lambda values: engine.fired(Facts(values, _NOW))


def closures(conditions: Sequence[Node]) -> Judgement:
    """Build a judge in plain Python: a function per clause and per combination."""
    tests = [_closure(node) for node in conditions]
    return lambda values: [n for n, holds in enumerate(tests) if holds(values)]


def by_rule_engine(conditions: Sequence[Node]) -> Judgement:
    """Build a judge with rule-engine: an expression per rule."""
    # It builds the tables of its parser on import, which takes a second.
    import rule_engine

    rules = [rule_engine.Rule(_expression(node)) for node in conditions]
    return lambda values: [n for n, rule in enumerate(rules) if rule.matches(values)]


def by_business_rules(conditions: Sequence[Node]) -> Judgement:
    """Build a judge with business-rules: a tree of dictionaries per rule, methods as variables."""
    rules = [
        {"conditions": _venmo(node), "actions": [{"name": "note", "params": {"rule": n}}]}
        for n, node in enumerate(conditions)
    ]

    def judge(values: Values) -> list[int]:
        noted = _Noted()
        business_rules.run_all(rules, _Variables(values), noted)
        return noted.rules

    return judge


def by_json_logic(conditions: Sequence[Node]) -> Judgement:
    """Build a judge with json-logic-qubit: a tree of dictionaries per rule."""
    trees = [_logic(node) for node in conditions]
    return lambda values: [n for n, tree in enumerate(trees) if jsonLogic(tree, values)]


def by_zen(conditions: Sequence[Node]) -> Judgement:
    """Build a judge with zen-engine: one expression with a list of all results (fastest)."""
    compiled = zen.compile_expression(f"[{', '.join(map(_expression, conditions))}]")
    return lambda values: [n for n, holds in enumerate(compiled.evaluate(_plain(values))) if holds]


def by_zen_each(conditions: Sequence[Node]) -> Judgement:
    """Build a judge with zen-engine: an expression per rule."""
    rules = [zen.compile_expression(_expression(node)) for node in conditions]

    def judge(values: Values) -> list[int]:
        plain = _plain(values)
        return [n for n, rule in enumerate(rules) if rule.evaluate(plain)]

    return judge


RIVALS: dict[str, Callable[[Sequence[Node]], Judgement]] = {
    "plain Python closures": closures,
    "rule-engine": by_rule_engine,
    "business-rules": by_business_rules,
    "json-logic-qubit": by_json_logic,
    "zen-engine, one expression": by_zen,
    "zen-engine, one a rule": by_zen_each,
}

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda value, wanted: value < wanted,
    "<=": lambda value, wanted: value <= wanted,
    ">": lambda value, wanted: value > wanted,
    ">=": lambda value, wanted: value >= wanted,
    "=": lambda value, wanted: value == wanted,
}


def _closure(node: Node) -> Callable[[Values], bool]:
    if isinstance(node, And | Or):
        parts = [_closure(item) for item in node.items]
        if isinstance(node, And):
            return lambda values: all(part(values) for part in parts)
        return lambda values: any(part(values) for part in parts)
    name, op, wanted = _parts(node)
    if op == "in" and name in NAMES:
        return lambda values: values[name] in wanted
    if op == "in":
        return lambda values: not wanted.isdisjoint(values[name])
    if op == "not in":
        return lambda values: wanted.isdisjoint(values[name])
    compare = _COMPARE[op]
    return lambda values: compare(values[name], wanted)


def _parts(node: Node) -> tuple[str, str, Any]:
    """Return name, operator, and a number, a word or a set of words."""
    assert isinstance(node, Clause)
    if isinstance(node.operand, tuple):
        return node.name, node.op, frozenset(map(str, node.operand))
    word = str(node.operand)
    return node.name, node.op, float(word) if node.name in NUMBERS else word


def _expression(node: Node) -> str:
    """Return a condition in the syntax of both rule-engine and zen-engine."""
    if isinstance(node, And | Or):
        word = " and " if isinstance(node, And) else " or "
        return f"({word.join(map(_expression, node.items))})"
    name, op, wanted = _parts(node)
    if not isinstance(wanted, frozenset):
        return f"{name} {'==' if op == '=' else op} {json.dumps(wanted)}"
    if name in NAMES:
        return f"{name} in {json.dumps(sorted(wanted))}"
    anyone = " or ".join(f"{json.dumps(word)} in {name}" for word in sorted(wanted))
    return f"({anyone})" if op == "in" else f"not ({anyone})"


def _logic(node: Node) -> dict[str, Any]:
    if isinstance(node, And | Or):
        word = "and" if isinstance(node, And) else "or"
        return {word: [_logic(item) for item in node.items]}
    name, op, wanted = _parts(node)
    var = {"var": name}
    if not isinstance(wanted, frozenset):
        return {"==" if op == "=" else op: [var, wanted]}
    if name in NAMES:
        return {"in": [var, sorted(wanted)]}
    anyone = {"or": [{"in": [word, var]} for word in sorted(wanted)]}
    return anyone if op == "in" else {"!": [anyone]}


_OPERATORS = {
    "<": "less_than",
    "<=": "less_than_or_equal_to",
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
    "=": "equal_to",
    "in": "shares_at_least_one_element_with",
    "not in": "shares_no_elements_with",
}


def _venmo(node: Node) -> dict[str, Any]:
    """Return a condition in the syntax of business-rules, by Venmo."""
    if isinstance(node, And | Or):
        word = "all" if isinstance(node, And) else "any"
        return {word: [_venmo(item) for item in node.items]}
    name, op, wanted = _parts(node)
    if isinstance(wanted, frozenset) and name in NAMES:
        return {
            "any": [
                {"name": name, "operator": "equal_to", "value": word} for word in sorted(wanted)
            ]
        }
    value = sorted(wanted) if isinstance(wanted, frozenset) else wanted
    return {"name": name, "operator": _OPERATORS[op], "value": value}


class _Noted(actions.BaseActions):
    """The rules that fired."""

    def __init__(self) -> None:
        self.rules: list[int] = []

    @actions.rule_action(params={"rule": business_rules.fields.FIELD_NUMERIC})
    def note(self, rule: int) -> None:
        self.rules.append(rule)


class _Variables(variables.BaseVariables):
    """The fields of one issue, as a method each. The methods are added below."""

    def __init__(self, values: Values) -> None:
        self.values = values


def _variable(name: str, kind: Callable[[Any], Any]) -> None:
    def read(self: _Variables) -> Any:
        return self.values[name]

    read.__name__ = name
    setattr(_Variables, name, kind(read))


for _names, _kind in (
    (NUMBERS, variables.numeric_rule_variable()),
    (NAMES, variables.string_rule_variable()),
    (LISTS, variables.select_multiple_rule_variable()),
):
    for _name in _names:
        _variable(_name, _kind)


def _plain(values: Values) -> dict[str, Any]:
    """Return the values with lists in place of tuples: zen-engine accepts only lists."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
