"""Assess issues: classify, score, gate. Pure: the same inputs always give the same answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.assess.acceptance import accepted_scope, with_growth
from rules.assess.asks import asks, heard_in_comments, verdicts
from rules.assess.assessment import Assessment, Classification, Decision, Firing
from rules.assess.classify import classify, opinion
from rules.assess.engine import Engine
from rules.assess.language import language_of
from rules.assess.score import Level, Ranked, in_conditions, score, worths
from rules.assess.signals import asked, new_facts, statements_of
from rules.assess.team import class_view, rank_view, with_team, without_vote
from rules.facts import facts
from rules.facts.catalog import LATER, STAGES, URGENCY, Stage
from rules.facts.issue import Issue, Managed
from rules.facts.statements.statement import Statements
from rules.facts.text_metrics.before_after import Change
from rules.rulebook.effects.effect import ListField, Operations
from rules.rulebook.file_format.book import MetricModel
from rules.rulebook.rulebook import Rule, Rulebook, say
from rules.text_model.model import TextModel
from rules.text_model.signals.model import Signal, SignalModel
from rules.text_model.signals.model import shipped as shipped_signals
from rules.text_model.team.model import TeamModel
from rules.text_model.urgency.model import UrgencyModel
from rules.text_model.urgency.model import shipped as shipped_urgency
from rules.vocabulary.quadrants import QUADRANTS, Quadrant
from rules.vocabulary.verdicts import MILDEST, VERDICTS, Verdict, judges, takes_in

TOP_REASONS = 5
MOST_SAID = 2


class Judge:
    """A rulebook ready to assess issues, with the text model if the rulebook uses it.

    If the rulebook asks for signals, they are read by `signals`, else by the model that ships.
    `team` is what the team taught.

    Build it in the process that uses it: processes can't share its engines.
    """

    def __init__(
        self,
        book: Rulebook,
        language: str = "en",
        model: TextModel | None = None,
        signals: SignalModel | None = None,
        urgency: UrgencyModel | None = None,
        team: TeamModel | None = None,
    ) -> None:
        self.book = book
        self.language = language
        self.model = model if book.classify.model else None
        self.signals = (signals or shipped_signals()) if asked(book) else None
        self.urgency = (urgency or shipped_urgency()) if book.asks(URGENCY) else None
        self.team = team
        self._later = frozenset(name for name in LATER if book.asks(name))
        self._stages = {stage: _Stage(book, stage) for stage in STAGES}
        self._counts = team.reliability.counts if team and team.reliability else {}
        gate = self._stages["gate"].rules
        self._retired = without_vote(gate, team.reliability if team else None)
        self._asking = [rule for rule in gate if rule.id not in self._retired]

    def assess(self, issue: Issue, now: datetime) -> Assessment:
        """Return the audit record of one issue; `now` has a time zone. Raise EngineFault."""
        if not self.book.asks("growth"):
            known = issue.record.scope if issue.record else None
            return replace(self._assess(issue, now), scope=known)
        base = accepted_scope(issue, self._accepts, now)
        return replace(self._assess(with_growth(issue, base), now), scope=base)

    def _accepts(self, issue: Issue, now: datetime) -> bool:
        return takes_in(self._assess(issue, now).decision.verdict)

    def _assess(self, issue: Issue, now: datetime) -> Assessment:
        known = facts.Facts(issue.fields, now, numbers=self.book.numbers, texts=self.book.texts)
        signals = self._signals(known.statements)
        urgency = self._urgency(issue, known.statements)
        known.add(new_facts(signals, issue))
        known.add(urgency)
        voted = self._fired("class", known)
        proposed, kind = self._classify(voted, issue, signals)
        known.add({"class": kind.kind, "confidence": kind.confidence})
        scored = self._fired("points", known)
        ranked = self._ranked(issue, [*voted, *scored], signals, urgency.get(URGENCY))
        found = score(self.book, scored, known, self.language, ranked)
        shown = found.value if issue.kept.score is None else issue.kept.score
        where = quadrant(self.book, found.levels)
        known.add({**in_conditions(self.book, found.levels), "score": shown, "quadrant": where})
        at_gate, gate_signals = known.with_answers(), signals
        if at_gate is not known:
            gate_signals = self._signals(at_gate.statements)
            at_gate.add(new_facts(gate_signals, issue))
        gated = self._fired("gate", at_gate)
        voting = [rule for rule in gated if rule.id not in self._retired]
        heard = self._heard(issue)
        verdict = strictest(voting, heard)
        priority = self.book.priority(shown)
        worth = worths(self.book, scored, known, found)
        return Assessment(
            issue=issue,
            classification=kind,
            scored=found,
            score=shown,
            decision=self._decide(issue, verdict, priority, scored, worth, voting, heard),
            firings=self._firings([*voted, *scored, *gated], worth),
            quadrant=where,
            rulebook=self.book.digest,
            # Nobody can judge the issue yet, so its priority stays as it is.
            proposed=Managed(
                proposed.kind,
                found.value,
                verdict,
                priority if judges(issue.kept.verdict or verdict) else None,
            ),
            operations=operations([*voted, *scored, *gated]),
            model=self._models(),
            team=self.team.digest if self.team else None,
            book=self.book.name,
            metric_texts=self._metric_texts(known),
            signals=signals,
            gate_signals=gate_signals,
            urgency=urgency.get(URGENCY),
            asked=self._later,
        )

    def _signals(self, said: Statements) -> Mapping[str, Signal]:
        return self.signals.read(statements_of(said)) if self.signals else {}

    def close(self) -> None:
        """Free the engines."""
        for stage in self._stages.values():
            stage.engine.close()

    def _urgency(self, issue: Issue, said: Statements) -> dict[str, float | None]:
        """Return the field `urgency`, if the rulebook reads it and has no field of that name.

        It is empty without a description: a title alone says too little to move an issue.
        """
        if self.urgency is None or URGENCY in issue.fields:
            return {}
        if not said.length:
            return {URGENCY: None}
        found = self.urgency.look(said.undenied, str(issue.fields.get("type") or ""))
        return {URGENCY: found.value if found else None}

    def _models(self) -> str | None:
        """Return the digests of the models that the rulebook uses, and of the team's."""
        used = [one.digest for one in (self.model, self.signals, self.urgency, self.team) if one]
        return "+".join(used) or None

    def _classify(
        self, voted: Sequence[Rule], issue: Issue, signals: Mapping[str, Signal]
    ) -> tuple[Classification, Classification]:
        """Return the proposed class and the effective one: a person's value wins."""
        proposed = self._proposed(voted, issue, signals)
        if issue.kept.kind is None:
            return proposed, proposed
        by_person = replace(
            proposed, kind=issue.kept.kind, confidence=1.0, source="person", guess=None
        )
        return proposed, by_person

    def _proposed(
        self, voted: Sequence[Rule], issue: Issue, signals: Mapping[str, Signal]
    ) -> Classification:
        """Return the class by rules, text model and team."""
        prediction = opinion(self.model, issue) if self.model else None
        proposed = classify(self.book, voted, self.language, prediction)
        if self.team and self.team.classes:
            view = class_view(self.team.seal, issue, proposed, signals)
            return with_team(self.book, proposed, self.team.classes, view)
        return proposed

    def _fired(self, stage: Stage, known: facts.Facts) -> list[Rule]:
        """Return the rules of a stage whose conditions hold."""
        return self._stages[stage].fired(known)

    def _heard(self, issue: Issue) -> Collection[str]:
        """Return the digests of the questions that people replied to in comments."""
        return heard_in_comments(issue)

    def _spoken(self, issue: Issue) -> str:
        """Return the language for questions."""
        return language_of(issue.text) or self.language

    def _ranked(
        self,
        issue: Issue,
        fired: Sequence[Rule],
        signals: Mapping[str, Signal],
        urgency: float | None,
    ) -> Ranked | None:
        """Return the points by the team's priorities; None if it taught nothing about them."""
        if self.team is None or self.team.ranking is None:
            return None
        rules = [rule.id for rule in fired]
        view = rank_view(self.team.seal, issue, rules, signals, urgency)
        return Ranked(self.team.ranking.points(view), self.team.ranking, view)

    def _decide(
        self,
        issue: Issue,
        verdict: str,
        priority: str | None,
        scored: Sequence[Rule],
        worth: Mapping[str, float],
        gated: Sequence[Rule],
        heard: Collection[str],
    ) -> Decision:
        final = issue.kept.verdict or verdict
        leading = [rule for rule in gated if rule.gate == final]
        # The terms of a sum name its rules; a formula has no terms.
        weighed = sorted(scored, key=lambda rule: -abs(worth[rule.id])) if self.book.score else []
        because = self._firings([*leading, *weighed[:TOP_REASONS]], worth)
        made = issue.record.asks if issue.record else {}
        language = self._spoken(issue)
        return Decision(
            verdict=final,
            priority=issue.kept.priority or priority,
            because=because,
            asks=asks(final, self._asking, gated, made, heard, language),
        )

    def _metric_texts(self, known: facts.Facts) -> tuple[str, ...]:
        """Return the business sentences for the text's metrics; at most two, for short comments."""
        if not self.book.words:
            return ()
        texts = (translated(self.book.words, c, self.language) for c in known.reading.changes)
        return tuple(filter(None, texts))[:MOST_SAID]

    def _firings(self, rules: Sequence[Rule], worth: Mapping[str, float]) -> tuple[Firing, ...]:
        return tuple(
            Firing(
                rule.id,
                effect(rule),
                say(rule.because, self.language),
                worth.get(rule.id, 0.0),
                rule.gate,
                self._counts.get(rule.id),
                rule.id in self._retired,
                rule.stage,
            )
            for rule in rules
        )


