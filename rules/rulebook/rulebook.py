"""A rule file that was checked and compiled: what the judge goes by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from rules.facts.catalog import ALIASES, Field, Stage
from rules.jql.compiler import Condition, Vocabulary, vocabulary
from rules.problem import Problem
from rules.rulebook import score_formula
from rules.rulebook.effects.effect import Effect
from rules.rulebook.effects.gate import GATE
from rules.rulebook.effects.points import POINTS, Points
from rules.rulebook.effects.votes import CLASS, Votes
from rules.rulebook.file_format.block import Words
from rules.rulebook.file_format.book import (
    BandModel,
    ClassifyModel,
    MeasureModel,
    MetricModel,
    QuadrantModel,
)
from rules.rulebook.file_format.rule import ExamplesModel
from rules.rulebook.validate import measure_fields
from rules.vocabulary.verdicts import Verdict


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
    condition: Condition
    because: Words
    effect: Effect[Any]
    value: Any
    """The value of the effect, of its own type: `{"pain": 5}`, `defer`."""
    ask: Words | None
    line: int
    file: str = ""
    shadow: bool = False
    examples: ExamplesModel = field(default_factory=ExamplesModel)

    @property
    def stage(self) -> Stage:
        """The stratum that the rule belongs to, told by its effect."""
        return self.effect.stage

    @property
    def votes(self) -> Votes:
        """Return the votes for classes; none where the effect is another."""
        return self.value if self.effect is CLASS else {}

    @property
    def points(self) -> Points:
        """Return the points for measures; none where the effect is another."""
        return self.value if self.effect is POINTS else {}

    @property
    def gate(self) -> Verdict | None:
        """Return the verdict; None where the effect is another."""
        return self.value if self.effect is GATE else None


@dataclass(frozen=True)
class Rulebook:
    """A rule file that was proven; `digest` changes with anything that could change a decision.

    `files` has every file that was read for it, with the digest of its bytes. `source` is what was
    written, with what was included.
    """

    name: str
    rules: tuple[Rule, ...]
    classify: ClassifyModel
    measures: Mapping[str, MeasureModel]
    base: float
    bands: tuple[BandModel, ...]
    custom: tuple[Field, ...]
    digest: str
    score: score_formula.Formula | None = None
    quadrant: QuadrantModel | None = None
    words: Mapping[str, MetricModel] = field(default_factory=dict)
    shadow: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def shadowed(self) -> bool:
        """Whether anything in it is judged and recorded only."""
        return self.shadow or any(rule.shadow for rule in self.rules)

    def live(self) -> Rulebook:
        """The book without its rules in shadow; itself where it has none."""
        if not any(rule.shadow for rule in self.rules):
            return self
        counted = tuple(rule for rule in self.rules if not rule.shadow)
        digest = hashlib.sha256(f"{self.digest} live".encode()).hexdigest()[:12]
        return replace(self, rules=counted, digest=digest)

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The fields that conditions and feeds read, by their own names."""
        conditions = (clause.name for rule in self.rules for clause in rule.condition.atoms)
        feeds = (feed.field for model in self.measures.values() for feed in model.from_)
        names = (name.lower() for name in (*conditions, *feeds))
        return frozenset(ALIASES.get(name, name) for name in names)

    def text(self) -> str:
        """The whole book, with what it includes, as `parse_book` reads it again."""
        alone = {key: value for key, value in self.source.items() if key != "include"}
        return json.dumps(alone, ensure_ascii=False, default=str)

    def asks(self, name: str) -> bool:
        """Whether a rule or a measure reads a field."""
        return name.lower() in self._asked

    def own_rules(self) -> list[Rule]:
        """Return the rules of the book's own file, without those of the books that it includes."""
        *_, file = self.files
        return [rule for rule in self.rules if rule.file == file]

    def stage(self, stage: Stage) -> list[Rule]:
        """The rules of one stratum, in the order of the file."""
        return [rule for rule in self.rules if rule.stage == stage]

    def vocabulary(self, stage: Stage) -> Vocabulary:
        """What the conditions of a stratum may ask for."""
        return vocabulary((*self.custom, *measure_fields(self.measures)), stage)

    def priority(self, score: float) -> str | None:
        """The Jira priority of a score, or None where the book has no bands."""
        fitting = [band for band in self.bands if score >= band.from_]
        return max(fitting, key=lambda band: band.from_).priority if fitting else None


def say(words: Words | None, language: str) -> str:
    """Words in a language; English, then whatever there is, where that is missing."""
    if isinstance(words, dict):
        return words.get(language) or words.get("en") or next(iter(words.values()), "")  # type: ignore[call-overload]
    return words or ""
