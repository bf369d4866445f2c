"""Judge issues, for `rules judge` and for comparisons of decisions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from rules.assess.assessment import Assessment
from rules.assess.engine import EngineFault
from rules.assess.explain import learned_rules
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError
from rules.rulebook.file_format.quantile_bands import edges_of
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from rules.text_model.team.model import TeamModel


def judge_each(
    issues: Iterable[Issue | RowError], judges: Sequence[Judge], now: datetime
) -> Iterator[tuple[Assessment, ...] | str]:
    """Judge each issue with all judges, one issue at a time.

    For an issue that can't be judged, yield a message: a bad line, or a fault of the engine.
    """
    for issue in issues:
        if isinstance(issue, RowError):
            yield str(issue)
            continue
        try:
            yield tuple(judge.assess(issue, now) for judge in judges)
        except EngineFault as fault:
            yield f"{issue.key}: {fault}"


def by_own_scores(
    book: Rulebook,
    issues: Iterable[Issue | RowError],
    model: TextModel,
    now: datetime,
    team: TeamModel | None = None,
) -> Rulebook:
    """Return a rulebook with bands by quantiles, set by the scores of these issues, done or not."""
    with closing(Judge(book, "en", model, team=team)) as judge:
        found = (one[0] for one in judge_each(issues, [judge], now) if not isinstance(one, str))
        scores = [one.score for one in found]
    return book.with_edges(edges_of(scores, book.shares))


def decision(assessment: Assessment, comment: str) -> dict[str, Any]:
    """Return a decision as plain data: the values for the issue, the guessed class, the rules.

    `guess` is the class with most votes, also if the votes are not enough to decide. `learned` is
    there only where a team taught something.
    """
    found, decided = assessment.classification, assessment.decision
    return {
        "key": assessment.issue.key,
        "class": found.kind,
        "guess": found.guess,
        "confidence": found.confidence,
        "score": assessment.score,
        "verdict": decided.verdict,
        "priority": decided.priority,
        "quadrant": assessment.quadrant,
        "comment": comment,
        "rules": [firing.rule for firing in assessment.firings],
        **_learned(assessment),
    }


def _learned(assessment: Assessment) -> dict[str, Any]:
    """Return what a team's decisions changed; nothing where no team taught anything."""
    learned, rules = assessment.classification.learned, learned_rules(assessment)
    ranked = assessment.scored.ranked
    if learned is None and ranked is None and not rules:
        return {}
    return {
        "learned": {
            "class_before": learned.before if learned else assessment.classification.kind,
            "shift": {k: round(v, 3) for k, v in learned.shift.items()} if learned else {},
            "points": ranked.points if ranked else 0.0,
            "rules": [one.as_json() for one in rules.values()],
        }
    }
