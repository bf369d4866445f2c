"""What is wrong with a rule file, all of it at once, each problem with its line and rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from rules.facts.catalog import ALIASES, FIXED, Field, Stage
from rules.facts.text_metrics.metrics import METRICS
from rules.jql.compiler import WHAT, Vocabulary, clauses, compile_clause, vocabulary
from rules.jql.normal_form import conjunctions
from rules.jql.parser import parse
from rules.jql.syntax_tree import Clause, Node, QueryError
from rules.problem import Problem, nearest
from rules.rulebook import score_formula, yaml_source
from rules.rulebook.file_format import BookModel
from rules.vocabulary.classes import UNDECIDED

_TYPES = ("text", "name", "names", "number", "date")
_EFFECTS = ("class", "points", "gate")


def check(document: yaml_source.Document) -> tuple[BookModel | None, list[Node], list[Problem]]:
    """The book, the condition of each rule and all problems; no book where there are problems.

    `document.data` has to be a dict.
    """
    checker = _Checker(document)
    model = checker.model()
    conditions = checker.rules()
    checker.names()
    checker.limits()
    checker.feeds()
    checker.formula()
    checker.metrics()
    return (None if checker.problems else model), conditions, checker.problems


def custom_fields(fields: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that a book declares, as conditions may name them."""
    return tuple(Field(n.lower(), t, f'the custom field "{n}"') for n, t in fields.items())


def measure_fields(names: Iterable[str]) -> tuple[Field, ...]:
    """The measures as fields: conditions of the gate may ask for them."""
    return tuple(Field(name, "number", "a measure of the book", "gate") for name in names)


