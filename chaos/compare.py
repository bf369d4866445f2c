"""Compare the issues of two runs of one plan: lost, doubled, different, overwritten. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from chaos.events import Event
from chaos.plan import Plan
from chaos.texts import CHOICES
from connector.messages.gist import gist

FIELDS = ("Sluice Class", "Sluice Gate", "Sluice Score", "priority", "comment")

NOT_IN_PROGRESS = ("Sluice Class", "priority", "comment")
"""What Sluice leaves as it stands once somebody works on an issue: it depends on the time."""

TICKED = "✓"
"""Begins a question that was answered. It stands there only if it was asked in time, so it depends
on how soon Sluice came."""


@dataclass(frozen=True)
class State:
    """What an issue shows in the end. `comments` are Sluice's, with the key of the issue left out.

    `judged`: Sluice has left its record on it.
    """

    status: str
    values: Mapping[str, str]
    comments: tuple[str, ...]
    judged: bool

    def shown(self, name: str) -> str:
        """Return a value, or the gist of Sluice's comment: what is worth an edit of it."""
        if name == "comment":
            told = gist("\n".join(self.comments[:1]), "Sluice Gate").splitlines()
            return "\n".join(line for line in told if not line.startswith(TICKED))
        return self.values.get(name, "")


@dataclass
class Difference:
    """What differs between a run with faults and a quiet run, a line each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return all lines, each with its kind."""
        return [f"{kind}: {line}" for kind, lines in vars(self).items() for line in lines]


def compare(plan: Plan, wild: Mapping[int, State], calm: Mapping[int, State]) -> Difference:
    """Compare the states by the number of the issue."""
    found = Difference()
    for issue in sorted(wild.keys() | calm.keys()):
        if issue not in wild or issue not in calm:
            found.different.append(f"issue {issue} is in one run only")
            continue
        _compare(found, issue, wild[issue], calm[issue])
        found.overwritten += _overwritten(issue, plan.of_issue(issue), wild[issue])
    return found


def _compare(found: Difference, issue: int, wild: State, calm: State) -> None:
    if len(wild.comments) > 1:
        found.doubled.append(f"issue {issue}: {len(wild.comments)} comments")
    if wild.status == "Done":
        return  # Sluice leaves finished issues as they were, however far it came before
    if calm.judged and not wild.judged:
        found.lost.append(f"issue {issue}: never judged")
        return
    for name in _compared(wild):
        if wild.shown(name) != calm.shown(name):
            found.different.append(
                f"issue {issue}: {name}: {_apart(wild.shown(name), calm.shown(name))}"
            )


def _compared(state: State) -> Iterator[str]:
    left = NOT_IN_PROGRESS if state.status == "In Progress" else ()
    return (name for name in FIELDS if name not in left)


def _apart(wild: str, calm: str) -> str:
    """Return the lines that only one of two texts has."""
    ours, theirs = wild.splitlines(), calm.splitlines()
    only = (
        [line for line in ours if line not in theirs],
        [line for line in theirs if line not in ours],
    )
    return f"{' / '.join(only[0])[:300]!r}, in the quiet run {' / '.join(only[1])[:300]!r}"


def _overwritten(issue: int, events: Iterable[Event], state: State) -> Iterator[str]:
    """Yield the values that a person set last and that are no longer there."""
    wanted: dict[str, str] = {}
    for event in events:
        wanted |= {name: value for name, value in event.values if name in CHOICES}
    for name, value in wanted.items():
        if state.values.get(name) != value:
            yield f"issue {issue}: {name} is {state.values.get(name)!r}, a person set {value!r}"
