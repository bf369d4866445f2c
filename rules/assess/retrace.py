"""Judge an issue by what was found in its texts, without the texts. Pure.

The answers of conditions and models come from a record. From there on, class, score, verdict and
questions follow as they always do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rules.assess.asks import heard_in_comments
from rules.assess.assessment import Assessment, Classification, Source
from rules.assess.classify import decided
from rules.assess.judge import Judge
from rules.assess.score import Ranked
from rules.assess.signals import as_facts
from rules.assess.team import without_vote
from rules.facts.catalog import ALIASES, STAGES, Stage
from rules.facts.facts import Facts
from rules.facts.issue import Fact, Issue
from rules.facts.statements.statement import Statements
from rules.rulebook.rulebook import Rule, Rulebook
from rules.text_model.model import TextModel
from rules.text_model.signals.model import Signal
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import Kind


@dataclass(frozen=True)
class Answers:
    """What conditions and models answered on an issue.

    `fired` has the ids of the rules by stage, `shares` the part of each class in all votes, after
    text model and team. `points` are those of the team's priorities. `fed` has the values that
    measures take from fields. `retired` are the rules without a vote in this team, `heard` the
    digests of questions with a reply, `language` the one for questions.
    """

    fired: Mapping[str, tuple[str, ...]]
    shares: Mapping[Kind, float]
    source: Source
    points: float | None
    fed: Mapping[str, Fact]
    retired: tuple[str, ...]
    heard: tuple[str, ...]
    language: str


def answers_of(found: Assessment, book: Rulebook, team: TeamModel | None, now: datetime) -> Answers:
    """Return the answers that led to an assessment by a book and a team's model."""
    gate = book.stage("gate")
    ranked = found.scored.ranked
    return Answers(
        fired={
            stage: tuple(one.rule for one in found.firings if one.stage == stage)
            for stage in STAGES
        },
        shares=dict(found.classification.shares),
        source=found.classification.source,
        points=ranked.points if ranked else None,
        fed=_fed(found, book, now),
        retired=tuple(sorted(without_vote(gate, team.reliability if team else None))),
        heard=tuple(sorted(heard_in_comments(found.issue))),
        language=found.decision.asks.language,
    )


def feeds(book: Rulebook) -> frozenset[str]:
    """Return the fields from which a book's measures take values."""
    names = (part.field.lower() for model in book.measures.values() for part in model.from_)
    return frozenset(ALIASES.get(name, name) for name in names)


def _fed(found: Assessment, book: Rulebook, now: datetime) -> dict[str, Fact]:
    wanted = feeds(book)
    if not wanted:
        return {}
    known = Facts(found.issue.fields, now, numbers=book.numbers, texts=book.texts)
    kind = found.classification
    told = {**as_facts(found.signals), "urgency": found.urgency}
    known.add({name: value for name, value in told.items() if name not in found.issue.fields})
    known.add({"class": kind.kind, "confidence": kind.confidence})
    return {name: known.get(name) for name in sorted(wanted)}


class Retraced(Judge):
    """A judge that has the answers of conditions and models already, and reads no text."""

    def __init__(self, book: Rulebook, language: str, answers: Answers, model: TextModel) -> None:
        super().__init__(book, language, model)
        self._answers = answers
        self.signals = self.urgency = None
        self._retired = frozenset(answers.retired)
        self._asking = [rule for rule in book.stage("gate") if rule.id not in self._retired]

    def assess(self, issue: Issue, now: datetime) -> Assessment:
        """Return the assessment that follows from the answers."""
        return self._assess(issue, now)

    def _fired(self, stage: Stage, known: Facts) -> list[Rule]:
        if stage == "points":
            known.add(self._answers.fed)
        ids = self._answers.fired[stage]
        return [rule for rule in self.book.stage(stage) if rule.id in ids]

    def _signals(self, said: Statements) -> Mapping[str, Signal]:
        return {}

    def _proposed(
        self, voted: Sequence[Rule], issue: Issue, signals: Mapping[str, Signal]
    ) -> Classification:
        source: Source = self._answers.source
        found = decided(self.book, self._answers.shares, source, ())
        return replace(found, source=source)

    def _ranked(
        self,
        issue: Issue,
        fired: Sequence[Rule],
        signals: Mapping[str, Signal],
        urgency: float | None,
    ) -> Ranked | None:
        if self._answers.points is None:
            return None
        return Ranked(self._answers.points, None, None)  # type: ignore[arg-type]

    def _heard(self, issue: Issue) -> Collection[str]:
        return frozenset(self._answers.heard)

    def _spoken(self, issue: Issue) -> str:
        return self._answers.language
