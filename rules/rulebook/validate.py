"""Check a rule file: report all problems at once, each with its line and rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rules.facts.catalog import ALIASES, FIXED, STAGES, Field, Stage
from rules.facts.text_metrics.metric_names import METRICS
from rules.jql.compiler import Condition, compile_condition, vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import Clause, QueryError
from rules.jql.values.build_atom import WHAT
from rules.problem import Problem, nearest
from rules.rulebook import score_formula, yaml_source
from rules.rulebook.effects.table import latest_stage
from rules.rulebook.file_format.book import WAYS, BookModel

_TYPES = ("text", "name", "names", "number", "date")


@dataclass(frozen=True)
class Checked:
    """The result of checking a rule file: the compiled model, or its problems.

    If there are no problems, `conditions` has one entry for each rule of `model`.
    """

    model: BookModel | None
    conditions: list[Condition]
    formula: score_formula.Formula | None
    problems: list[Problem]


Compiled = Mapping[tuple[str, Stage], Condition]
"""Conditions that are already compiled, by text and stage."""


def check(document: yaml_source.Document, compiled: Compiled) -> Checked:
    """Check and compile a whole file; `document.data` must be a dict.

    `compiled` has the conditions of the included rulebooks.
    """
    checker = _Checker(document, compiled)
    model = checker.model()
    conditions = checker.rules()
    checker.names()
    checker.feeds()
    formula = checker.formula()
    checker.metrics()
    return Checked(model, conditions, formula, checker.problems)


def custom_fields(fields: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the custom fields of a rulebook, for use in conditions."""
    return tuple(Field(n.lower(), t, f'the custom field "{n}"') for n, t in fields.items())


def measure_fields(names: Iterable[str]) -> tuple[Field, ...]:
    """Return the measures as fields, for use in conditions of the gate."""
    return tuple(Field(name, "number", "a measure of the rulebook", "gate") for name in names)


