"""The verdicts of the gate: one table. To add a verdict, add it to all three parts of this file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

Verdict = Literal["accept", "defer", "needs_info", "review", "reject"]


@dataclass(frozen=True)
class PerVerdict(Generic[T]):
    """Hold one value for each verdict, the mildest first.

    Leaving one out is a type error, and an error at import. Of the verdicts that rules give to an
    issue, the last one here wins.
    """

    accept: T
    defer: T
    needs_info: T
    review: T
    reject: T

    def get(self, name: str) -> T | None:
        """Return the value of a verdict, or None for a word that is no verdict."""
        return cast("T | None", vars(self).get(name))


@dataclass(frozen=True)
class GateVerdict:
    """Say what belongs to a verdict whatever the language.

    `shown` is the option in Jira unless `words:` in sluice.yaml names another. `icon` begins the
    comment. `told` names the verdict where a book is told in words. `also_asks` names milder
    verdicts whose questions the comment asks as well. `takes_in`: the issue may be planned.
    `wants_ask`: how much `rules lint` wants an `ask:` with it. `wants_class`: the comment asks a
    person to set the class where that is undecided.
    """

    shown: str
    icon: str
    told: str
    also_asks: tuple[Verdict, ...] = ()
    takes_in: bool = False
    wants_ask: Literal["no", "hint", "warning"] = "no"
    wants_class: bool = True


# Who is asked anyhow may be asked what is good to know too; who reviews is glad of what is
# missing; and an issue that is rejected is asked nothing more.
GATE: PerVerdict[GateVerdict] = PerVerdict(
    accept=GateVerdict("Accept", "(/)", "it is accepted", takes_in=True),
    defer=GateVerdict("Defer", "(i)", "it is put off"),
    needs_info=GateVerdict(
        "Needs info",
        "(?)",
        "it goes back to its author for more",
        also_asks=("accept",),
        wants_ask="warning",
    ),
    review=GateVerdict("Review", "(!)", "a person decides", also_asks=("accept", "needs_info")),
    reject=GateVerdict("Reject", "(x)", "it is rejected", wants_ask="hint", wants_class=False),
)

UNKNOWN_ICON = "(i)"
"""The icon of a verdict that a person wrote in words of their own."""

VERDICTS = cast("tuple[Verdict, ...]", tuple(field.name for field in fields(PerVerdict)))
"""From the mildest to the strictest."""

MILDEST: Verdict = VERDICTS[0]
"""The verdict of an issue to which no rule gives one."""


def gate_verdict(verdict: Verdict) -> GateVerdict:
    """Return the entry of a verdict."""
    return cast(GateVerdict, getattr(GATE, verdict))


def takes_in(verdict: str | None) -> bool:
    """Return whether an issue with that verdict may be planned."""
    known = GATE.get(verdict) if verdict else None
    return known is not None and known.takes_in


def strictness(verdict: str | None) -> int:
    """Return the place in the order, 0 for the mildest and for a word that is no verdict."""
    return VERDICTS.index(verdict) if verdict in VERDICTS else 0


def asks_of(verdict: str) -> set[str]:
    """Return the verdicts whose questions the comment asks where this verdict wins."""
    known = GATE.get(verdict)
    return {verdict, *(known.also_asks if known else ())}
