"""Define the effect `gate: defer`: the rule gives a verdict; the strictest verdict wins."""

from __future__ import annotations

from rules.rulebook.effects.effect import Effect
from rules.vocabulary.verdicts import VERDICTS, Verdict, gate_verdict


def _contradiction(ours: Verdict, theirs: Verdict) -> str:
    return f"but gives the verdict {ours}, not {theirs}" if ours != theirs else ""


GATE: Effect[Verdict] = Effect(
    key="gate",
    stage="gate",
    type=Verdict,
    about=f"The verdict. The strictest one of all rules that fire wins: {', '.join(VERDICTS)}.",
    explained=str,
    in_words=lambda verdict: f"{gate_verdict(verdict).in_words} ({verdict})",
    takes_ask=True,
    contradiction=_contradiction,
)
