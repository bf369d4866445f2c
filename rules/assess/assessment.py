"""The audit record of a decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from rules.facts.catalog import VOLATILE
from rules.facts.issue import Issue, Managed
from rules.rulebook.effects.effect import Operations
from rules.vocabulary.classes import Kind
from rules.vocabulary.quadrants import Quadrant

Source = Literal["rules", "rules and text", "person"]


@dataclass(frozen=True)
class Evidence:
    """One voice in the classification: the rule, the class it speaks for and with what weight.

    `because` is the rule's reason. The text model has none: it has the `words` of the issue that
    made it choose the class, and whoever shows them makes the sentence.
    """

    rule: str
    kind: Kind
    weight: float
    because: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Classification:
    """The class of an issue; `confidence` is 0 to 1. `source`: who said so.

    `guess` is the class with most votes, also where that is too little to decide.
    """

    kind: str
    confidence: float
    source: Source
    evidence: tuple[Evidence, ...] = ()
    guess: Kind | None = None


@dataclass(frozen=True)
class Firing:
    """A rule that fired: its effect in words that `explain` prints, and the reason a PM reads."""

    rule: str
    effect: str
    because: str
    points: float = 0.0
    """What the rule added to the score, after the weight of its measure."""


@dataclass(frozen=True)
class Decision:
    """What is to happen to the issue, why, and what is asked of its author."""

    verdict: str
    priority: str | None
    because: tuple[Firing, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The audit record: every value that led to the decision. `rulebook` and `model` are digests.

    `proposed` is what the rules say of each managed field; where `issue.kept` holds a value of a
    person, the decision goes by that instead.
    """

    issue: Issue
    classification: Classification
    measures: Mapping[str, float]
    score: float
    decision: Decision
    firings: tuple[Firing, ...]
    rulebook: str
    proposed: Managed
    model: str | None = None
    book: str = ""
    quadrant: Quadrant | None = None
    """Where value against effort puts it, such as "quick win"; None where the book has no such."""
    operations: Operations = field(default_factory=dict)
    """What effects of rules add to the issue, beside the managed fields."""
    said: tuple[str, ...] = ()
    """What the text's technical metrics mean for the business, in sentences for the comment."""

    def digest(self) -> str:
        """The digest of the inputs: facts, values kept for people, rulebook and model."""
        facts = {k: v for k, v in self.issue.fields.items() if k not in VOLATILE}
        inputs = [facts, asdict(self.issue.kept), self.rulebook, self.model]
        text = json.dumps(inputs, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
