"""Choose the reasons that a reader needs: those for the verdict, the class and the score. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from connector.comment.wiki_text import capitalized, escape
from connector.messages.gist import MOST_OF_VERDICT
from connector.messages.message_table import Messages
from rules.assess.assessment import Assessment, Evidence, Learned
from rules.assess.score import Score
from rules.vocabulary.classes import UNDECIDED

MOST_REASONS = 3
MOST_OF_MEASURE = 2
"""The most sentences on one measure, the weightiest first."""

FOR, AGAINST = "(+)", "(-)"
"""The icons before a reason that raises the score, and before one that lowers it."""


def main_reasons(assessment: Assessment, words: Messages) -> list[str]:
    """Return the most important reasons in wiki markup, without a number that moves with the score.

    A reason of the verdict comes first, then the weightiest measure, then the class.
    """
    verdict = [one.because for one in assessment.decision.because if one.gate and one.because]
    measures = list(_measures(assessment, words))
    rest = [*measures[1:], *verdict[MOST_OF_VERDICT:]]
    found = [*verdict[:MOST_OF_VERDICT], *_business(assessment, words), *measures[:1]]
    found += [*_class(assessment, words), *rest]
    return list(dict.fromkeys(found))[:MOST_REASONS]


def _measures(assessment: Assessment, words: Messages) -> Iterator[str]:
    """Yield a reason for each measure with one, and for the team's order, the weightiest first.

    A person's score has no reasons. A score by formula has no sums, but rules.
    """
    found = assessment.scored
    if assessment.issue.kept.score is not None:
        return
    if not found.terms:
        rules = (one for one in assessment.decision.because if not one.gate and one.because)
        yield from (f"{_sign(one.points)} {one.because}" for one in rules)
        return
    names = {t.measure for t in found.terms if t.measure}
    points = {"": found.of_team} | {name: found.of_measure(name) for name in names}
    given: set[str] = set()
    for name in sorted(points, key=lambda one: (-abs(points[one]), one)):
        fresh = [one for one in _sentences(found, name) if one not in given][:MOST_OF_MEASURE]
        given.update(fresh)
        lead = f"{escape(found.levels[name].name)}{words.colon}{words.space}" if name else ""
        if fresh:
            yield f"{_sign(points[name])} {capitalized(lead + words.space.join(fresh))}"


def _sentences(found: Score, measure: str) -> list[str]:
    """Return the reasons of a measure, each once, the weightiest first; of "" the team's."""
    terms = [t for t in found.terms if t.measure == measure and (measure or t.by_team)]
    weighty = sorted(terms, key=lambda one: -abs(one.points))
    return list(dict.fromkeys(one.because for one in weighty if one.because))


def _sign(points: float) -> str:
    return FOR if points >= 0 else AGAINST


def _business(assessment: Assessment, words: Messages) -> list[str]:
    """Return the technical metrics of the text in business terms."""
    text = words.space.join(map(escape, assessment.metric_texts))
    heading = words.triage.in_business_terms
    return [f"{heading}{words.colon}{words.space}{text}"] if text else []


def _class(assessment: Assessment, words: Messages) -> list[str]:
    """Return the strongest evidence for the class, unless a person set the class."""
    kind = assessment.classification
    name = capitalized(words.classes.get(kind.kind) or escape(kind.kind))
    if kind.source == "team" and kind.learned and kind.kind != UNDECIDED:
        because = team_reason(kind.learned, kind.kind, words)
        return [words.triage.class_reason.format(kind=name, because=because)]
    found = [evidence for evidence in kind.evidence if evidence.kind == kind.kind]
    if kind.source == "person" or not found:
        return []
    strongest = max(found, key=lambda evidence: evidence.weight)
    because = reason_of(strongest, words)
    return [words.triage.class_reason.format(kind=name, because=because)]


def reason_of(evidence: Evidence, words: Messages) -> str:
    """Return why a rule or the text model votes for a class."""
    if evidence.because:
        return evidence.because
    if not evidence.words:
        return words.triage.model_text
    return words.triage.model_words.format(words=words.list_comma.join(evidence.words))


def team_reason(learned: Learned, kind: str, words: Messages) -> str:
    """Return why the team's decisions on other issues speak for a class."""
    found = learned.words(kind)
    if not found:
        return words.triage.team_text
    return words.triage.team_words.format(words=words.list_comma.join(found))
