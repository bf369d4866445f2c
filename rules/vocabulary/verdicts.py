"""Define the verdicts of the gate. To add a verdict, add it to all three parts of this file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

Verdict = Literal["accept", "defer", "needs_info", "review", "reject"]


@dataclass(frozen=True)
class PerVerdict(Generic[T]):
    """Hold one value for each verdict, the mildest first.

    A missing one is a type error and fails at import. If rules give an issue several verdicts,
    the last one in this order wins.
    """

    accept: T
    defer: T
    needs_info: T
    review: T
    reject: T

    def get(self, name: str) -> T | None:
        """Return the value of a verdict, or None for an unknown verdict."""
        return cast("T | None", vars(self).get(name))


@dataclass(frozen=True)
class GateVerdict:
    """The properties of a verdict that do not depend on the language.

    `shown` is the option in Jira, unless `words:` in sluice.yaml names another. `icon` is the first
    sign of the comment. `in_words` names the verdict in the description of a rulebook. `also_asks`
    lists milder verdicts; the comment asks their questions too. `takes_in`: the issue may be
    planned. `wants_ask`: the severity of the lint finding if a rule with this verdict has no
    `ask:`. `wants_class`: if the class is undecided, the comment asks a person to set it. `judges`:
    the issue could be judged, so Sluice sets its priority.
    """

    shown: str
    icon: str
    in_words: str
    also_asks: tuple[Verdict, ...] = ()
    takes_in: bool = False
    wants_ask: Literal["no", "hint", "warning"] = "no"
    wants_class: bool = True
    judges: bool = True


# A comment with questions can ask the optional ones too. A reviewer wants to see the missing
# information. A rejected issue gets no further questions.
GATE: PerVerdict[GateVerdict] = PerVerdict(
    accept=GateVerdict("Accept", "(/)", "it is accepted", takes_in=True),
    defer=GateVerdict("Defer", "(i)", "it is deferred"),
    needs_info=GateVerdict(
        "Needs info",
        "(?)",
        "it goes back to its author for more information",
        also_asks=("accept",),
        wants_ask="warning",
        judges=False,
    ),
    review=GateVerdict("Review", "(!)", "a person decides", also_asks=("accept", "needs_info")),
    reject=GateVerdict("Reject", "(x)", "it is rejected", wants_ask="hint", wants_class=False),
)

UNKNOWN_ICON = "(i)"
"""The icon of a verdict that is not in this table; a person wrote it in Jira."""

VERDICTS = cast("tuple[Verdict, ...]", tuple(field.name for field in fields(PerVerdict)))
"""All verdicts, from the mildest to the strictest."""

MILDEST: Verdict = VERDICTS[0]
"""The verdict of an issue if no rule gives one."""

STRICTEST: Verdict = VERDICTS[-1]
"""The verdict that turns an issue away."""


def gate_verdict(verdict: Verdict) -> GateVerdict:
    """Return the properties of a verdict."""
    return cast(GateVerdict, getattr(GATE, verdict))


def takes_in(verdict: str | None) -> bool:
    """Return whether an issue with this verdict may be planned."""
    known = GATE.get(verdict) if verdict else None
    return known is not None and known.takes_in


def judges(verdict: str | None) -> bool:
    """Return whether the issue could be judged; a verdict of a person's own counts as judged."""
    known = GATE.get(verdict) if verdict else None
    return known is None or known.judges


def strictness(verdict: str | None) -> int:
    """Return the position in VERDICTS; 0 for an unknown verdict."""
    return VERDICTS.index(verdict) if verdict in VERDICTS else 0


def asks_of(verdict: str) -> set[str]:
    """Return the verdicts whose questions the comment asks if this verdict wins."""
    known = GATE.get(verdict)
    return {verdict, *(known.also_asks if known else ())}
