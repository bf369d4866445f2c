"""`gate: defer`: the rule gives a verdict; of all that fire the strictest wins."""

from __future__ import annotations

from rules.rulebook.effects.effect import Effect
from rules.vocabulary.verdicts import VERDICTS, Verdict, gate_verdict


def _contradiction(ours: Verdict, theirs: Verdict) -> str:
    return f"which says {theirs} where this says {ours}" if ours != theirs else ""


GATE: Effect[Verdict] = Effect(
    key="gate",
    stage="gate",
    type=Verdict,
    about=f"The decision. Of all that fire the strictest wins: {', '.join(VERDICTS)}.",
    explained=str,
    in_words=lambda verdict: f"{gate_verdict(verdict).in_words} ({verdict})",
    takes_ask=True,
    contradiction=_contradiction,
)
