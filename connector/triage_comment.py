"""Write the triage comment in wiki markup, in the project's language. Pure: no I/O, no clock.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connector.field_mapping import Layout
from connector.messages import messages
from connector.messages.message_table import Messages
from connector.property_record import same
from connector.read_issue import MARKER
from rules.assess.assessment import Assessment, Evidence, Firing
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import MANAGED_NAMES
from rules.vocabulary.verdicts import GATE, UNKNOWN_ICON, judges

MAX_CHARS = 30_000


def comment(assessment: Assessment, layout: Layout, language: str = "en") -> str:
    """Return the comment of an issue: the verdict, the next step, then the reasons."""
    words = messages(language)
    texts = words.triage
    parts = [
        _headline(assessment, words),
        f"{_heading(texts.next, words)} {_next(assessment, layout, words)}",
        *(f"* {ask}" for ask in assessment.decision.asks),
        *_in_business_terms(assessment, words),
        *_reasons(assessment, words),
        *_kept(assessment, layout, words),
    ]
    # Sluice finds its own comment by the last line, so a long comment is cut above it.
    footer = texts.footer.format(**_field_names(layout))
    marker = f"{{color:#6b778c}}{MARKER}{footer}{{color}}"
    return "\n".join(parts)[:MAX_CHARS] + "\n" + marker


def reason_of(evidence: Evidence, words: Messages) -> str:
    """Return why a rule or the text model votes for a class."""
    if evidence.because:
        return evidence.because
    if not evidence.words:
        return words.triage.model_text
    return words.triage.model_words.format(words=words.list_comma.join(evidence.words))


def capitalized(text: str) -> str:
    """Return a text with a capital first letter; Chinese text stays as it is."""
    return text[:1].upper() + text[1:]


def escape(text: str) -> str:
    """Return a user's text with the characters of wiki markup escaped."""
    return re.sub(r"([\\{}\[\]*_^~+|!#-])", r"\\\1", text.replace("\r", "").replace("\n", " "))


def _heading(title: str, words: Messages) -> str:
    return f"*{title}{words.colon}*"


def _field_names(layout: Layout) -> dict[str, str]:
    """Return the names of our fields in Jira, by the placeholders of the texts."""
    slots = {"class": layout.kind, "gate": layout.verdict, "score": layout.score}
    return {name: escape(slot.name) for name, slot in slots.items()}


def _headline(assessment: Assessment, words: Messages) -> str:
    decision, kind = assessment.decision, assessment.classification.kind
    gate_verdict, texts = GATE.get(decision.verdict), words.verdicts.get(decision.verdict)
    facts = [words.classes.get(kind) or escape(kind)]
    if decision.priority and judges(decision.verdict):
        facts.append(words.triage.priority.format(priority=escape(decision.priority)))
    facts.append(words.triage.score.format(score=assessment.score))
    if assessment.quadrant:
        facts.append(words.quadrants.of(assessment.quadrant))
    icon = gate_verdict.icon if gate_verdict else UNKNOWN_ICON
    verdict = texts.name if texts else escape(decision.verdict)
    return f"{icon} *{verdict}* — {words.comma.join(facts)}"


def _next(assessment: Assessment, layout: Layout, words: Messages) -> str:
    verdict = assessment.decision.verdict
    gate_verdict, texts = GATE.get(verdict), words.verdicts.get(verdict)
    names = {**_field_names(layout), "verdict": escape(verdict)}
    steps = [(texts.next if texts else words.triage.own_verdict).format(**names)]
    wants_class = gate_verdict is None or gate_verdict.wants_class
    if assessment.classification.kind == UNDECIDED and wants_class:
        steps.append(_unclear(assessment, words).format(**names))
    return words.space.join(steps)


def _unclear(assessment: Assessment, words: Messages) -> str:
    """Return the question which of the two likeliest classes it is; field names stay in braces."""
    votes: dict[str, float] = {}
    for evidence in assessment.classification.evidence:
        votes[evidence.kind] = votes.get(evidence.kind, 0.0) + evidence.weight
    likeliest = sorted(
        (kind for kind in votes if votes[kind] > 0), key=lambda kind: (-votes[kind], kind)
    )
    if len(likeliest) < 2:
        return words.triage.no_votes
    names = (words.classes.get(kind) or escape(kind) for kind in likeliest[:2])
    return words.triage.unclear.replace("{kinds}", words.either.join(names))


def _in_business_terms(assessment: Assessment, words: Messages) -> list[str]:
    """Return the technical metrics of the text in business terms."""
    text = words.space.join(map(escape, assessment.metric_texts))
    return [f"{_heading(words.triage.in_business_terms, words)} {text}"] if text else []


def _reasons(assessment: Assessment, words: Messages) -> list[str]:
    reasons = [_reason(firing, words) for firing in assessment.decision.because]
    reasons += [*_class_reason(assessment, words), *_terms(assessment, words)]
    heading = _heading(words.triage.why, words)
    return [heading, *(f"* {reason}" for reason in reasons)] if reasons else []


def _terms(assessment: Assessment, words: Messages) -> list[str]:
    """Return a line for each measure with points, the largest first, then the base.

    The points of all lines add up to the score of the rules. A person's score has no lines.
    """
    found = assessment.scored
    if assessment.issue.kept.score is not None or not found.terms:
        return []
    points = {term.measure: found.of_measure(term.measure) for term in found.terms}
    base = points.pop("", 0.0)
    lines, given = [], set[str]()
    for measure in sorted(points, key=lambda name: -abs(points[name])):
        because = dict.fromkeys(t.because for t in found.terms if t.measure == measure)
        fresh = [text for text in because if text and text not in given]
        given.update(fresh)
        lines.append(_term(found.levels[measure].name, points[measure], fresh, words))
    return [*lines, words.triage.base.format(base=base)]


def _term(name: str, points: float, because: Sequence[str], words: Messages) -> str:
    shown = words.triage.points.format(points=points)
    reasons = f"{words.colon}{words.space}{words.space.join(because)}" if because else ""
    return f"{escape(capitalized(name))}{shown}{reasons}"


def _class_reason(assessment: Assessment, words: Messages) -> list[str]:
    """Return the strongest evidence for the class, unless a person set the class."""
    kind = assessment.classification
    found = [evidence for evidence in kind.evidence if evidence.kind == kind.kind]
    if kind.source == "person" or not found:
        return []
    strongest = max(found, key=lambda evidence: evidence.weight)
    name = capitalized(words.classes.get(kind.kind) or escape(kind.kind))
    because = reason_of(strongest, words)
    return [words.triage.class_reason.format(kind=name, because=because)]


def _reason(firing: Firing, words: Messages) -> str:
    points = words.triage.points.format(points=firing.points) if firing.points else ""
    return firing.because + points


def _kept(assessment: Assessment, layout: Layout, words: Messages) -> list[str]:
    """Return the values that a person set, each next to the value of the rules."""
    lines = []
    for name in MANAGED_NAMES:
        value, proposed = assessment.issue.kept.get(name), assessment.proposed.get(name)
        if value is not None:
            text = words.triage.agreed if same(value, proposed) else words.triage.would
            lines.append(
                text.format(
                    field=escape(layout.slot(name).name),
                    value=_shown(value, layout),
                    proposed=_shown(proposed, layout) or words.triage.empty,
                )
            )
    heading = _heading(words.triage.kept, words)
    return [f"{heading} {words.semicolon.join(lines)}"] if lines else []


def _shown(value: str | float | None, layout: Layout) -> str:
    if value is None:
        return ""
    return escape(layout.shown(value)) if isinstance(value, str) else f"{value:g}"
