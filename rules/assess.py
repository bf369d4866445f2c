"""Issue → Assessment: classify, score, gate. Pure: same issue, book and time, same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from rules import facts
from rules.engine import Engine
from rules.issue import (
    KINDS,
    VERDICTS,
    Assessment,
    Classification,
    Decision,
    Evidence,
    Firing,
    Issue,
    Kind,
    Managed,
    Verdict,
)
from rules.rulebook import Rule, Rulebook, say

TOP_REASONS = 5


class Judge:
    """A rulebook made ready. Build it in the process that uses it: its engine can't be shared."""

    def __init__(self, book: Rulebook, language: str = "en") -> None:
        self.book = book
        self.language = language
        self._stages = {stage: _Stage(book, stage) for stage in ("class", "points", "gate")}

    def assess(self, issue: Issue, now: datetime) -> Assessment:
        """The audit record of one issue; `now` has a time zone. EngineFault on a wrong engine."""
        known = facts.Facts(issue.fields, now)
        voted = self._stages["class"].fired(known)
        proposed, kind = self._classify(voted, issue)
        known.add({"class": kind.kind, "confidence": kind.confidence})
        scored = self._stages["points"].fired(known)
        measures, own_score = measure(self.book, scored)
        score = own_score if issue.kept.score is None else issue.kept.score
        known.add({**measures, "score": score})
        gated = self._stages["gate"].fired(known)
        verdict = strictest(gated)
        priority = self.book.priority(score)
        return Assessment(
            issue=issue,
            classification=kind,
            measures=measures,
            score=score,
            decision=self._decide(issue, verdict, priority, scored, gated),
            firings=self._firings([*voted, *scored, *gated]),
            rulebook=self.book.digest,
            proposed=Managed(proposed.kind, own_score, verdict, priority),
            book=self.book.name,
        )

    def close(self) -> None:
        """Free the engines."""
        for stage in self._stages.values():
            stage.engine.close()

    def _classify(
        self, voted: Sequence[Rule], issue: Issue
    ) -> tuple[Classification, Classification]:
        """What the rules say, and what counts: a person's word where there is one."""
        proposed = classify(self.book, voted, self.language)
        if issue.kept.kind is None:
            return proposed, proposed
        return proposed, Classification(issue.kept.kind, 1.0, "person", proposed.evidence)

    def _decide(
        self,
        issue: Issue,
        verdict: str,
        priority: str | None,
        scored: Sequence[Rule],
        gated: Sequence[Rule],
    ) -> Decision:
        final = issue.kept.verdict or verdict
        leading = [rule for rule in gated if rule.gate == final]
        weighed = sorted(scored, key=lambda rule: -abs(_worth(self.book, rule)))
        because = self._firings([*leading, *weighed[:TOP_REASONS]])
        # Whoever is to review an issue is glad of what is missing too; an advert is asked nothing.
        asking = {"review": {"review", "needs_info"}}.get(final, {final})
        asks = [say(rule.ask, self.language) for rule in gated if rule.gate in asking]
        return Decision(
            verdict=final,
            priority=issue.kept.priority or priority,
            because=because,
            asks=tuple(dict.fromkeys(ask for ask in asks if ask)),
        )

    def _firings(self, rules: Sequence[Rule]) -> tuple[Firing, ...]:
        return tuple(
            Firing(r.id, effect(r), say(r.because, self.language), _worth(self.book, r))
            for r in rules
        )


class _Stage:
    """The rules of one stratum and the engine that joins their conditions."""

    def __init__(self, book: Rulebook, stage: facts.Stage) -> None:
        self.rules = book.stage(stage)
        self.engine = Engine([rule.condition for rule in self.rules], book.vocabulary(stage))

    def fired(self, known: facts.Facts) -> list[Rule]:
        return [self.rules[n] for n in self.engine.fired(known)]


def classify(book: Rulebook, voted: Sequence[Rule], language: str = "en") -> Classification:
    """The class with most votes; its confidence is its share of all votes and the book's doubt."""
    totals: dict[Kind, float] = dict.fromkeys(KINDS, 0.0)
    evidence = []
    for rule in voted:
        for kind, weight in rule.votes.items():
            totals[kind] += weight
            evidence.append(Evidence(rule.id, kind, weight, say(rule.because, language)))
    top = max(KINDS, key=lambda kind: totals[kind])
    whole = sum(max(votes, 0.0) for votes in totals.values()) + book.classify.doubt
    confidence = round(max(totals[top], 0.0) / whole, 3) if whole else 0.0
    tied = sum(votes == totals[top] for votes in totals.values()) > 1
    sure = confidence >= book.classify.undecided_below and not tied and totals[top] > 0
    return Classification(top if sure else "undecided", confidence, "rules", tuple(evidence))


def measure(book: Rulebook, scored: Sequence[Rule]) -> tuple[dict[str, float], float]:
    """Each measure within its limits, and the score from 0 to 100, to one decimal."""
    measures: dict[str, float] = {}
    score = book.base
    for name, model in book.measures.items():
        points = sum(rule.points.get(name, 0.0) for rule in scored)
        measures[name] = min(max(points, model.min), model.max)
        score += measures[name] * model.weight
    return measures, round(min(max(score, 0.0), 100.0), 1)


def strictest(gated: Sequence[Rule]) -> Verdict:
    """Of the verdicts that fired the strictest; accept where none did."""
    fired = [cast(Verdict, rule.gate) for rule in gated]
    return max(fired, key=VERDICTS.index, default="accept")


def effect(rule: Rule) -> str:
    """What a rule does, as `explain` prints it: `class: tech_debt +3`."""
    if rule.gate:
        return f"gate: {rule.gate}"
    given: Mapping[str, float] = rule.points or {str(k): v for k, v in rule.votes.items()}
    return f"{rule.stage}: " + ", ".join(f"{name} {value:+g}" for name, value in given.items())


def _worth(book: Rulebook, rule: Rule) -> float:
    return sum(p * book.measures[name].weight for name, p in rule.points.items())
