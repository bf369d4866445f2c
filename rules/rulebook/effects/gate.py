"""`gate: defer`: the rule gives a verdict; of all that fire the strictest wins."""

from __future__ import annotations

from rules.rulebook.effects.effect import Effect
from rules.vocabulary.verdicts import VERDICTS, Verdict

_TOLD = {
    "accept": "it is accepted",
    "defer": "it is put off",
    "needs_info": "it goes back to its author for more",
    "review": "a person decides",
    "reject": "it is rejected",
}


def _contradiction(ours: Verdict, theirs: Verdict) -> str:
    return f"which says {theirs} where this says {ours}" if ours != theirs else ""


GATE: Effect[Verdict] = Effect(
    key="gate",
    stage="gate",
    type=Verdict,
    about=f"The decision. Of all that fire the strictest wins: {', '.join(VERDICTS)}.",
    explained=str,
    in_words=lambda verdict: f"{_TOLD[verdict]} ({verdict})",
    takes_ask=True,
    contradiction=_contradiction,
)
