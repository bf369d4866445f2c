"""An assessment as the terminal shows it: decision, rules that fired, rules that did not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rules.assess.assessment import Assessment, Classification
from rules.assess.classify import MODEL
from rules.assess.explain import why_not
from rules.rulebook.rulebook import Rulebook

MAX_CLAUSE = 150


def headlines(assessment: Assessment) -> list[str]:
    """The issue and what was decided on it."""
    issue, decision, kind = assessment.issue, assessment.decision, assessment.classification
    measures = ", ".join(f"{name} {value:g}" for name, value in assessment.measures.items())
    words = {"kind": "class", "verdict": "gate"}
    kept = {words.get(k, k): v for k, v in vars(issue.kept).items() if v is not None}
    return [
        f"{issue.key}  {issue.summary}",
        f"  class     {kind.kind} (confidence {kind.confidence:.2f}, by {kind.source})",
        *_model(kind),
        f"  score     {assessment.score:g} of 100 ({measures})",
        *([f"  quadrant  {assessment.quadrant}"] if assessment.quadrant else []),
        f"  gate      {decision.verdict}",
        f"  priority  {decision.priority or 'left alone'}",
        *([f"  kept      {', '.join(f'{k} {v}' for k, v in kept.items())}"] if kept else []),
        f"  rulebook  {assessment.book}@{assessment.rulebook}",
        *([f"  model     {assessment.model}"] if assessment.model else []),
    ]


def _model(kind: Classification) -> list[str]:
    """What the text model found, the likeliest class first, and the words that moved it."""
    voices = sorted((e for e in kind.evidence if e.rule == MODEL), key=lambda e: -e.weight)
    if not voices:
        return []
    votes = ", ".join(f"{voice.kind} {voice.weight:+.2f}" for voice in voices)
    return [f"  text      {votes}", f"            {voices[0].because}"]


def fired(assessment: Assessment) -> list[str]:
    """The rules that fired, each with its effect and its reason."""
    width = max((len(f.rule) for f in assessment.firings), default=0)
    lines = [
        f"  {f.rule:<{width}}  {f.effect}\n  {'':<{width}}  {f.because}" for f in assessment.firings
    ]
    return ["", "Rules that fired:", *(lines or ["  none"])]


def silent(book: Rulebook, assessment: Assessment, now: datetime) -> Iterator[str]:
    """The other rules of a book, each with the clauses that failed and what they saw."""
    yield "\nRules that did not fire:"
    for silence in why_not(book, assessment, now):
        yield f"  {silence.rule}"
        for clause, saw in silence.failed:
            yield f"      {_short(clause)}\n          saw: {saw}"


def _short(clause: str) -> str:
    return clause if len(clause) <= MAX_CLAUSE else f"{clause[:MAX_CLAUSE]}…"
