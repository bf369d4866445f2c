"""Define the audit record of a decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

from rules.assess.asks import Asks
from rules.assess.score import Score
from rules.facts.catalog import LATER, VOLATILE, Stage
from rules.facts.issue import Issue, Managed, Scope
from rules.rulebook.effects.effect import Operations
from rules.text_model.model import Look
from rules.text_model.signals.model import Signal
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.reliability import RuleCount
from rules.text_model.team.view import View
from rules.vocabulary.classes import Kind
from rules.vocabulary.quadrants import Quadrant
from rules.vocabulary.verdicts import Verdict

MOST_WORDS = 4

Source = Literal["rules", "rules and text", "team", "person"]
"""The origin of a class. `team`: rules and text alone say otherwise, and people's decisions on
other issues of the team changed it.
"""


@dataclass(frozen=True)
class Evidence:
    """One vote in the classification: the rule, the class and the weight.

    `because` is the rule's reason. The text model has no reason, but what it saw in the text:
    `words` has the words with the largest weight, and the comment makes a sentence of them. `here`
    is the weight of a rule after what the team taught about it; None if that is nothing.
    """

    rule: str
    kind: Kind
    weight: float
    because: str = ""
    seen: Look | None = field(default=None, repr=False, compare=False)
    here: float | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the text model's words; only a comment or an explanation needs them."""
        moved = self.seen.moved(self.kind, MOST_WORDS) if self.seen else ()
        return tuple(word for word, _ in moved)


@dataclass(frozen=True)
class Learned:
    """What a team's decisions on other issues changed here.

    `before` is the class by rules and text model alone, `shift` the log-odds that were added to
    each class.
    """

    before: str
    shift: Mapping[Kind, float]
    head: ClassHead = field(repr=False, compare=False)
    seen: View = field(repr=False, compare=False)

    def words(self, kind: str) -> tuple[str, ...]:
        """Return the words of the issue that moved it most to a class."""
        return tuple(word for word, _ in self.head.moved(self.seen, kind, MOST_WORDS))


@dataclass(frozen=True)
class Classification:
    """The class of an issue; `confidence` is 0 to 1, `source` is the origin of the class.

    `guess` is the class with most votes, also if the votes are not enough to decide. `shares` has
    the part of each class in all votes; what they lack to 1 is doubt. `learned` tells what the
    team's decisions changed in them; None if the team taught nothing about classes.
    """

    kind: str
    confidence: float
    source: Source
    evidence: tuple[Evidence, ...] = ()
    guess: Kind | None = None
    shares: Mapping[Kind, float] = field(default_factory=dict, compare=False)
    learned: Learned | None = None


@dataclass(frozen=True)
class Firing:
    """A rule that fired: its effect as text for `explain`, and its reason for the comment."""

    rule: str
    effect: str
    because: str
    points: float = 0.0
    """The points that the rule added to the score, after the weight of its measure."""
    gate: Verdict | None = None
    """The verdict of a rule of the gate."""
    here: RuleCount | None = None
    """What the team's people decided where the rule spoke; None if nobody decided anything."""
    retired: bool = False
    """True: the team's people contradicted the rule, so its verdict does not count here."""
    stage: Stage = "points"
    """The stage of the rule."""


@dataclass(frozen=True)
class Decision:
    """The verdict and priority of an issue, their reasons, and the questions for the reporter.

    `priority` is that of the score or a person's. On an issue that it can't judge yet, Sluice does
    not write it: then `proposed.priority` of the assessment is None.
    """

    verdict: str
    priority: str | None
    because: tuple[Firing, ...] = ()
    asks: Asks = field(default_factory=Asks)


@dataclass(frozen=True)
class Assessment:
    """The audit record: all values that led to a decision.

    `rulebook` and `model` are digests; `model` has those of all models that the rulebook uses.
    `proposed` has the rules' value for each managed field. If `issue.kept` has a person's value,
    the decision uses that instead. So `score` is a person's, `scored` always the rules'.
    """

    issue: Issue
    classification: Classification
    scored: Score
    score: float
    decision: Decision
    firings: tuple[Firing, ...]
    rulebook: str
    proposed: Managed
    model: str | None = None
    team: str | None = None
    """The digest of what the team taught; None for what ships."""
    book: str = ""
    quadrant: Quadrant | None = None
    """The quadrant of value and effort, such as "quick win"; None if the rulebook has none."""
    operations: Operations = field(default_factory=dict)
    """The operations of effects on further fields of the issue."""
    metric_texts: tuple[str, ...] = ()
    """Sentences for the comment that explain the text's technical metrics to the business."""
    signals: Mapping[str, Signal] = field(default_factory=dict)
    """What the text states, by the name of the signal; empty if the rulebook asks for none."""
    gate_signals: Mapping[str, Signal] = field(default_factory=dict)
    """The signals for the gate, where answers in comments count as text."""
    urgency: float | None = None
    """How urgent people called issues with such words; None if the rulebook does not ask for it."""

    scope: Scope | None = None
    """The scope at acceptance, from which growth is measured; None if none came before."""

    asked: frozenset[str] = frozenset()
    """The facts that came with later versions and that the rulebook reads."""

    @property
    def measures(self) -> dict[str, float]:
        """Return the value of each measure; 0 for one that is unknown and has no default."""
        return {name: level.value for name, level in self.scored.levels.items()}

    def digest(self) -> str:
        """Return the digest of the inputs: facts, values that people set, rulebook and models."""
        apart = VOLATILE | (LATER - self.asked)
        facts = {k: v for k, v in self.issue.fields.items() if k not in apart}
        inputs = [facts, asdict(self.issue.kept), self.rulebook, self.model]
        text = json.dumps(inputs, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
