"""Judge issues, for `rules judge` and for comparisons of decisions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rules.assess.assessment import Assessment
from rules.assess.engine import EngineFault
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError


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


def decision(assessment: Assessment, comment: str) -> dict[str, Any]:
    """Return a decision as plain data: the values for the issue, the guessed class, the rules.

    `guess` is the class with most votes, also if the votes are not enough to decide.
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
    }
