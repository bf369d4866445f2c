"""Define the rulebook: a checked and compiled rule file, the input of the judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
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
    """A rule file can't be used; `problems` lists all its mistakes with their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Rule:
    """A compiled rule; `line` is its first line in the file.

    `firm`: it keeps its vote at the gate whatever people decide.
    """

    id: str
    when: str
    condition: Condition
    because: Words
    effect: Effect[Any]
    value: Any
    """The value of the effect, such as `{"pain": 5}` or `defer`."""
    ask: Words | None
    line: int
    file: str = ""
    shadow: bool = False
    urgent: bool = False
    firm: bool = False
    examples: ExamplesModel = field(default_factory=ExamplesModel)

    @property
    def stage(self) -> Stage:
        """Return the stage of the rule; its effect determines it."""
        return self.effect.stage

    @property
    def votes(self) -> Votes:
        """Return the votes for classes; empty for other effects."""
        return self.value if self.effect is CLASS else {}

    @property
    def points(self) -> Points:
        """Return the points for measures; empty for other effects."""
        return self.value if self.effect is POINTS else {}

    @property
    def gate(self) -> Verdict | None:
        """Return the verdict; None for other effects."""
        return self.value if self.effect is GATE else None


@dataclass(frozen=True)
class Rulebook:
    """A checked rule file; `digest` changes with anything that could change a decision.

    `files` has all files that were read for it, with the digests of their bytes. `source` is the
    raw content, merged with the included rulebooks.
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
        """Return whether the rulebook or one of its rules is in shadow."""
        return self.shadow or any(rule.shadow for rule in self.rules)

    def live(self) -> Rulebook:
        """Return the rulebook without its shadow rules; itself if it has none."""
        if not any(rule.shadow for rule in self.rules):
            return self
        counted = tuple(rule for rule in self.rules if not rule.shadow)
        digest = hashlib.sha256(f"{self.digest} live".encode()).hexdigest()[:12]
        return replace(self, rules=counted, digest=digest)

    @property
    def shares(self) -> tuple[float, ...]:
        """Return the share of open issues of each band, highest first; empty if scores set them."""
        return tuple(band.share for band in self._ordered if band.share is not None)

    @property
    def _ordered(self) -> list[BandModel]:
        return sorted(self.bands, key=lambda band: -band.from_)

    def with_edges(self, edges: Sequence[float]) -> Rulebook:
        """Return the rulebook with other lowest scores, highest first; itself if none fit."""
        if not self.shares or len(edges) != len(self.bands):
            return self
        pairs = zip(self._ordered, edges, strict=True)
        bands = tuple(band.model_copy(update={"from_": edge}) for band, edge in pairs)
        return replace(self, bands=bands)

    @cached_property
    def _asked(self) -> frozenset[str]:
        """Return the fields that conditions and feeds read, without aliases."""
        conditions = (clause.name for rule in self.rules for clause in rule.condition.atoms)
        feeds = (feed.field for model in self.measures.values() for feed in model.from_)
        names = (name.lower() for name in (*conditions, *feeds))
        return frozenset(ALIASES.get(name, name) for name in names)

    def text(self) -> str:
        """Return the whole rulebook, with its includes, as a text for `parse_book`."""
        alone = {key: value for key, value in self.source.items() if key != "include"}
        return json.dumps(alone, ensure_ascii=False, default=str)

    def asks(self, name: str) -> bool:
        """Return whether a rule or a measure reads a field."""
        return name.lower() in self._asked

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Return the names of its own fields that are numbers."""
        return tuple(field.name for field in self.custom if field.type == "number")

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Return the names of its own fields that are texts."""
        return tuple(field.name for field in self.custom if field.type == "text")

    def own_rules(self) -> list[Rule]:
        """Return the rules of the rulebook's own file, without included ones."""
        *_, file = self.files
        return [rule for rule in self.rules if rule.file == file]

    def stage(self, stage: Stage) -> list[Rule]:
        """Return the rules of one stage, in the order of the file."""
        return [rule for rule in self.rules if rule.stage == stage]

    def vocabulary(self, stage: Stage) -> Vocabulary:
        """Return the fields that conditions of one stage may use."""
        return vocabulary((*self.custom, *measure_fields(self.measures)), stage)

    def priority(self, score: float) -> str | None:
        """Return the Jira priority for a score, or None without a band for it."""
        fitting = [band for band in self.bands if score >= band.from_]
        return max(fitting, key=lambda band: band.from_).priority if fitting else None


def say(words: Words | None, language: str) -> str:
    """Return a text in a language; if it is missing in English, else in any language."""
    if isinstance(words, dict):
        return words.get(language) or words.get("en") or next(iter(words.values()), "")  # type: ignore[call-overload]
    return words or ""
