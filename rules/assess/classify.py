"""Classify an issue by the votes of rules and of the text model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.assess.assessment import Classification, Evidence, Source
from rules.facts.issue import Issue
from rules.facts.scope.task import task
from rules.facts.statements.reader import read_statements
from rules.facts.statements.statement import GAP
from rules.rulebook.rulebook import Rule, Rulebook, say
from rules.text_model.model import Look, TextModel
from rules.vocabulary.classes import KINDS, UNDECIDED, Kind

MODEL = "text model"
"""The name of the text model among the rules in the evidence."""


@dataclass(frozen=True)
class Opinion:
    """The prediction of the text model: the probability of each class, by what it saw."""

    likely: Mapping[Kind, float]
    seen: Look | None = None


def opinion(model: TextModel, issue: Issue) -> Opinion | None:
    """Return the model's prediction; None without text, or if the model knows none of its words."""
    description = str(issue.fields.get("description") or "")
    seen = model.look(as_text(issue.summary, description))
    if not seen.known:
        return None
    probabilities = seen.probabilities()
    # The model gives no vote to a class that it never saw. Labels that are no class are left out.
    likely = {kind: probabilities[kind] for kind in KINDS if kind in probabilities}
    if not likely:
        return None
    return Opinion(likely, seen)


def as_text(summary: str, description: str) -> str:
    """Return the statements of an issue for text models: the first line is the task.

    Code, logs, quotes and templates are left out: they say nothing about the class of work.
    """
    stated = read_statements(summary, description).body.replace(GAP, " ")
    return f"{task(summary)}\n{stated}"


def classify(
    book: Rulebook, voted: Sequence[Rule], language: str = "en", prediction: Opinion | None = None
) -> Classification:
    """Return the class with most votes; its confidence is its share of all votes.

    The model's weight in the rulebook is divided among the classes by their probabilities. The
    rulebook's doubt is added to the total, so that one weak vote does not decide.
    """
    totals: dict[Kind, float] = dict.fromkeys(KINDS, 0.0)
    evidence = []
    for rule in voted:
        for kind, weight in rule.votes.items():
            totals[kind] += weight
            evidence.append(Evidence(rule.id, kind, weight, say(rule.because, language)))
    weight = book.classify.model
    if prediction and weight:
        for kind, likely in prediction.likely.items():
            totals[kind] += weight * likely
        evidence += _model_evidence(prediction, weight)
    whole = sum(max(votes, 0.0) for votes in totals.values()) + book.classify.doubt
    shares = {kind: max(votes, 0.0) / whole if whole else 0.0 for kind, votes in totals.items()}
    source: Source = "rules and text" if prediction and weight else "rules"
    return decided(book, shares, source, evidence)


def decided(
    book: Rulebook, shares: Mapping[Kind, float], source: Source, evidence: Sequence[Evidence]
) -> Classification:
    """Return the class with the largest share, or undecided if that is too small or shared."""
    top = max(KINDS, key=lambda kind: shares[kind])
    confidence = round(shares[top], 3)
    tied = sum(share == shares[top] for share in shares.values()) > 1
    sure = confidence >= book.classify.undecided_below and not tied and shares[top] > 0
    return Classification(
        kind=top if sure else UNDECIDED,
        confidence=confidence,
        source=source,
        evidence=tuple(evidence),
        guess=top if shares[top] > 0 else None,
        shares=shares,
    )


def _model_evidence(prediction: Opinion, weight: float) -> list[Evidence]:
    """Return the model's vote for each class; the most likely class also has its words."""
    likely, seen = prediction.likely, prediction.seen
    top = max(likely, key=lambda kind: likely[kind])
    return [
        Evidence(MODEL, kind, round(weight * part, 2), seen=seen if kind == top else None)
        for kind, part in likely.items()
    ]
