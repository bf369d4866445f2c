"""Count what people corrected, and hold what was learned from it, for the weekly report. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from rules.facts.issue import Choice, Issue
from rules.vocabulary.managed_fields import ManagedName

TAUGHT: tuple[ManagedName, ...] = ("kind", "verdict", "priority")
"""The fields whose corrections are counted, in the order of the report."""


@dataclass(frozen=True)
class Training:
    """A training: its time and its figures.

    `right` is the share of the decided classes that is right, before and after, from 0 to 1; None
    if classes were not compared. `taken_back`: what was learned no longer judges. `waits`: it does
    not judge before a person approves it.
    """

    at: datetime
    right: tuple[float, float] | None = None
    taken_back: bool = False
    waits: bool = False


class Trained(Protocol):
    """A training in the history of a team's model, with figures by their names."""

    @property
    def at(self) -> datetime:
        """Return its time."""

    @property
    def before(self) -> Mapping[str, float]:
        """Return the figures of the model before."""

    @property
    def after(self) -> Mapping[str, float]:
        """Return the figures of the new model, on the same issues."""

    @property
    def fate(self) -> str:
        """Return why it no longer judges, such as "rolled back"; empty while it does."""


RIGHT = "right of the decided"
"""The figure to tell, by its name in the history."""

TAKEN_BACK = ("rolled back", "stopped")
"""The fates of a training that no longer judges and was not followed by another one."""


def last_trainings(
    history: Iterable[Trained], since: datetime, until: datetime
) -> tuple[Training | None, datetime | None]:
    """Return the last training after `since` and up to `until`, and the time of the one before it.

    Without a training in this time, the second is the time of the last one. One that another
    training replaced was not taken back.
    """
    known = sorted((one for one in history if one.at <= until), key=lambda one: one.at)
    if not known or known[-1].at <= since:
        return None, known[-1].at if known else None
    last, before = known[-1], known[-2].at if len(known) > 1 else None
    old, new = last.before.get(RIGHT), last.after.get(RIGHT)
    right = (old, new) if old is not None and new is not None else None
    return Training(last.at, right, last.fate in TAKEN_BACK), before


@dataclass(frozen=True)
class Learned:
    """What people corrected and what was learned from it, up to the end of a report.

    `training` is the last one of these seven days, or None. `corrections` were made from `since` up
    to the training, or up to the end of the report without one. `next_at` is their number at which
    the next training comes; None if the project learns at no time of its own.
    """

    since: datetime
    corrections: Mapping[ManagedName, int] = field(default_factory=dict)
    next_at: int | None = None
    training: Training | None = None

    def counted(self, issues: Iterable[Issue], until: datetime) -> Learned:
        """Return it with the corrections on these issues, of a report up to `until`."""
        end = self.training.at if self.training else until
        return replace(self, corrections=corrections(issues, self.since, end))


def corrections(issues: Iterable[Issue], since: datetime, until: datetime) -> Counter[ManagedName]:
    """Count the values that people set otherwise than Sluice, after `since` and up to `until`.

    Of several changes of a field on one issue, the last one counts. A field that was emptied, and
    Sluice's own value set by hand, are no corrections.
    """
    found: Counter[ManagedName] = Counter()
    for issue in issues:
        last = {
            one.field: one
            for one in issue.history.choices
            if one.at is not None and since < one.at <= until
        }
        found.update(name for name, one in last.items() if name in TAUGHT and _corrects(one))
    return found


@dataclass(frozen=True)
class ClassChange:
    """The issues of which people changed the class from Sluice's to another one."""

    ours: str
    theirs: str
    keys: tuple[str, ...]


def class_changes(
    issues: Iterable[Issue], since: datetime, until: datetime
) -> tuple[ClassChange, ...]:
    """Return the issues of which people changed the class, by Sluice's class and by theirs.

    The changes were made after `since` and up to `until`; the last one of an issue counts. Most
    issues first.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for issue in issues:
        times = (one for one in issue.history.choices if one.at and since < one.at <= until)
        last = next((one for one in reversed([*times]) if one.field == "kind"), None)
        if last and last.wrote and _corrects(last):
            found.setdefault((last.wrote, last.value), []).append(issue.key)
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(ClassChange(*pair, tuple(keys)) for pair, keys in ordered)


def _corrects(choice: Choice) -> bool:
    return bool(choice.value) and choice.value.lower() != (choice.wrote or "").lower()
