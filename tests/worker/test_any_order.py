"""However many of an issue's states Sluice has seen, what it wrote in the end is the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chaos.texts import CHOICES, COMMENTS, ISSUES, POINTS, SENTENCES
from connector.messages.gist import gist
from tests.desk import Desk
from worker.tasks import this_process

FIELDS = {
    "priority": "priority",
    "Sluice Class": "class",
    "Sluice Gate": "gate",
    "Sluice Score": "score",
}

TICKED = "✓"
"""Begins a question that was answered: it stands there only if Sluice asked it in time."""


class Story:
    """What people do to one issue, in its order: drawn from a seed, the same for each run."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.first = self._text()
        self.edits = [edit for _ in range(self.chance.randint(3, 7)) for edit in self._edit()]

    def _text(self) -> dict[str, Any]:
        summary, description = self.chance.choice(ISSUES)
        more = " ".join(self.chance.sample(SENTENCES, self.chance.randint(0, 3)))
        return {"summary": summary, "description": f"{description}\n\n{more}"}

    def _edit(self) -> list[dict[str, Any]]:
        kind = self.chance.choices(
            ["text", "points", "answer", "move", "set", "clear"], [5, 1, 2, 1, 4, 1]
        )[0]
        if kind == "text":
            return [self._text()]
        if kind == "points":
            return [{"points": float(self.chance.choice(POINTS))}]
        if kind == "answer":
            return [{"comment": self.chance.choice(COMMENTS)}]
        if kind == "move":
            return [{"status": "In Progress"}, {"status": "To Do"}]
        name = self.chance.choice([*CHOICES])
        one, other = self.chance.sample(CHOICES[name], 2)
        if name == "priority":  # which can't be emptied
            return [{"priority": (one, other)}]
        emptied = {FIELDS[name]: (None,)}
        value = float(other) if name == "Sluice Score" else other
        return [emptied if kind == "clear" else {FIELDS[name]: (None, value)}]


def lived(desk: Desk, story: Story, sees: str, seed: int) -> Mapping[str, object]:
    """Let an issue live, with Sluice looking after `every` event, `some`, or at the `end` only."""
    person, chance = desk.sluice.person, random.Random(seed)
    issue = person.create(**story.first)
    for edit in story.edits:
        if sees == "every" or (sees == "some" and chance.random() < 0.4):
            triage(issue)
        done(desk, issue, edit)
    triage(issue)
    return written(desk, issue)


def done(desk: Desk, issue: str, edit: dict[str, Any]) -> None:
    """Do what a person does. An issue that is moved ends where it began."""
    person = desk.sluice.person
    if "comment" in edit:
        person.ask("POST", f"issue/{issue}/comment", {"body": edit["comment"]})
    elif "status" in edit:
        step = {"In Progress": "21", "To Do": "11"}[edit["status"]]
        person.ask("POST", f"issue/{issue}/transitions", {"transition": {"id": step}})
    else:
        (name, values) = next(iter(edit.items()))
        if not isinstance(values, tuple):
            person.set(issue, **edit)
            return
        # Several values, so that the last one is an edit whatever the field holds.
        for value in values:
            person.set(issue, **{name: value})


def triage(issue: str) -> None:
    """One triage, over HTTP as a worker does it."""
    gate = this_process().site_triage("main")
    now = datetime.now(UTC)
    gate.apply(gate.plan(gate.site.open(issue), now), now)


def written(desk: Desk, issue: str) -> Mapping[str, object]:
    """All that Sluice wrote on an issue: values, the gist of its comment, whose they are."""
    seen = desk.sluice.person.see(issue)
    (ours,) = (text for text in seen["comments"] if text not in COMMENTS)
    told = gist(ours, "Sluice Gate").splitlines()
    return {
        **{name: seen[name] for name in FIELDS.values()},
        "kept": seen["record"]["kept"],
        "comment": [line for line in told if not line.startswith(TICKED)],
    }


def differing(desk: Desk, seeds: Iterable[int]) -> dict[int, object]:
    """Return what differs, by seed."""
    found: dict[int, object] = {}
    for seed in seeds:
        first, *others = [lived(desk, Story(seed), sees, seed) for sees in ("every", "some", "end")]
        apart = {
            name: [first[name], *(one[name] for one in others)]
            for name in first
            if any(one[name] != first[name] for one in others)
        }
        if apart:
            found[seed] = apart
    return found


def test_in_whichever_order_events_are_seen_sluice_writes_the_same(desk: Desk) -> None:
    assert differing(desk, (13, 14, 43, 50, 60)) == {}, "some of which once ended apart"


@pytest.mark.slow
def test_a_hundred_issues_end_the_same_whatever_was_seen_on_the_way(desk: Desk) -> None:
    assert differing(desk, range(100)) == {}
