"""Comments in wiki markup, in the project's language. Pure: the same decision, the same words.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re

from connector.field_mapping import Layout
from connector.messages import messages
from connector.messages.texts import Messages
from connector.property_record import same
from connector.read_issue import MARKER
from rules.assess.assessment import Assessment, Evidence, Firing
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import MANAGED_NAMES
from rules.vocabulary.verdicts import GATE, UNKNOWN_ICON

MAX_CHARS = 30_000


def comment(assessment: Assessment, layout: Layout, language: str = "en") -> str:
    """Return the one comment of an issue: verdict first, what to do next, then the reasons."""
    words = messages(language)
    texts = words.triage
    parts = [
        _headline(assessment, words),
        f"*{texts.next}:* {_next(assessment, layout, words)}",
        *(f"* {ask}" for ask in assessment.decision.asks),
        *_said(assessment, words),
        *_reasons(assessment, words),
        *_kept(assessment, layout, words),
    ]
    # The last line tells our comment from all others: whatever is cut, it is not.
    marker = f"{{color:#6b778c}}{MARKER}{texts.by}{{color}}"
    return "\n".join(parts)[:MAX_CHARS] + "\n" + marker


def reason_of(voice: Evidence, words: Messages) -> str:
    """Return the reason of a voice for a class: a rule has its own, the text model has words."""
    if voice.because:
        return voice.because
    if not voice.words:
        return words.triage.text_speaks
    return words.triage.words_speak.format(words=words.list_comma.join(voice.words))


def capitalized(text: str) -> str:
    """Return a text as a line begins with it; Chinese has no capitals and stays as it is."""
    return text[:1].upper() + text[1:]


def escape(text: str) -> str:
    """Text of a stranger with nothing in it that wiki markup would take for its own."""
    return re.sub(r"([\\{}\[\]*_^~+|!#-])", r"\\\1", text.replace("\r", "").replace("\n", " "))


def _headline(assessment: Assessment, words: Messages) -> str:
    decision, kind = assessment.decision, assessment.classification.kind
    known, texts = GATE.get(decision.verdict), words.verdicts.get(decision.verdict)
    facts = [words.classes.get(kind) or escape(kind)]
    if decision.priority:
        facts.append(words.triage.priority.format(priority=escape(decision.priority)))
    facts.append(words.triage.score.format(score=assessment.score))
    if assessment.quadrant:
        facts.append(words.quadrants.of(assessment.quadrant))
    icon = known.icon if known else UNKNOWN_ICON
    verdict = texts.name if texts else escape(decision.verdict)
    return f"{icon} *{verdict}* — {words.comma.join(facts)}"


def _next(assessment: Assessment, layout: Layout, words: Messages) -> str:
    verdict = assessment.decision.verdict
    known, texts = GATE.get(verdict), words.verdicts.get(verdict)
    names = {
        "gate": escape(layout.verdict.name),
        "class": escape(layout.kind.name),
        "verdict": escape(verdict),
    }
    steps = [(texts.next if texts else words.triage.own_verdict).format(**names)]
    wants_class = known is None or known.wants_class
    if assessment.classification.kind == UNDECIDED and wants_class:
        steps.append(_wavering(assessment, words).format(**names))
    return " ".join(steps)


def _wavering(assessment: Assessment, words: Messages) -> str:
    """Return between which classes it wavers; the names of fields are still to be filled in."""
    votes: dict[str, float] = {}
    for voice in assessment.classification.evidence:
        votes[voice.kind] = votes.get(voice.kind, 0.0) + voice.weight
    told = sorted(
        (kind for kind in votes if votes[kind] > 0), key=lambda kind: (-votes[kind], kind)
    )
    if len(told) < 2:
        return words.triage.no_votes
    names = (words.classes.get(kind) or escape(kind) for kind in told[:2])
    return words.triage.wavers.replace("{kinds}", words.both.join(names))


def _said(assessment: Assessment, words: Messages) -> list[str]:
    """Return the technical metrics of the text in words of the business."""
    said = " ".join(map(escape, assessment.said))
    return [f"*{words.triage.said}:* {said}"] if said else []


def _reasons(assessment: Assessment, words: Messages) -> list[str]:
    reasons = [_reason(firing) for firing in assessment.decision.because]
    reasons += [*_rest(assessment, words), *_class_reason(assessment, words)]
    return [f"*{words.triage.why}:*", *(f"* {reason}" for reason in reasons)] if reasons else []


def _rest(assessment: Assessment, words: Messages) -> list[str]:
    """Return what the score holds beside the reasons shown, so that the points add up to it."""
    shown = sum(firing.points for firing in assessment.decision.because)
    rest = round((assessment.proposed.score or 0.0) - shown, 1)
    return [words.triage.rest.format(points=rest)] if rest else []


def _class_reason(assessment: Assessment, words: Messages) -> list[str]:
    """Return the strongest voice for the class, where rules and not a person chose it."""
    kind = assessment.classification
    voices = [voice for voice in kind.evidence if voice.kind == kind.kind]
    if kind.source == "person" or not voices:
        return []
    strongest = max(voices, key=lambda voice: voice.weight)
    name = capitalized(words.classes.get(kind.kind) or escape(kind.kind))
    because = reason_of(strongest, words)
    return [words.triage.class_reason.format(kind=name, because=because)]


def _reason(firing: Firing) -> str:
    return f"{firing.because} ({firing.points:+g})" if firing.points else firing.because


def _kept(assessment: Assessment, layout: Layout, words: Messages) -> list[str]:
    """Return the values that a person set, next to what the rules say."""
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
    return [f"*{words.triage.kept}:* {'; '.join(lines)}"] if lines else []


def _shown(value: str | float | None, layout: Layout) -> str:
    if value is None:
        return ""
    return escape(layout.shown(value)) if isinstance(value, str) else f"{value:g}"