class _Stage:
    """The rules of one stage and the engine for their conditions."""

    def __init__(self, book: Rulebook, stage: Stage) -> None:
        self.rules = book.stage(stage)
        self.engine = Engine([rule.condition for rule in self.rules])

    def fired(self, known: facts.Facts) -> list[Rule]:
        return [self.rules[n] for n in self.engine.fired(known)]


def quadrant(book: Rulebook, levels: Mapping[str, Level]) -> Quadrant | None:
    """Return the quadrant of an issue; None if its value or its effort is unknown."""
    if book.quadrant is None:
        return None
    value, effort = book.quadrant.value, book.quadrant.effort
    worth, work = _sum(levels, value.measures), _sum(levels, effort.measures)
    if worth is None or work is None:
        return None
    return QUADRANTS[(worth < value.from_) * 2 + (work >= effort.from_)]


def _sum(levels: Mapping[str, Level], names: Sequence[str]) -> float | None:
    """Return the sum of measures; None if nothing is known about any of them."""
    known = [levels[name].value for name in names if levels[name].known]
    return sum(known) if known else None


def translated(words: Mapping[str, MetricModel], change: Change, language: str) -> str:
    """Return the business sentence for a metric; an empty text if the rulebook has none."""
    model = words.get(change.metric, MetricModel())
    if change.before and change.after:
        text = say(model.changed or "", language)
        return text.replace("{before}", str(change.before)).replace("{after}", str(change.after))
    return say(model.now or "", language).replace("{value}", str(change.now))


def strictest(gated: Sequence[Rule], heard: Collection[str] = ()) -> Verdict:
    """Return the strictest verdict of the rules; the mildest of all if no rule gives one."""
    return max(verdicts(gated, heard), key=VERDICTS.index, default=MILDEST)


def operations(fired: Sequence[Rule]) -> Operations:
    """Collect the operations of the rules that fired, each operation once."""
    found: dict[ListField, dict[str, Mapping[str, Any]]] = {}
    for rule in fired:
        for name, given in rule.effect.writes(rule.value).items():
            found.setdefault(name, {}).update({str(one): one for one in given})
    return {name: tuple(given.values()) for name, given in found.items()}


def effect(rule: Rule) -> str:
    """Return the effect of a rule as text for `explain`: `class: tech_debt +3`."""
    return f"{rule.effect.key}: {rule.effect.explained(rule.value)}"
