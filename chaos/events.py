"""Draw what people do to issues: creations, edits, comments, moves, deletions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from chaos import texts

Kind = Literal["create", "edit", "comment", "set", "move", "delete"]

CLIENTS = 8
"""So many people work at once. One client does all that happens to an issue, in its order."""

SHOP_EVERY = 10
"""Each tenth issue lies in the project whose rule file differs between the hosts for a while."""

_WEIGHTS: Mapping[Kind, int] = {"edit": 60, "comment": 18, "set": 14, "move": 6, "delete": 2}


@dataclass(frozen=True)
class Event:
    """One act of a person on an issue. Both are numbered from 0.

    `values` are what is written: texts by field, the body of a comment, the status of a move.
    `before` are values to write first, so that a `set` is an edit whatever the field holds: Jira
    notes no edit where nothing changes, and Sluice takes for a person's what a person changed.
    """

    number: int
    issue: int
    kind: Kind
    values: tuple[tuple[str, str], ...] = ()
    before: tuple[tuple[str, str], ...] = ()

    @property
    def client(self) -> int:
        """Return who does it."""
        return self.issue % CLIENTS

    def __str__(self) -> str:
        said = ", ".join(f"{name}={' '.join(value.split())[:40]!r}" for name, value in self.values)
        return f"event {self.number}: issue {self.issue}: {self.kind} {said}".rstrip()


def project_of(issue: int) -> str:
    """Return the project in which an issue is created."""
    return "SHOP" if issue % SHOP_EVERY == 0 else "DEMO"


def draw(random: Random, count: int, issues: int) -> tuple[Event, ...]:
    """Draw events, of which `issues` are creations; the other ones meet any issue that is there."""
    return tuple(_draw(random, count, min(issues, count)))


def _draw(random: Random, count: int, issues: int) -> Iterator[Event]:
    there: list[int] = []
    created = 0
    for number in range(count):
        due = (number + 1) * issues // count  # creations are spread over the whole run
        if created < due or not there:
            there.append(created)
            yield Event(number, created, "create", _new(random))
            created += 1
            continue
        issue = random.choice(there)
        kind = random.choices([*_WEIGHTS], [*_WEIGHTS.values()])[0]
        if kind == "delete" and len(there) == 1:
            kind = "edit"  # somebody has to be there for the next event
        if kind == "delete":
            there.remove(issue)
        yield _act(random, number, issue, kind)


def _act(random: Random, number: int, issue: int, kind: Kind) -> Event:
    if kind == "edit":
        return Event(number, issue, kind, _edit(random))
    if kind == "comment":
        return Event(number, issue, kind, (("body", random.choice(texts.COMMENTS)),))
    if kind == "move":
        return Event(number, issue, kind, (("status", random.choice(texts.STATUSES)),))
    if kind == "set":
        name = random.choice([*texts.CHOICES])
        first, last = random.sample(texts.CHOICES[name], 2)
        return Event(number, issue, kind, ((name, last),), ((name, first),))
    return Event(number, issue, kind)


def _new(random: Random) -> tuple[tuple[str, str], ...]:
    summary, description = random.choice(texts.ISSUES)
    kind = random.choice(("Bug", "Story", "Task", "New Feature", "Improvement"))
    found = [("issuetype", kind), ("summary", summary), ("description", description)]
    if random.random() < 0.3:
        found.append(("priority", random.choice(("High", "Low", "Highest"))))
    if random.random() < 0.4:
        found.append(("points", random.choice(texts.POINTS)))
    return tuple(found)


def _edit(random: Random) -> tuple[tuple[str, str], ...]:
    roll = random.random()
    if roll < 0.15:
        return (("points", random.choice(texts.POINTS)),)
    summary, description = random.choice(texts.ISSUES)
    more = " ".join(random.sample(texts.SENTENCES, random.randint(1, 3)))
    found = (("description", f"{description}\n\n{more}"),)
    return (*found, ("summary", summary)) if roll < 0.4 else found
