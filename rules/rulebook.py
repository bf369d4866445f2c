"""YAML → Rulebook, with every problem of a file reported at once and with its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import model_validator as validator

from rules import facts, yamlfile
from rules.dnf import conjunctions
from rules.issue import KINDS, Kind, Problem, Verdict
from rules.predicates import Vocabulary, clauses, compile_clause, vocabulary
from rules.query import Node, QueryError, parse

Language = Literal["en", "zh"]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Words = Said | dict[Language, Said]
Points = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]


class RulebookError(ValueError):
    """A rule file can't be used; `problems` has all that is wrong with it, each with its line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleModel(_Strict):
    """One rule: a condition, a reason, and one effect (class, points or gate)."""

    id: Id
    when: str
    because: Words
    class_: dict[Kind, Weight] | None = Field(None, alias="class")
    points: dict[str, Points] | None = None
    gate: Verdict | None = None
    ask: Words | None = None

    @validator(mode="after")
    def _one_effect(self) -> RuleModel:
        effects = [self.class_, self.points, self.gate]
        if sum(effect is not None for effect in effects) != 1:
            raise ValueError("a rule has one effect: write one of class:, points: or gate:")
        if self.ask is not None and self.gate is None:
            raise ValueError("ask: goes with gate:")
        if self.class_ is not None and "undecided" in self.class_:
            raise ValueError("a rule can't speak for undecided: leave it out")
        return self


class MeasureModel(_Strict):
    """A measure: the points of its rules, kept between min and max, times the weight."""

    about: Words = ""
    weight: Weight = 1.0
    min: Points = -100.0
    max: Points = 100.0


class ClassifyModel(_Strict):
    """How votes become a class; `doubt` is the weight that is always held back."""

    doubt: float = Field(1.0, ge=0, le=10, allow_inf_nan=False)
    undecided_below: float = Field(0.5, ge=0, le=1, allow_inf_nan=False)


class BandModel(_Strict):
    """From this score up, this Jira priority."""

    from_: float = Field(alias="from", ge=0, le=100, allow_inf_nan=False)
    priority: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class BookModel(_Strict):
    """A rule file as it is written."""

    book: Id
    about: Words = ""
    fields: dict[str, Literal["text", "name", "names", "number", "date"]] = {}
    classify: ClassifyModel = Field(default_factory=lambda: ClassifyModel.model_validate({}))
    measures: dict[Id, MeasureModel] = {}
    base: float = Field(0, ge=0, le=100, allow_inf_nan=False)
    bands: list[BandModel] = []
    rules: Annotated[list[RuleModel], Field(min_length=1, max_length=2000)]


@dataclass(frozen=True)
class Rule:
    """A rule ready to be judged; `line` is where it begins in its file."""

    id: str
    when: str
    condition: Node
    because: Words
    votes: Mapping[Kind, float]
    points: Mapping[str, float]
    gate: Verdict | None
    ask: Words | None
    line: int

    @property
    def stage(self) -> facts.Stage:
        """The stratum that the rule belongs to, told by its effect."""
        return "gate" if self.gate else "points" if self.points else "class"


@dataclass(frozen=True)
class Rulebook:
    """A rule file that was proven; `digest` changes with anything that could change a decision."""

    name: str
    rules: tuple[Rule, ...]
    classify: ClassifyModel
    measures: Mapping[str, MeasureModel]
    base: float
    bands: tuple[BandModel, ...]
    custom: tuple[facts.Field, ...]
    digest: str

    def stage(self, stage: facts.Stage) -> list[Rule]:
        """The rules of one stratum, in the order of the file."""
        return [rule for rule in self.rules if rule.stage == stage]

    def vocabulary(self, stage: facts.Stage) -> Vocabulary:
        """What the conditions of a stratum may ask for."""
        return vocabulary((*self.custom, *_measured(self.measures)), stage)

    def priority(self, score: float) -> str | None:
        """The Jira priority of a score, or None where the book has no bands."""
        fitting = [band for band in self.bands if score >= band.from_]
        return max(fitting, key=lambda band: band.from_).priority if fitting else None


