"""What is wrong with a rule file, all of it at once, each problem with its line and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rules.facts.catalog import ALIASES, FIXED, STAGES, Field, Stage
from rules.facts.text_metrics.metrics import METRICS
from rules.jql.compiler import WHAT, Condition, compile_condition, vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import Clause, QueryError
from rules.problem import Problem, nearest
from rules.rulebook import score_formula, yaml_source
from rules.rulebook.effects.table import latest_stage
from rules.rulebook.file_format.book import WAYS, BookModel

_TYPES = ("text", "name", "names", "number", "date")


@dataclass(frozen=True)
class Checked:
    """A rule file that was checked: its model, compiled, or what is wrong with it.

    Where there are no problems, `conditions` has one for each rule of `model`.
    """

    model: BookModel | None
    conditions: list[Condition]
    formula: score_formula.Formula | None
    problems: list[Problem]


Compiled = Mapping[tuple[str, Stage], Condition]
"""Conditions that are compiled already, by their text and stage."""


def check(document: yaml_source.Document, compiled: Compiled) -> Checked:
    """Check a whole file and compile it; `document.data` has to be a dict.

    `compiled` has the conditions of the books that the file includes.
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
    """The fields that a book declares, as conditions may name them."""
    return tuple(Field(n.lower(), t, f'the custom field "{n}"') for n, t in fields.items())


def measure_fields(names: Iterable[str]) -> tuple[Field, ...]:
    """The measures as fields: conditions of the gate may ask for them."""
    return tuple(Field(name, "number", "a measure of the book", "gate") for name in names)


class _Checker:
    """Looks into everything that has a shape, also beside what has none."""

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
        """The file as pydantic sees it, or None and its problems."""
        try:
            return BookModel.model_validate(self.document.data)
        except ValidationError as error:
            for path, message in yaml_source.said(error, self.document, BookModel):
                self._say(path, message)
        return None

    def rules(self) -> list[Condition]:
        """Compile the conditions that can be understood; note what is wrong with the rules."""
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
        """No field or measure may take the name of another: a condition would ask for either.

        A built-in field gives way, so that a book stays well-formed when a new version of Sluice
        brings a field of that name; those that Sluice itself reads or decides do not.
        """
        taken = dict.fromkeys(FIXED | set(ALIASES), "a field of every issue")
        for section, names in (("fields", self._fields), ("measures", self._measures)):
            for name in names:
                if name.lower() in taken:
                    what = taken[name.lower()]
                    self._say((section, name), f'"{name}" is {what} already: choose another name')
                taken.setdefault(name.lower(), f"under {section}:")

    def feeds(self) -> None:
        """Fields that feed a measure have to be there, and to be what the feed can read."""
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
            other = f"use {what}" if field.type in _READABLE else "only numbers and names can feed"
            wrong = f'"{name}" is {WHAT[field.type]}, {ways[0]} does not fit it: {other}'
            self._say((*path, ways[0]), wrong)

    def formula(self) -> score_formula.Formula | None:
        """Parse the score; it and the quadrant ask for measures of this book."""
        self._quadrant()
        text, here = self.document.data.get("score"), ("score",)
        try:
            return score_formula.parse(text, self._measures) if isinstance(text, str) else None
        except QueryError as error:
            self._wrong_text(here, str(text), error)
            return None

    def _quadrant(self) -> None:
        for axis, model in _dict(self.document.data.get("quadrant")).items():
            name = _dict(model).get("measure")
            if isinstance(name, str) and name not in self._measures:
                hint = nearest(name, self._measures) or ": declare it under measures:"
                self._say(("quadrant", axis, "measure"), f'unknown measure "{name}"{hint}')

    def metrics(self) -> None:
        """The table of words holds metrics that are read from texts."""
        for name in _dict(self.document.data.get("words")):
            if name not in METRICS:
                hint = nearest(name, METRICS) or f": there are {', '.join(METRICS)}"
                self._say(("words", name), f'unknown metric "{name}"{hint}')

    def _unique(self, path: yaml_source.Path, item: dict[str, Any], seen: dict[str, int]) -> None:
        name, here = item.get("id"), (*path, "id")
        if not isinstance(name, str):
            return
        if name in seen:
            self._say(here, f"the id stands at line {seen[name]} already: choose another")
        seen.setdefault(name, self.document.line(here))

    def _points(self, path: yaml_source.Path, item: dict[str, Any]) -> None:
        for name in _dict(item.get("points")):
            if name not in self._measures:
                hint = nearest(name, self._measures) or ": declare it under measures:"
                self._say((*path, "points", name), f'unknown measure "{name}"{hint}')

    def _condition(self, path: yaml_source.Path, item: dict[str, Any]) -> Condition | None:
        """Parse and compile a condition, unless an included book has done so already."""
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
        if here not in self.document.spans:  # it was included: its own file has the column
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
