"""Render an assessment for the terminal: decision, rules that fired, rules that did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from connector.comment.reasons import reason_of, team_reason
from connector.messages import messages
from connector.messages.message_table import Messages
from rules.assess.assessment import Assessment, Classification
from rules.assess.classify import MODEL
from rules.assess.explain import LearnedRule, learned_rules, why_not
from rules.assess.score import AS_RANKED, Level, Score
from rules.rulebook.rulebook import Rulebook, say
from rules.text_model.signals.model import Signal
from rules.vocabulary.managed_fields import MANAGED
from rules.vocabulary.signals import SIGNALS
from worker.triage.left_alone import Reason
from worker.triage.site_triage import Outcome

MAX_CLAUSE = 150


def headlines(assessment: Assessment, language: str = "en") -> list[str]:
    """Return the lines on the issue and its decision, in a language."""
    issue, decision, kind = assessment.issue, assessment.decision, assessment.classification
    found = assessment.scored
    measures = ", ".join(f"{name} {_level(level)}" for name, level in found.levels.items())
    unsure = f" ± {found.uncertainty:g}" if found.uncertainty else ""
    kept = {MANAGED.of(name).setting or name: v for name, v in issue.kept.filled().items()}
    return [
        f"{issue.key}  {issue.summary}",
        f"  class     {kind.kind} (confidence {kind.confidence:.2f}, by {kind.source})",
        *_model(kind, language),
        *_learned(kind, language),
        f"  score     {assessment.score:g}{unsure} of 100 ({measures})",
        *_terms(found, language),
        *([f"  quadrant  {assessment.quadrant}"] if assessment.quadrant else []),
        f"  gate      {decision.verdict}",
        f"  priority  {decision.priority or 'left alone'}",
        *([f"  kept      {', '.join(f'{k} {v}' for k, v in kept.items())}"] if kept else []),
        f"  rulebook  {assessment.book}@{assessment.rulebook}",
        *([f"  model     {assessment.model}"] if assessment.model else []),
        *_signals(assessment.signals),
        *([f"  urgency   {assessment.urgency:g}"] if assessment.urgency is not None else []),
    ]


def _level(level: Level) -> str:
    if not level.known:
        return "unknown"
    return f"{level.value:g}" + (f" ± {level.uncertainty:g}" if level.uncertainty else "")


def _terms(found: Score, language: str) -> list[str]:
    """Return the sum that makes the score: each measure, rule or field with its points."""
    named = [f"{t.measure or t.source} {t.points:+g} ({t.source})" for t in found.terms]
    lines = [f"            {found.value:g} = {' '.join(named)}"] if named else []
    return [*lines, *_ranked(found, language)]


def _ranked(found: Score, language: str) -> list[str]:
    """Return the points by the team's priorities, and the words of the issue behind them."""
    if found.ranked is None or not found.ranked.points:
        return []
    words = f" ({', '.join(found.ranked.words)})" if found.ranked.words else ""
    return [f"            {found.ranked.points:+g} {say(AS_RANKED, language)}{words}"]


def _signals(signals: Mapping[str, Signal]) -> list[str]:
    """Return the signals of the text, the likeliest first, each with the words behind it."""
    sure = sorted((one for one in signals.values() if one.sure), key=lambda one: -one.probability)
    lines = (
        f"{SIGNALS[one.name].field} {one.probability:.2f} ({', '.join(one.words)})" for one in sure
    )
    return [f"  {'' if n else 'signals':<9} {line}" for n, line in enumerate(lines)]


def _model(kind: Classification, language: str) -> list[str]:
    """Return the text model's votes, the likeliest class first, and the words behind it."""
    evidence = sorted((e for e in kind.evidence if e.rule == MODEL), key=lambda e: -e.weight)
    if not evidence:
        return []
    votes = ", ".join(f"{one.kind} {one.weight:+.2f}" for one in evidence)
    return [f"  text      {votes}", f"            {reason_of(evidence[0], messages(language))}"]


def _learned(kind: Classification, language: str) -> list[str]:
    """Return how a team's decisions on other issues moved the class, and by which words.

    The list of rules says what they moved of each rule.
    """
    learned = kind.learned
    if learned is None or not any(learned.shift.values()):
        return []
    ranked = sorted(learned.shift, key=lambda name: -learned.shift[name])
    moved = ", ".join(f"{name} {learned.shift[name]:+.2f}" for name in ranked)
    reason = team_reason(learned, ranked[0], messages(language))
    turned = "" if learned.before == kind.kind else f" (without it {learned.before})"
    return [f"  team      {moved}{turned}", f"            {reason}"]


def fired(assessment: Assessment, language: str = "en") -> list[str]:
    """Return the lines on the rules that fired, each with effect, reason and what was learned."""
    learned = learned_rules(assessment)
    width = max((len(f.rule) for f in assessment.firings), default=0)
    lines = [
        f"  {f.rule:<{width}}  {f.effect}{_here(learned.get(f.rule), messages(language))}\n"
        f"  {'':<{width}}  {f.because}"
        for f in assessment.firings
    ]
    return ["", "Rules that fired:", *(lines or ["  none"])]


def _here(learned: LearnedRule | None, words: Messages) -> str:
    """Return what the team's people taught about a rule; an empty text for nothing."""
    if learned is None:
        return ""
    texts = words.learning
    parts = [texts.no_vote] if learned.retired else []
    if learned.here:
        single = len(learned.here) == 1
        votes = (f"{here:+g}" if single else f"{kind} {here:+g}" for kind, _, here in learned.here)
        parts.append(texts.here.format(votes=", ".join(votes)))
    if learned.count and learned.count.times:
        count = learned.count
        times = texts.time if count.times == 1 else texts.times.format(count=count.times)
        contradicted = texts.contradicted.format(count=count.times_contradicted, times=times)
        parts.append(contradicted if parts else texts.only_here.format(said=contradicted))
    return words.semicolon + texts.because.join(parts) if parts else ""


def silent(book: Rulebook, assessment: Assessment, now: datetime) -> Iterator[str]:
    """Yield the lines on the other rules, each with its false clauses and the issue's values."""
    yield "\nRules that did not fire:"
    for silence in why_not(book, assessment, now):
        yield f"  {silence.rule}"
        for clause, value in silence.failed:
            yield f"      {_short(clause)}\n          value: {value}"


def _short(clause: str) -> str:
    return clause if len(clause) <= MAX_CLAUSE else f"{clause[:MAX_CLAUSE]}…"


def why_nothing(outcome: Outcome) -> str:
    """Return why nothing is to be written on an issue, in words."""
    if outcome.why is None:
        shadow = outcome.status == "shadow"
        return "the rulebook is in shadow" if shadow else "the issue is up to date"
    status = outcome.issue.fields.get("status") or "its status"
    why: Mapping[Reason, str] = {
        "finished": "the issue is finished, so Sluice leaves it in peace",
        "waiting": "the issue is older than Sluice's start here: `sluice backfill` writes it",
        "undone": "`sluice undo` took back what this rulebook wrote",
        "read-only": f"Jira lets nobody edit it in {status} (jira.issue.editable)",
    }
    return why[outcome.why]