def load(path: Path) -> Rulebook:
    """Read a rule file; raises RulebookError with all of its problems."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RulebookError([Problem(str(path), 1, f"can't be read: {error.strerror}")]) from None
    return parse_book(raw, str(path))


def shipped(name: str) -> Rulebook:
    """A book that comes with Sluice, such as "default"; raises RulebookError for another name."""
    names = shipped_names()
    if name not in names:
        wrong = f"no such book{yamlfile.nearest(name, names)} (there are: {', '.join(names)})"
        raise RulebookError([Problem(name, 1, wrong)])
    file = resources.files("rules") / "books" / f"{name}.yaml"
    return parse_book(file.read_bytes(), f"{name}.yaml")


def shipped_names() -> list[str]:
    """The names of the books that come with Sluice."""
    folder = resources.files("rules") / "books"
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def parse_book(raw: bytes, file: str) -> Rulebook:
    """Bytes → Rulebook; raises RulebookError with every problem: YAML, keys, types, conditions."""
    try:
        document = yamlfile.load(raw, file)
    except yamlfile.YamlError as error:
        raise RulebookError(error.problems) from None
    if not isinstance(document.data, dict):
        raise RulebookError([Problem(file, 1, "is not a rule file: begin with book: NAME")])
    return _Checker(document).book()


class _Checker:
    """Collects problems while it turns a document into a book."""

    def __init__(self, document: yamlfile.Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def book(self) -> Rulebook:
        model = self._model()
        rules = self._rules(model)
        if self.problems or model is None:
            raise RulebookError(sorted(self.problems, key=lambda p: p.line))
        return Rulebook(
            name=model.book,
            rules=tuple(rules),
            classify=model.classify,
            measures=model.measures,
            base=model.base,
            bands=tuple(model.bands),
            custom=_custom(model.fields),
            digest=_digest(model),
        )

    def _model(self) -> BookModel | None:
        try:
            return BookModel.model_validate(self.document.data)
        except ValidationError as error:
            found = yamlfile.problems_of(error, self.document, BookModel)
            locations = [e["loc"] for e in error.errors()]
            for problem, loc in zip(found, locations, strict=True):
                self._say(problem.line, problem.message, self._rule_at(loc))
        return None

    def _rules(self, model: BookModel | None) -> list[Rule]:
        """Every rule that has a shape is looked into, so that one file shows all its problems."""
        data = self.document.data
        items = data.get("rules") if isinstance(data.get("rules"), list) else []
        measures = data.get("measures") if isinstance(data.get("measures"), dict) else {}
        fields = data.get("fields") if isinstance(data.get("fields"), dict) else {}
        custom = model.fields if model else {k: v for k, v in fields.items() if v in _TYPES}
        known = (*_custom(custom), *_measured(name for name in measures))
        seen: dict[str, int] = {}
        rules = []
        for index, item in enumerate(items):
            if isinstance(item, dict):
                self._unique(index, item, seen)
                self._measures(index, item, measures)
                condition = self._condition(index, item, known)
                if model and condition:
                    rules.append(_rule(model.rules[index], condition, self._line(index)))
        return rules

    def _unique(self, index: int, item: dict[str, Any], seen: dict[str, int]) -> None:
        name, line = item.get("id"), self._line(index, "id")
        if not isinstance(name, str):
            return
        if name in seen:
            self._say(line, f"the id stands at line {seen[name]} already: choose another", name)
        seen.setdefault(name, line)

    def _measures(self, index: int, item: dict[str, Any], known: Mapping[str, Any]) -> None:
        points = item.get("points")
        for name in points if isinstance(points, dict) else ():
            if name not in known:
                hint = yamlfile.nearest(name, known) or ": declare it under measures:"
                self._say(
                    self._line(index, "points", name), f'unknown measure "{name}"{hint}', item
                )

    def _condition(
        self, index: int, item: dict[str, Any], custom: tuple[facts.Field, ...]
    ) -> Node | None:
        when = item.get("when")
        if not isinstance(when, str):
            return None
        stage: facts.Stage = "gate" if "gate" in item else "points" if "points" in item else "class"
        try:
            node = parse(when)
            self._compile(index, item, node, vocabulary(custom, stage))
        except QueryError as error:
            self._wrong_condition(index, item, error)
            return None
        return node

    def _compile(self, index: int, item: dict[str, Any], node: Node, known: Vocabulary) -> None:
        """Each clause by itself, so that a condition shows all that is wrong with it."""
        for clause in clauses(node):
            try:
                compile_clause(clause, known)
            except QueryError as error:
                self._wrong_condition(index, item, error)
        conjunctions(node)

    def _wrong_condition(self, index: int, item: dict[str, Any], error: QueryError) -> None:
        line = self._line(index, "when") + error.line - 1
        self._say(line, f"when, column {error.column}: {error}", item)

    def _line(self, index: int, *path: str) -> int:
        return self.document.line(("rules", index, *path))

    def _rule_at(self, loc: tuple[int | str, ...]) -> str | None:
        if len(loc) > 1 and loc[0] == "rules" and isinstance(loc[1], int):
            return self._name(self.document.data["rules"][loc[1]])
        return None

    def _name(self, item: object) -> str | None:
        name = item.get("id") if isinstance(item, dict) else None
        return name if isinstance(name, str) else None

    def _say(self, line: int, message: str, rule: object = None) -> None:
        name = rule if isinstance(rule, str) else self._name(rule)
        self.problems.append(Problem(self.document.file, line, message, name))


_TYPES = ("text", "name", "names", "number", "date")


def _custom(fields: Mapping[str, Any]) -> tuple[facts.Field, ...]:
    return tuple(facts.Field(n.lower(), t, f'the custom field "{n}"') for n, t in fields.items())


def _measured(names: Iterable[str]) -> tuple[facts.Field, ...]:
    """The measures as fields: conditions of the gate may ask for them."""
    return tuple(facts.Field(name, "number", "a measure of the book", "gate") for name in names)


def _rule(model: RuleModel, condition: Node, line: int) -> Rule:
    return Rule(
        id=model.id,
        when=model.when,
        condition=condition,
        because=model.because,
        votes={kind: model.class_[kind] for kind in KINDS if kind in (model.class_ or {})}
        if model.class_
        else {},
        points=model.points or {},
        gate=model.gate,
        ask=model.ask,
        line=line,
    )


def _digest(model: BookModel) -> str:
    text = json.dumps(model.model_dump(mode="json", by_alias=True), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def say(words: Words | None, language: str) -> str:
    """Words in a language; English, then whatever there is, where that is missing."""
    if isinstance(words, dict):
        return words.get(language) or words.get("en") or next(iter(words.values()), "")  # type: ignore[call-overload]
    return words or ""
