"""Define the audit record of a decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from rules.assess.asks import Asks
from rules.facts.catalog import VOLATILE
from rules.facts.issue import Issue, Managed, Scope
from rules.rulebook.effects.effect import Operations
from rules.vocabulary.classes import Kind
from rules.vocabulary.quadrants import Quadrant

Source = Literal["rules", "rules and text", "person"]


@dataclass(frozen=True)
class Evidence:
    """One vote in the classification: the rule, the class and the weight.

    `because` is the rule's reason. The text model has no reason, but the `words` of the issue with
    the largest weight; the comment makes a sentence of them.
    """

    rule: str
    kind: Kind
    weight: float
    because: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Classification:
    """The class of an issue; `confidence` is 0 to 1, `source` is the origin of the class.

    `guess` is the class with most votes, also if the votes are not enough to decide.
    """

    kind: str
    confidence: float
    source: Source
    evidence: tuple[Evidence, ...] = ()
    guess: Kind | None = None


@dataclass(frozen=True)
class Firing:
    """A rule that fired: its effect as text for `explain`, and its reason for the comment."""

    rule: str
    effect: str
    because: str
    points: float = 0.0
    """The points that the rule added to the score, after the weight of its measure."""


@dataclass(frozen=True)
class Decision:
    """The verdict and priority of an issue, their reasons, and the questions for the reporter."""

    verdict: str
    priority: str | None
    because: tuple[Firing, ...] = ()
    asks: Asks = field(default_factory=Asks)


@dataclass(frozen=True)
class Assessment:
    """The audit record: all values that led to a decision. `rulebook` and `model` are digests.

    `proposed` has the rules' value for each managed field. If `issue.kept` has a person's value,
    the decision uses that instead.
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
    """The quadrant of value and effort, such as "quick win"; None if the rulebook has none."""
    operations: Operations = field(default_factory=dict)
    """The operations of effects on further fields of the issue."""
    metric_texts: tuple[str, ...] = ()
    """Sentences for the comment that explain the text's technical metrics to the business."""

    scope: Scope | None = None
    """The scope at acceptance, from which growth is measured; None if none came before."""

    def digest(self) -> str:
        """Return the digest of the inputs: facts, values that people set, rulebook and model."""
        facts = {k: v for k, v in self.issue.fields.items() if k not in VOLATILE}
        inputs = [facts, asdict(self.issue.kept), self.rulebook, self.model]
        text = json.dumps(inputs, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
