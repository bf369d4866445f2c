"""YAML → Rulebook, with every problem of a file reported at once and with its line."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from rules import facts, yamlfile
from rules.bookcheck import check, custom_fields, measure_fields
from rules.bookmodel import BandModel, BookModel, ClassifyModel, MeasureModel, RuleModel, Words
from rules.bookmodel import Language as Language  # part of what callers ask of a rulebook
from rules.issue import KINDS, Kind, Problem, Verdict
from rules.predicates import Vocabulary, vocabulary
from rules.query import Node
from rules.saying import nearest


class RulebookError(ValueError):
    """A rule file can't be used; `problems` has all that is wrong with it, each with its line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


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
        return vocabulary((*self.custom, *measure_fields(self.measures)), stage)

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
        wrong = f"no such book{nearest(name, names)} (there are: {', '.join(names)})"
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
    document, problems = _document(raw, file)
    model, conditions, found = check(document)
    # What YAML could not read is missing to the rest, which would only say so again.
    problems = _with_rules(problems, document)
    told = {problem.line for problem in problems}
    problems += [problem for problem in found if problem.line not in told]
    if problems or model is None:
        raise RulebookError(sorted(problems, key=lambda problem: problem.line))
    return Rulebook(
        name=model.book,
        rules=tuple(
            _rule(rule, *found) for rule, found in zip(model.rules, conditions, strict=True)
        ),
        classify=model.classify,
        measures=model.measures,
        base=model.base,
        bands=tuple(model.bands),
        custom=custom_fields(model.fields),
        digest=_digest(model),
    )


def _document(raw: bytes, file: str) -> tuple[yamlfile.Document, list[Problem]]:
    """What could be read, and what could not; RulebookError where nothing could."""
    problems: list[Problem] = []
    try:
        document = yamlfile.load(raw, file)
    except yamlfile.YamlError as error:
        if error.document is None:
            raise RulebookError(error.problems) from None
        document, problems = error.document, list(error.problems)
    if not isinstance(document.data, dict):
        wrong = Problem(file, 1, "is not a rule file: begin with book: NAME")
        raise RulebookError([*problems, wrong])
    return document, problems


def _with_rules(problems: list[Problem], document: yamlfile.Document) -> list[Problem]:
    """The problems with the id of the rule that the line of each belongs to."""
    at: dict[int, str | None] = {}
    for path, line in document.lines.items():
        rule = document.data["rules"][path[1]] if path[:1] == ("rules",) and path[1:] else None
        name = rule.get("id") if isinstance(rule, dict) else None
        at[line] = name if isinstance(name, str) else None
    lines = sorted(at)
    return [
        replace(problem, rule=at[lines[bisect_right(lines, problem.line) - 1]])
        for problem in problems
    ]


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
