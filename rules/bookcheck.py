"""What is wrong with a rule file, all of it at once, each problem with its line and rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from rules import facts, yamlfile
from rules.bookmodel import BookModel
from rules.dnf import conjunctions
from rules.issue import Problem
from rules.predicates import Vocabulary, clauses, compile_clause, vocabulary
from rules.query import Node, QueryError, parse
from rules.saying import nearest

Condition = tuple[Node, int]
"""The condition of a rule and the line where the rule begins."""

_TYPES = ("text", "name", "names", "number", "date")
_EFFECTS = ("class", "points", "gate")


def check(document: yamlfile.Document) -> tuple[BookModel | None, list[Condition], list[Problem]]:
    """The book, the condition of each rule and all problems; no book where there are problems.

    `document.data` has to be a dict.
    """
    checker = _Checker(document)
    model = checker.model()
    conditions = checker.rules()
    checker.names()
    checker.limits()
    return (None if checker.problems else model), conditions, checker.problems


def custom_fields(fields: Mapping[str, Any]) -> tuple[facts.Field, ...]:
    """The fields that a book declares, as conditions may name them."""
    return tuple(facts.Field(n.lower(), t, f'the custom field "{n}"') for n, t in fields.items())


def measure_fields(names: Iterable[str]) -> tuple[facts.Field, ...]:
    """The measures as fields: conditions of the gate may ask for them."""
    return tuple(facts.Field(name, "number", "a measure of the book", "gate") for name in names)


class _Checker:
    """Looks into everything that has a shape, also beside what has none."""

    def __init__(self, document: yamlfile.Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self._measures = _dict(document.data.get("measures"))
        self._fields = _dict(document.data.get("fields"))

    def model(self) -> BookModel | None:
        """The file as pydantic sees it, or None and its problems."""
        try:
            return BookModel.model_validate(self.document.data)
        except ValidationError as error:
            for path, message in yamlfile.said(error, self.document, BookModel):
                self._say(path, message)
        return None

    def rules(self) -> list[Condition]:
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
                    found.append((condition, self.document.line(path)))
        return found

    def names(self) -> None:
        """No field or measure may take the name of another: a condition would ask for either."""
        taken = dict.fromkeys((*facts.FIELDS, *facts.ALIASES), "a field of every issue")
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

    def _unique(self, path: yamlfile.Path, item: dict[str, Any], seen: dict[str, int]) -> None:
        name, here = item.get("id"), (*path, "id")
        if not isinstance(name, str):
            return
        if name in seen:
            self._say(here, f"the id stands at line {seen[name]} already: choose another")
        seen.setdefault(name, self.document.line(here))

    def _effect(self, path: yamlfile.Path, item: dict[str, Any]) -> None:
        given = [effect for effect in _EFFECTS if item.get(effect) is not None]
        if not given:
            self._say(path, "a rule needs an effect: write one of class:, points: or gate:")
        elif len(given) > 1:
            found = " and ".join(f"{effect}:" for effect in given)
            self._say(path, f"a rule has one effect, this has {found} so make a rule of each")
        if item.get("ask") is not None and "gate" not in given:
            self._say((*path, "ask"), "ask: goes with gate: only; leave it out")
        if "undecided" in _dict(item.get("class")):
            wrong = "a rule can't speak for undecided: leave it out"
            self._say((*path, "class", "undecided"), wrong)

    def _points(self, path: yamlfile.Path, item: dict[str, Any]) -> None:
        for name in _dict(item.get("points")):
            if name not in self._measures:
                hint = nearest(name, self._measures) or ": declare it under measures:"
                self._say((*path, "points", name), f'unknown measure "{name}"{hint}')

    def _condition(self, path: yamlfile.Path, item: dict[str, Any]) -> Node | None:
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
        stages: tuple[facts.Stage, ...] = ("gate", "points", "class")
        stage: facts.Stage = next(
            (effect for effect in stages if item.get(effect) is not None), "gate"
        )
        declared = {name: kind for name, kind in self._fields.items() if kind in _TYPES}
        return vocabulary((*custom_fields(declared), *measure_fields(self._measures)), stage)

    def _compile(self, here: yamlfile.Path, when: str, node: Node, known: Vocabulary) -> None:
        """Each clause by itself, so that a condition shows all that is wrong with it."""
        for clause in clauses(node):
            try:
                compile_clause(clause, known)
            except QueryError as error:
                self._wrong_condition(here, when, error)
        conjunctions(node)

    def _wrong_condition(self, here: yamlfile.Path, when: str, error: QueryError) -> None:
        lines = when.split("\n")
        before = "\n".join([*lines[: error.line - 1], lines[error.line - 1][: error.column - 1]])
        line, column = self.document.place(here, before)
        self._add(line, f"when, column {column}: {error}", here)

    def _say(self, path: yamlfile.Path, message: str) -> None:
        self._add(self.document.line(path), message, path)

    def _add(self, line: int, message: str, path: yamlfile.Path) -> None:
        name = None
        if len(path) > 1 and path[0] == "rules":
            name = _dict(self.document.data["rules"][path[1]]).get("id")
        rule = name if isinstance(name, str) else None
        self.problems.append(Problem(self.document.file, line, message, rule))


_LIMITS = (("min", -100.0), ("max", 100.0))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
