"""Write the triage comment in wiki markup. Pure: no I/O, no clock.

What is urgent stands first, then what the reporter can do, then what whoever plans the work can do.
The reporter reads the reporter's language, everybody else the project's.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.comment.wiki_text import escape, firm
from connector.issue.property_record import same
from connector.issue.read_issue import MARKER
from connector.layout.field_mapping import Layout
from connector.messages import messages
from connector.messages.message_table import Messages
from rules.assess.assessment import Assessment, Classification, Evidence, Firing, Learned
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import MANAGED, ManagedName
from rules.vocabulary.verdicts import GATE, UNKNOWN_ICON, judges

MAX_CHARS = 30_000

MIN_SHARE = 0.05
"""A class with a smaller share of the votes is not named as a likely one."""


def comment(assessment: Assessment, layout: Layout, language: str = "en") -> str:
    """Return the comment of an issue: the verdict, who has to do what, then the reasons."""
    words = messages(language)
    parts = [
        _headline(assessment, words),
        *_urgent(assessment, language),
        *_for_reporter(assessment, language),
        *_for_manager(assessment, layout, words),
        *_in_business_terms(assessment, words),
        *_reasons(assessment, words),
        *_kept(assessment, layout, words),
    ]
    # Sluice finds its own comment by the last line, so a long comment is cut above it.
    footer = words.triage.footer.format(**_field_names(layout))
    marker = f"{{color:#6b778c}}{MARKER}{footer}{{color}}"
    return firm("\n".join(parts))[:MAX_CHARS] + "\n" + marker


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


def capitalized(text: str) -> str:
    """Return a text with a capital first letter; Chinese text stays as it is."""
    return text[:1].upper() + text[1:]


def _heading(title: str, words: Messages) -> str:
    return f"*{title}{words.colon}*"


def _field_names(layout: Layout) -> dict[str, str]:
    """Return the names of our fields in Jira, by the placeholders of the texts."""
    slots = {"class": layout.kind, "gate": layout.verdict, "score": layout.score}
    return {name: escape(slot.name) for name, slot in slots.items()}


def _headline(assessment: Assessment, words: Messages) -> str:
    decision, kind = assessment.decision, assessment.classification.kind
    gate_verdict = GATE.get(decision.verdict)
    facts = [words.classes.get(kind) or escape(kind)]
    if decision.priority and judges(decision.verdict):
        facts.append(words.triage.priority.format(priority=escape(decision.priority)))
    facts.append(words.triage.score.format(score=assessment.score))
    if assessment.quadrant and judges(decision.verdict):
        facts.append(words.quadrants.of(assessment.quadrant))
    icon = gate_verdict.icon if gate_verdict else UNKNOWN_ICON
    return f"{icon} {_verdict(assessment, words)} — {words.comma.join(facts)}"


def _verdict(assessment: Assessment, words: Messages) -> str:
    """Return the name of the verdict, with the person who set it.

    What a person wrote is not bold: Cloud takes the backslashes away twice in bold text.
    """
    verdict = assessment.decision.verdict
    texts = words.verdicts.get(verdict)
    name = f"*{texts.name}*" if texts else escape(verdict)
    if assessment.issue.kept.verdict is None:
        return name
    person = escape(assessment.issue.history.decided_by)
    if not person:
        return words.triage.by_hand.format(verdict=name)
    named = f"*{texts.by_person}*" if texts and texts.by_person else name
    return words.triage.decided_by.format(verdict=named, person=person)


def _urgent(assessment: Assessment, language: str) -> list[str]:
    """Return the instructions that can't wait, in the reporter's language."""
    asks = assessment.decision.asks
    words = messages(asks.language or language)
    return [f"{_heading(words.triage.urgent, words)} {ask}" for ask in asks.urgent]


def _for_reporter(assessment: Assessment, language: str) -> list[str]:
    """Return what the reporter can do, in the reporter's language: questions, answered ones too."""
    asks = assessment.decision.asks
    words = messages(asks.language or language)
    texts = words.verdicts.get(assessment.decision.verdict)
    step = texts.next if texts and texts.for_reporter else ""
    if asks.open:
        step = words.triage.answer
    if not step or (asks.heard and not asks.open):
        return []
    heading = f"{_heading(words.triage.reporter, words)} {step}"
    ticked = (words.triage.ticked.format(ask=ask) for ask in asks.ticked)
    return [heading, *(f"* {ask}" for ask in (*asks.open, *ticked))]


def _for_manager(assessment: Assessment, layout: Layout, words: Messages) -> list[str]:
    """Return what whoever plans the work can do: set the fields, look at replies in comments."""
    steps = [step.format(**_field_names(layout)) for step in _steps(assessment, words)]
    heard = assessment.decision.asks.heard
    steps += [words.triage.heard] if heard else []
    if not steps:
        return []
    heading = f"{_heading(words.triage.manager, words)} {words.space.join(steps)}"
    return [heading, *(f"* {ask}" for ask in heard)]