class _Checker:
    """Looks into everything that has a shape, also beside what has none."""

    def __init__(self, document: yaml_source.Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._measures = _dict(document.data.get("measures"))
        self._fields = _dict(document.data.get("fields"))

    def model(self) -> BookModel | None:
        """The file as pydantic sees it, or None and its problems."""
        try:
            return BookModel.model_validate(self.document.data)
        except ValidationError as error:
            for path, message in yaml_source.said(error, self.document, BookModel):
                self._say(path, message)
        return None

    def rules(self) -> list[Node]:
        """The conditions that can be understood; what is wrong with the rules as problems."""
        items = self.document.data.get("rules")
        seen: dict[str, int] = {}
        found = []
        for index, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict):
                path = ("rules", index)
                self._unique(path, item, seen)
                self._effect(path, item)
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

    def limits(self) -> None:
        """Limits that leave no room, and bands of which one would never count."""
        for name, measure in self._measures.items():
            low, high = (_dict(measure).get(key, default) for key, default in _LIMITS)
            if _number(low) and _number(high) and low > high:
                wrong = f'"min" of "{name}" is above its "max": exchange them'
                self._say(("measures", name, "min"), wrong)
        bands, seen = self.document.data.get("bands"), set()
        for index, band in enumerate(bands if isinstance(bands, list) else []):
            start = _dict(band).get("from")
            if _number(start) and start in seen:
                self._say(("bands", index, "from"), f"two bands begin at {start:g}: keep one")
            seen.add(start if _number(start) else None)

    def feeds(self) -> None:
        """Fields that feed a measure have to be there, and to be what the feed can read."""
        for name, measure in self._measures.items():
            found = _dict(measure).get("from")
            for index, feed in enumerate(found if isinstance(found, list) else []):
                if isinstance(feed, dict):
                    self._feed(("measures", name, "from", index), feed)

    def _feed(self, path: yaml_source.Path, feed: dict[str, Any]) -> None:
        ways = [way for way in _WAYS if feed.get(way) is not None]
        if len(ways) != 1:
            found = f"this has {' and '.join(ways)}" if ways else "this has none"
            self._say(path, f"a field feeds a measure by one of {', '.join(_WAYS)}: {found}")
        name = feed.get("field")
        if not isinstance(name, str) or not ways:
            return
        try:
            field = self._known("points").find(Clause(name, "is", None))
        except QueryError as error:
            self._say((*path, "field"), str(error))
            return
        if field.type not in _FEEDS[ways[0]]:
            what = "a table" if field.type in _FEEDS["table"] else "scale or times"
            other = f"use {what}" if field.type in _READABLE else "only numbers and names can feed"
            wrong = f'"{name}" is {WHAT[field.type]}, {ways[0]} does not fit it: {other}'
            self._say((*path, ways[0]), wrong)

    def formula(self) -> None:
        """The score and the quadrant ask for measures of this book."""
        text, here = self.document.data.get("score"), ("score",)
        if isinstance(text, str):
            try:
                score_formula.parse(text, self._measures)
            except QueryError as error:
                self._wrong_text(here, text, error, "score")
        for axis, model in _dict(self.document.data.get("quadrant")).items():
            name = _dict(model).get("measure")
            if isinstance(name, str) and name not in self._measures:
                hint = nearest(name, self._measures) or ": declare it under measures:"
                self._say(("quadrant", axis, "measure"), f'unknown measure "{name}"{hint}')

    def metrics(self) -> None:
        """The table of words holds metrics that are read, and what can be filled in."""
        for name, model in _dict(self.document.data.get("words")).items():
            if name not in METRICS:
                hint = nearest(name, METRICS) or f": there are {', '.join(METRICS)}"
                self._say(("words", name), f'unknown metric "{name}"{hint}')
            for form, filled in _PLACES.items():
                self._places(("words", name, form), _dict(model).get(form), filled)

    def _places(self, path: yaml_source.Path, said: object, filled: tuple[str, ...]) -> None:
        texts = [said] if isinstance(said, str) else list(_dict(said).values())
        for text in texts:
            for place in re.findall(r"\{([^{}]*)\}", text if isinstance(text, str) else ""):
                if place not in filled:
                    could = " and ".join(f"{{{one}}}" for one in filled)
                    self._say(path, f'"{{{place:.40}}}" is nothing that can be filled in: {could}')

    def _unique(self, path: yaml_source.Path, item: dict[str, Any], seen: dict[str, int]) -> None:
        name, here = item.get("id"), (*path, "id")
        if not isinstance(name, str):
            return
        if name in seen:
            self._say(here, f"the id stands at line {seen[name]} already: choose another")
        seen.setdefault(name, self.document.line(here))

    def _effect(self, path: yaml_source.Path, item: dict[str, Any]) -> None:
        given = [effect for effect in _EFFECTS if item.get(effect) is not None]
        if not given:
            self._say(path, "a rule needs an effect: write one of class:, points: or gate:")
        elif len(given) > 1:
            found = " and ".join(f"{effect}:" for effect in given)
            self._say(path, f"a rule has one effect, this has {found} so make a rule of each")
        if item.get("ask") is not None and "gate" not in given:
            self._say((*path, "ask"), "ask: goes with gate: only; leave it out")
        if UNDECIDED in _dict(item.get("class")):
            wrong = f"a rule can't speak for {UNDECIDED}: leave it out"
            self._say((*path, "class", UNDECIDED), wrong)

    def _points(self, path: yaml_source.Path, item: dict[str, Any]) -> None:
        for name in _dict(item.get("points")):
            if name not in self._measures:
                hint = nearest(name, self._measures) or ": declare it under measures:"
                self._say((*path, "points", name), f'unknown measure "{name}"{hint}')

    def _condition(self, path: yaml_source.Path, item: dict[str, Any]) -> Node | None:
        when = item.get("when")
        if not isinstance(when, str):
            return None
        here = (*path, "when")
        try:
            node = parse(when)
            self._compile(here, when, node, self._vocabulary(item))
        except QueryError as error:
            self._wrong_condition(here, when, error)
            return None
        return node

    def _vocabulary(self, item: dict[str, Any]) -> Vocabulary:
        """What the condition may ask for: the last of the effects that are written decides."""
        stages: tuple[Stage, ...] = ("gate", "points", "class")
        stage: Stage = next((effect for effect in stages if item.get(effect) is not None), "gate")
        return self._known(stage)

    def _known(self, stage: Stage) -> Vocabulary:
        declared = {name: kind for name, kind in self._fields.items() if kind in _TYPES}
        return vocabulary((*custom_fields(declared), *measure_fields(self._measures)), stage)

    def _compile(self, here: yaml_source.Path, when: str, node: Node, known: Vocabulary) -> None:
        """Each clause by itself, so that a condition shows all that is wrong with it."""
        for clause in clauses(node):
            try:
                compile_clause(clause, known)
            except QueryError as error:
                self._wrong_condition(here, when, error)
        conjunctions(node)

    def _wrong_condition(self, here: yaml_source.Path, when: str, error: QueryError) -> None:
        self._wrong_text(here, when, error, "when")

    def _wrong_text(self, here: yaml_source.Path, when: str, error: QueryError, key: str) -> None:
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


_WAYS = ("scale", "table", "times")
_FEEDS = {"scale": ("number",), "times": ("number",), "table": ("name", "names", "rank")}
_READABLE = ("number", "name", "names", "rank")
_PLACES = {"changed": ("before", "after"), "now": ("value",)}
_LIMITS = (("min", -100.0), ("max", 100.0))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