class _Checker:
    """Check each part of a file that has the right form, also if other parts do not."""

    def __init__(self, document: yaml_source.Document, compiled: Compiled) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._compiled = compiled
        self._measures = _dict(document.data.get("measures"))
        self._fields = _dict(document.data.get("fields"))
        declared = {name: kind for name, kind in self._fields.items() if kind in _TYPES}
        named = (*custom_fields(declared), *measure_fields(self._measures))
        self._known = {stage: vocabulary(named, stage) for stage in STAGES}

    def model(self) -> BookModel | None:
        """Return the file as a model; for an invalid file None, and note its problems."""
        lost = dict(self._lost_overrides())
        for path, message in lost.items():
            self._say((*path, "id"), message)
        try:
            return BookModel.model_validate(self.document.data)
        except ValidationError as error:
            for path, message in yaml_source.messages_of(error, self.document, BookModel):
                if path[:2] not in lost:
                    self._say(path, message)
        return None

    def _lost_overrides(self) -> Iterator[tuple[yaml_source.Path, str]]:
        """Yield the rules that only change an included one, which has no such id."""
        items = self.document.data.get("rules")
        rules = (
            [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        )
        whole = [str(rule.get("id")) for rule in rules if "when" in rule]
        for index, rule in enumerate(items if self.document.data.get("include") and rules else ()):
            if isinstance(rule, dict) and "when" not in rule and isinstance(rule.get("id"), str):
                name = rule["id"]
                near = nearest(name, whole)
                own = "a rule of your own needs when: and because:"
                hint = f"{near} {own.capitalize()}" if near else f": {own}"
                yield ("rules", index), f'no included rulebook has the rule "{name:.60}"{hint}'

    def rules(self) -> list[Condition]:
        """Compile the valid conditions, and note the problems of the rules."""
        items = self.document.data.get("rules")
        seen: dict[str, int] = {}
        found = []
        for index, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict):
                path = ("rules", index)
                self._unique(path, item, seen)
                self._points(path, item)
                condition = self._condition(path, item)
                if condition:
                    found.append(condition)
        return found

    def names(self) -> None:
        """Check that no two fields or measures have the same name.

        A rulebook may hide a built-in field, so that it stays valid when a new version of Sluice
        adds a field with that name. It can't hide a field that Sluice itself reads or decides.
        """
        taken = dict.fromkeys(FIXED | set(ALIASES), "a built-in field")
        for section, names in (("fields", self._fields), ("measures", self._measures)):
            for name in names:
                if name.lower() in taken:
                    what = taken[name.lower()]
                    self._say((section, name), f'"{name}" is already {what}: choose another name')
                taken.setdefault(name.lower(), f"used under {section}")

    def feeds(self) -> None:
        """Check that each feed reads a known field of a suitable type."""
        for name, measure in self._measures.items():
            found = _dict(measure).get("from")
            for index, feed in enumerate(found if isinstance(found, list) else []):
                if isinstance(feed, dict):
                    self._feed(("measures", name, "from", index), feed)

    def _feed(self, path: yaml_source.Path, feed: dict[str, Any]) -> None:
        ways = [way for way in WAYS if feed.get(way) is not None]
        name = feed.get("field")
        if not isinstance(name, str) or not ways:
            return
        try:
            field = self._known["points"].find(Clause(name, "is", None))
        except QueryError as error:
            self._say((*path, "field"), str(error))
            return
        if field.type not in _FEEDS[ways[0]]:
            what = "a table" if field.type in _FEEDS["table"] else "scale or times"
            other = f"use {what}" if field.type in _READABLE else "choose a number or a name"
            wrong = f'"{name}" is {WHAT[field.type]}, {ways[0]} does not work with it: {other}'
            self._say((*path, ways[0]), wrong)

    def formula(self) -> score_formula.Formula | None:
        """Parse the score formula; check its measures and the quadrant's."""
        self._quadrant()
        text, here = self.document.data.get("score"), ("score",)
        try:
            return score_formula.parse(text, self._measures) if isinstance(text, str) else None
        except QueryError as error:
            self._wrong_text(here, str(text), error)
            return None

    def _quadrant(self) -> None:
        for axis, model in _dict(self.document.data.get("quadrant")).items():
            found = _dict(model).get("measure")
            for name in found if isinstance(found, list) else [found]:
                if isinstance(name, str) and name not in self._measures:
                    hint = nearest(name, self._measures) or ": declare it under measures:"
                    self._say(("quadrant", axis, "measure"), f'unknown measure "{name}"{hint}')

    def metrics(self) -> None:
        """Check that `words:` names only known metrics."""
        for name in _dict(self.document.data.get("words")):
            if name not in METRICS:
                hint = nearest(name, METRICS) or f": write one of {', '.join(METRICS)}"
                self._say(("words", name), f'unknown metric "{name}"{hint}')

    def _unique(self, path: yaml_source.Path, item: dict[str, Any], seen: dict[str, int]) -> None:
        name, here = item.get("id"), (*path, "id")
        if not isinstance(name, str):
            return
        if name in seen:
            self._say(here, f"line {seen[name]} already has this id: choose another")
        seen.setdefault(name, self.document.line(here))

    def _points(self, path: yaml_source.Path, item: dict[str, Any]) -> None:
        for name in _dict(item.get("points")):
            if name not in self._measures:
                hint = nearest(name, self._measures) or ": declare it under measures:"
                self._say((*path, "points", name), f'unknown measure "{name}"{hint}')

    def _condition(self, path: yaml_source.Path, item: dict[str, Any]) -> Condition | None:
        """Parse and compile a condition, unless an included rulebook already did."""
        when = item.get("when")
        if not isinstance(when, str):
            return None
        stage = latest_stage(item)
        known, before = self._known[stage], self._compiled.get((when, stage))
        if before and before.fits(known):
            return before
        try:
            return compile_condition(parse(when), known)
        except QueryError as error:
            for one in (error, *error.others):
                self._wrong_text((*path, "when"), when, one)
            return None

    def _wrong_text(self, here: yaml_source.Path, when: str, error: QueryError) -> None:
        key = here[-1]
        if here not in self.document.spans:  # it was included: only its own file has the column
            self._say(here, f"{key}: {error}")
            return
        lines = when.split("\n")
        before = "\n".join([*lines[: error.line - 1], lines[error.line - 1][: error.column - 1]])
        line, column = self.document.place(here, before)
        self._add(line, f"{key}, column {column}: {error}", here)

    def _say(self, path: yaml_source.Path, message: str) -> None:
        self._add(self.document.line(path), message, path)

    def _add(self, line: int, message: str, path: yaml_source.Path) -> None:
        name = None
        if len(path) > 1 and path[0] == "rules":
            name = _dict(self.document.data["rules"][path[1]]).get("id")
        rule = name if isinstance(name, str) else None
        self.problems.append(Problem(self.document.file, line, message, rule))


_FEEDS = {"scale": ("number",), "times": ("number",), "table": ("name", "names", "rank")}
_READABLE = ("number", "name", "names", "rank")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
