"""What kind of work an issue is: the votes of rules, and that of the text model beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.assess.assessment import Classification, Evidence, Source
from rules.facts.issue import Issue
from rules.rulebook.rulebook import Rule, Rulebook, say
from rules.text_model.model import TextModel
from rules.vocabulary.classes import KINDS, UNDECIDED, Kind

MODEL = "text model"
"""The name under which the model's voice stands among those of rules."""

MOST_WORDS = 4


@dataclass(frozen=True)
class Opinion:
    """What the text model makes of an issue: how likely each class is, and by which words.

    `words` has the words that spoke most for the likeliest class.
    """

    likely: Mapping[Kind, float]
    words: tuple[str, ...] = ()


def opinion(model: TextModel, issue: Issue) -> Opinion | None:
    """The model's opinion; None where there is no text, or the model knows none of its words."""
    text = as_text(issue.summary, str(issue.fields.get("description") or ""))
    seen = model.look(text)
    if not seen.known:
        return None
    probabilities = seen.probabilities()
    # A class that the model never saw gets no vote of it, and a label that is no class is left out.
    likely = {kind: probabilities[kind] for kind in KINDS if kind in probabilities}
    if not likely:
        return None
    top = max(likely, key=lambda kind: likely[kind])
    return Opinion(likely, tuple(word for word, _ in seen.moved(top, MOST_WORDS)))


def as_text(summary: str, description: str) -> str:
    """An issue as text models take it: the title is the first line."""
    return f"{' '.join(summary.split())}\n{description}"


def classify(
    book: Rulebook, voted: Sequence[Rule], language: str = "en", heard: Opinion | None = None
) -> Classification:
    """The class with most votes; its confidence is its share of all of them.

    The model's vote is the book's weight for it, spread as it finds the classes likely. The book's
    doubt counts beside all votes, so that a single weak one does not decide.
    """
    totals: dict[Kind, float] = dict.fromkeys(KINDS, 0.0)
    evidence = []
    for rule in voted:
        for kind, weight in rule.votes.items():
            totals[kind] += weight
            evidence.append(Evidence(rule.id, kind, weight, say(rule.because, language)))
    weight = book.classify.model
    if heard and weight:
        for kind, likely in heard.likely.items():
            totals[kind] += weight * likely
        evidence += _voices(heard, weight)
    top = max(KINDS, key=lambda kind: totals[kind])
    whole = sum(max(votes, 0.0) for votes in totals.values()) + book.classify.doubt
    confidence = round(max(totals[top], 0.0) / whole, 3) if whole else 0.0
    tied = sum(votes == totals[top] for votes in totals.values()) > 1
    sure = confidence >= book.classify.undecided_below and not tied and totals[top] > 0
    source: Source = "rules and text" if heard and weight else "rules"
    return Classification(
        kind=top if sure else UNDECIDED,
        confidence=confidence,
        source=source,
        evidence=tuple(evidence),
        guess=top if totals[top] > 0 else None,
    )


def _voices(heard: Opinion, weight: float) -> list[Evidence]:
    """Return the model's vote for each class, with its words for the one it finds likeliest."""
    top = max(heard.likely, key=lambda kind: heard.likely[kind])
    return [
        Evidence(MODEL, kind, round(weight * likely, 2), words=heard.words if kind == top else ())
        for kind, likely in heard.likely.items()
    ]