def _steps(assessment: Assessment, words: Messages) -> list[str]:
    """Return the sentences on setting fields, with field names in braces."""
    verdict = assessment.decision.verdict
    gate_verdict, texts = GATE.get(verdict), words.verdicts.get(verdict)
    by_person = assessment.issue.kept.verdict is not None
    steps = [texts.next] if texts and not texts.for_reporter and not by_person else []
    wants_class = gate_verdict is None or gate_verdict.wants_class
    if assessment.classification.kind == UNDECIDED and wants_class:
        steps.append(_unclear(assessment, words))
    return steps


def _unclear(assessment: Assessment, words: Messages) -> str:
    """Return the question which of the two likeliest classes it is; field names stay in braces."""
    votes = _votes(assessment.classification)
    likeliest = sorted(
        (kind for kind in votes if votes[kind] > 0), key=lambda kind: (-votes[kind], kind)
    )
    if len(likeliest) < 2:
        return words.triage.no_votes
    names = (words.classes.get(kind) or escape(kind) for kind in likeliest[:2])
    return words.triage.unclear.replace("{kinds}", words.either.join(names))


def _votes(found: Classification) -> dict[str, float]:
    """Return the votes for each class; after what the team taught, its share of them."""
    if found.learned:
        return {kind: share for kind, share in found.shares.items() if share > MIN_SHARE}
    votes: dict[str, float] = {}
    for evidence in found.evidence:
        votes[evidence.kind] = votes.get(evidence.kind, 0.0) + evidence.weight
    return votes


def _in_business_terms(assessment: Assessment, words: Messages) -> list[str]:
    """Return the technical metrics of the text in business terms."""
    text = words.space.join(map(escape, assessment.metric_texts))
    return [f"{_heading(words.triage.in_business_terms, words)} {text}"] if text else []


def _reasons(assessment: Assessment, words: Messages) -> list[str]:
    """Return the reasons of the rules; none under a person's verdict, which they may contradict."""
    if assessment.issue.kept.verdict is not None:
        return []
    reasons = [_reason(firing, words) for firing in assessment.decision.because]
    reasons += [*_class_reason(assessment, words), *_terms(assessment, words)]
    heading = _heading(words.triage.why, words)
    return [heading, *(f"* {reason}" for reason in reasons)] if reasons else []


def _terms(assessment: Assessment, words: Messages) -> list[str]:
    """Return a line for each measure with points, the largest first, then the team and the base.

    The points of all lines add up to the score of the rules. A person's score has no lines.
    """
    found = assessment.scored
    if assessment.issue.kept.score is not None or not found.terms:
        return []
    points = {t.measure: found.of_measure(t.measure) for t in found.terms if not t.by_team}
    base = points.pop("", 0.0)
    lines, given = [], set[str]()
    for measure in sorted(points, key=lambda name: -abs(points[name])):
        because = dict.fromkeys(t.because for t in found.terms if t.measure == measure)
        fresh = [text for text in because if text and text not in given]
        given.update(fresh)
        lines.append(_term(found.levels[measure].name, points[measure], fresh, words))
    lines += [_term(t.because, found.of_team, (), words) for t in found.terms if t.by_team]
    return [*lines, words.triage.base.format(base=base)]


def _term(name: str, points: float, because: Sequence[str], words: Messages) -> str:
    shown = words.triage.points.format(points=points)
    reasons = f"{words.colon}{words.space}{words.space.join(because)}" if because else ""
    return f"{escape(capitalized(name))}{shown}{reasons}"


def _class_reason(assessment: Assessment, words: Messages) -> list[str]:
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


def _reason(firing: Firing, words: Messages) -> str:
    points = words.triage.points.format(points=firing.points) if firing.points else ""
    return firing.because + points


def _kept(assessment: Assessment, layout: Layout, words: Messages) -> list[str]:
    """Return the values that a person set, each next to the value of the rules if they differ."""
    lines = []
    for name, value in assessment.issue.kept.filled().items():
        proposed = assessment.proposed.get(name)
        agreed = same(value, proposed)
        if agreed and name == "verdict":  # the headline says it already
            continue
        line = _field_value(name, _shown(value, layout), layout, words)
        # The rules propose no priority for an issue that they can't judge yet.
        if not agreed and proposed is not None:
            line = words.triage.would.format(value=line, proposed=_shown(proposed, layout))
        lines.append(line)
    heading = _heading(words.triage.kept, words)
    return [f"{heading} {words.semicolon.join(lines)}"] if lines else []


def _field_value(name: ManagedName, value: str, layout: Layout, words: Messages) -> str:
    """Return a field's name and value: our fields by their name on the site."""
    if MANAGED.of(name).setting is None:
        return words.triage.priority.format(priority=value)
    return f"{escape(layout.slot(name).name)} {value}"


def _shown(value: str | float | None, layout: Layout) -> str:
    if value is None:
        return ""
    return escape(layout.shown(value)) if isinstance(value, str) else f"{value:g}"
