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
from rules.facts import facts
from rules.facts.catalog import ALIASES, STAGES, Stage
from rules.facts.issue import Issue, Managed
from rules.facts.language import language_of
from rules.facts.text_metrics.before_after import Change
from rules.rulebook.effects.effect import ListField, Operations
from rules.rulebook.file_format.book import FeedModel, MeasureModel, MetricModel
from rules.rulebook.rulebook import Rule, Rulebook, say
from rules.text_model.model import TextModel
from rules.vocabulary.quadrants import QUADRANTS, Quadrant
from rules.vocabulary.verdicts import MILDEST, VERDICTS, Verdict, takes_in

TOP_REASONS = 5
MOST_SAID = 2


class Judge:
    """A rulebook ready to assess issues, with the text model if the rulebook uses it.

    Build it in the process that uses it: processes can't share its engines.
    """

    def __init__(
        self, book: Rulebook, language: str = "en", model: TextModel | None = None
    ) -> None:
        self.book = book
        self.language = language
        self.model = model if book.classify.model else None
        self._stages = {stage: _Stage(book, stage) for stage in STAGES}

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
        known = facts.Facts(issue.fields, now)
        voted = self._stages["class"].fired(known)
        proposed, kind = self._classify(voted, issue)
        known.add({"class": kind.kind, "confidence": kind.confidence})
        scored = self._stages["points"].fired(known)
        fed = feed(self.book, known)
        measures, own_score = measure(self.book, scored, fed)
        score = own_score if issue.kept.score is None else issue.kept.score
        where = quadrant(self.book, measures)
        known.add({**measures, "score": score, "quadrant": where})
        gated = self._stages["gate"].fired(known.with_answers())
        heard = heard_in_comments(issue)
        verdict = strictest(gated, heard)
        priority = self.book.priority(score)
        worth = worths(self.book, scored, fed, own_score)
        return Assessment(
            issue=issue,
            classification=kind,
            measures=measures,
            score=score,
            decision=self._decide(issue, verdict, priority, scored, worth, gated, heard),
            firings=self._firings([*voted, *scored, *gated], worth),
            quadrant=where,
            rulebook=self.book.digest,
            proposed=Managed(proposed.kind, own_score, verdict, priority),
            operations=operations([*voted, *scored, *gated]),
            model=self.model.digest if self.model else None,
            book=self.book.name,
            metric_texts=self._metric_texts(known),
        )

    def close(self) -> None:
        """Free the engines."""
        for stage in self._stages.values():
            stage.engine.close()

    def _classify(
        self, voted: Sequence[Rule], issue: Issue
    ) -> tuple[Classification, Classification]:
        """Return the proposed class and the effective one: a person's value wins."""
        prediction = opinion(self.model, issue) if self.model else None
        proposed = classify(self.book, voted, self.language, prediction)
        if issue.kept.kind is None:
            return proposed, proposed
        return proposed, Classification(issue.kept.kind, 1.0, "person", proposed.evidence)

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
        weighed = sorted(scored, key=lambda rule: -abs(worth[rule.id]))
        because = self._firings([*leading, *weighed[:TOP_REASONS]], worth)
        made = issue.record.asks if issue.record else {}
        language = language_of(issue.text) or self.language
        return Decision(
            verdict=final,
            priority=issue.kept.priority or priority,
            because=because,
            asks=asks(final, self._stages["gate"].rules, gated, made, heard, language),
        )

    def _metric_texts(self, known: facts.Facts) -> tuple[str, ...]:
        """Return the business sentences for the text's metrics; at most two, for short comments."""
        if not self.book.words:
            return ()
        texts = (translated(self.book.words, c, self.language) for c in known.reading.changes)
        return tuple(filter(None, texts))[:MOST_SAID]

    def _firings(self, rules: Sequence[Rule], worth: Mapping[str, float]) -> tuple[Firing, ...]:
        return tuple(
            Firing(r.id, effect(r), say(r.because, self.language), worth.get(r.id, 0.0))
            for r in rules
        )


class _Stage:
    """The rules of one stage and the engine for their conditions."""

    def __init__(self, book: Rulebook, stage: Stage) -> None:
        self.rules = book.stage(stage)
        self.engine = Engine([rule.condition for rule in self.rules])

    def fired(self, known: facts.Facts) -> list[Rule]:
        return [self.rules[n] for n in self.engine.fired(known)]


def feed(book: Rulebook, known: facts.Facts) -> dict[str, float]:
    """Return the start value of each measure: the sum of its feeds, or its default."""
    return {name: _fed(model, known) for name, model in book.measures.items()}


def _fed(model: MeasureModel, known: facts.Facts) -> float:
    given = [amount for part in model.from_ if (amount := _amount(part, known)) is not None]
    return sum(given) if given else model.default


def _amount(part: FeedModel, known: facts.Facts) -> float | None:
    """Return the amount from one field: by steps, a table (the largest of a list) or a factor."""
    name = ALIASES.get(part.field.lower(), part.field.lower())
    if part.table is not None:
        folded = known.folded(name)
        names = folded if isinstance(folded, frozenset) else {folded}
        table = {key.lower(): amount for key, amount in part.table.items()}
        return max(table.get(one, 0.0) for one in names if one) if folded else None
    value = known.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    if part.scale is not None:
        steps = [step for step in part.scale if step <= value]
        return part.scale[max(steps)] if steps else 0.0
    return value * (part.times or 0.0)


def measure(
    book: Rulebook, scored: Sequence[Rule], fed: Mapping[str, float] | None = None
) -> tuple[dict[str, float], float]:
    """Return the measures within their limits, and the score from 0 to 100 with one decimal."""
    measures: dict[str, float] = {}
    for name, model in book.measures.items():
        points = sum(rule.points.get(name, 0.0) for rule in scored)
        points += fed[name] if fed else model.default
        measures[name] = min(max(points, model.min), model.max)
    if book.score:
        score = book.score.evaluate(measures)
    else:
        score = book.base + sum(measures[n] * model.weight for n, model in book.measures.items())
    return measures, round(min(max(score, 0.0), 100.0), 1)


def quadrant(book: Rulebook, measures: Mapping[str, float]) -> Quadrant | None:
    """Return the quadrant of an issue; None if the rulebook has no quadrants."""
    if book.quadrant is None:
        return None
    value, effort = book.quadrant.value, book.quadrant.effort
    high = measures[value.measure] >= value.from_
    large = measures[effort.measure] >= effort.from_
    return QUADRANTS[(not high) * 2 + large]


def worths(
    book: Rulebook, scored: Sequence[Rule], fed: Mapping[str, float], score: float
) -> dict[str, float]:
    """Return each rule's part of the score; with a formula, the difference that the rule makes."""
    if not book.score:
        return {rule.id: _worth(book, rule) for rule in scored}
    found = {}
    for rule in scored:
        _, without = measure(book, [other for other in scored if other is not rule], fed)
        found[rule.id] = round(score - without, 1)
    return found


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


def _worth(book: Rulebook, rule: Rule) -> float:
    return sum(p * book.measures[name].weight for name, p in rule.points.items())
