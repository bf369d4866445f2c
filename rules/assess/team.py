"""Apply what a team taught: see this issue as its model does, and shift the class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rules.assess.assessment import Assessment, Classification, Evidence, Learned
from rules.assess.classify import MODEL, decided
from rules.facts.issue import Issue
from rules.facts.statements.reader import read_statements
from rules.facts.statements.statement import GAP
from rules.rulebook.rulebook import Rule, Rulebook
from rules.text_model.signals.model import Signal
from rules.text_model.team.classes import ClassHead, shifted
from rules.text_model.team.rank_view import RankView
from rules.text_model.team.reliability import Reliability
from rules.text_model.team.seal import Seal
from rules.text_model.team.view import View
from rules.vocabulary.classes import KINDS, UNDECIDED

HEAVY = 3.0
"""The weight of a vote above which a rule is harder to move."""


def team_text(issue: Issue) -> str:
    """Return the text of an issue as a team's model reads it: the whole title, then statements.

    The text model reads the task in the title only. But a team's wordings are often in the rest:
    "As a customer I want", "[Infra]".
    """
    stated = read_statements(issue.summary, str(issue.fields.get("description") or ""))
    title = " ".join(issue.summary.split())
    return f"{title}\n{stated.body.replace(GAP, ' ')}"


def class_view(
    seal: Seal, issue: Issue, found: Classification, signals: Mapping[str, Signal]
) -> View:
    """Return an issue as the team's model sees it; `found` is by rules and text model."""
    sure = {name: one.probability for name, one in signals.items() if one.sure}
    return View(seal, team_text(issue), _rules(found), sure, found.kind == UNDECIDED)


def _rules(found: Classification) -> dict[str, float]:
    """Return the rules that voted for a class, each with the value of its feature.

    A rule with a heavy vote has a small value: its author is sure of it, and it may speak on most
    issues of the team. So it takes more decisions to move it.
    """
    votes = ((one.rule, abs(one.weight)) for one in found.evidence if one.rule != MODEL)
    heaviest: dict[str, float] = {}
    for rule, weight in votes:
        heaviest[rule] = max(heaviest.get(rule, 0.0), weight)
    return {rule: min(1.0, HEAVY / weight) for rule, weight in heaviest.items() if weight}


def view_of(seal: Seal, assessment: Assessment) -> View:
    """Return an assessed issue as the team's model sees it."""
    return class_view(seal, assessment.issue, assessment.classification, assessment.signals)


def rank_view(
    seal: Seal,
    issue: Issue,
    rules: Iterable[str],
    signals: Mapping[str, Signal],
    urgency: float | None,
) -> RankView:
    """Return an issue as the team's ranking sees it, with the rules that fired before the gate."""
    sure = {name: one.probability for name, one in signals.items() if one.sure}
    stated = read_statements(issue.summary, str(issue.fields.get("description") or ""))
    kind = str(issue.fields.get("type") or "")
    return RankView(seal, stated.undenied, kind, tuple(rules), sure, urgency)


def rank_view_of(seal: Seal, assessment: Assessment) -> RankView:
    """Return an assessed issue as the team's ranking sees it."""
    rules = [one.rule for one in assessment.firings if one.stage != "gate"]
    of = assessment.issue, rules, assessment.signals, assessment.urgency
    return rank_view(seal, *of)


def with_team(book: Rulebook, found: Classification, head: ClassHead, view: View) -> Classification:
    """Return the classification after what the team taught; `found` is by rules and text model."""
    told = head.shift(view)
    shift = {kind: told.get(kind, 0.0) for kind in KINDS}
    evidence = [_here(one, head, view) for one in found.evidence]
    after = decided(book, shifted(found.shares, shift), found.source, evidence)
    learned = Learned(found.kind, shift, head, view)
    source = found.source if after.kind == found.kind else "team"
    return replace(after, source=source, learned=learned)


def without_vote(rules: Sequence[Rule], told: Reliability | None) -> frozenset[str]:
    """Return the rules of the gate that lost their vote in this team; a firm rule keeps it."""
    if told is None:
        return frozenset()
    return frozenset(rule.id for rule in rules if not rule.firm and not told.vote(rule.id))


def _here(one: Evidence, head: ClassHead, view: View) -> Evidence:
    """Return a rule's vote with its weight in this team. The text model has none of its own."""
    added = 0.0 if one.rule == MODEL else head.of_rule(view, one.rule, one.kind)
    factor = math.exp(added if one.weight > 0 else -added)
    return replace(one, here=round(one.weight * factor, 2)) if added else one
