"""Write the triage comment in wiki markup. Pure: no I/O, no clock.

What is urgent stands first, then what the reporter can do, then what whoever plans the work can do,
then at most three reasons. The reporter reads the reporter's language, everybody else the
project's. No number of the score is in it: the score has a field, and a comment is not edited
whenever it moves.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

from connector.comment.reasons import main_reasons
from connector.comment.wiki_text import escape, firm
from connector.issue.property_record import same
from connector.issue.read_issue import MARKER
from connector.layout.field_mapping import Layout
from connector.messages import messages
from connector.messages.message_table import Messages
from rules.assess.assessment import Assessment, Classification
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import MANAGED, ManagedName
from rules.vocabulary.verdicts import GATE, UNKNOWN_ICON, judges

MAX_CHARS = 30_000

MIN_SHARE = 0.05
"""A class with a smaller share of the votes is not named as a likely one."""


def comment(
    assessment: Assessment, layout: Layout, language: str = "en", *, internal: bool = False
) -> str:
    """Return the comment of an issue: the verdict, who has to do what, then the reasons.

    `internal`: it is a note that the reporter of a service desk can't see.
    """
    words = messages(language)
    parts = [
        _headline(assessment, words),
        *_urgent(assessment, language),
        *_for_reporter(assessment, language, internal),
        *_for_manager(assessment, layout, words),
        *kept_line(assessment, layout, words),
        *_reasons(assessment, words),
    ]
    # Sluice finds its own comment by the last line, so a long comment is cut above it.
    return firm("\n".join(parts))[:MAX_CHARS] + "\n" + last_line(layout, words)


def last_line(layout: Layout, words: Messages) -> str:
    """Return the last line of a comment, which has the marker."""
    footer = words.triage.footer.format(**_field_names(layout))
    return f"{{color:#6b778c}}{MARKER}{footer}{{color}}"


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
    icon = gate_verdict.icon if gate_verdict else UNKNOWN_ICON
    return f"{icon} {verdict_named(assessment, words)} — {words.comma.join(facts)}"


def verdict_named(assessment: Assessment, words: Messages) -> str:
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


def _for_reporter(assessment: Assessment, language: str, internal: bool) -> list[str]:
    """Return what the reporter can do, in the reporter's language: questions, answered ones too.

    The heading of an internal note is for the team, in the project's language.
    """
    asks = assessment.decision.asks
    words = messages(asks.language or language)
    texts = words.verdicts.get(assessment.decision.verdict)
    step = texts.next if texts and texts.for_reporter else ""
    if asks.open:
        step = words.triage.answer
    if not step or (asks.heard and not asks.open):
        return []
    team = messages(language)
    to_team, to_reporter = (team.triage.for_team, team), (words.triage.reporter, words)
    heading = f"{_heading(*to_team if internal else to_reporter)} {step}"
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


def _reasons(assessment: Assessment, words: Messages) -> list[str]:
    """Return the reasons of the rules; none under a person's verdict, which they may contradict."""
    if assessment.issue.kept.verdict is not None:
        return []
    reasons = main_reasons(assessment, words)
    heading = _heading(words.triage.why, words)
    return [heading, *(f"* {reason}" for reason in reasons)] if reasons else []


def kept_line(assessment: Assessment, layout: Layout, words: Messages) -> list[str]:
    """Return the values that a person set, each next to the value of the rules if they differ."""
    lines = []
    for name, value in assessment.issue.kept.filled().items():
        proposed = assessment.proposed.get(name)
        agreed = same(value, proposed)
        if agreed and name == "verdict":  # the headline says it already
            continue
        line = _field_value(name, _shown(value, layout), layout, words)
        # The rules propose no priority for an issue that they can't judge yet. Their score moves.
        if not agreed and proposed is not None and name != "score":
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
