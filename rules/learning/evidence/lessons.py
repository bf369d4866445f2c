"""Define what a team teaches: one lesson for each value that people decided on an issue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from rules.assess.assessment import Assessment
from rules.assess.classify import as_text
from rules.facts.issue import History, Issue, Managed
from rules.vocabulary.managed_fields import ManagedName

By = Literal["correction", "confirmation", "answer", "book"]
"""The source of a lesson: a person set another value than Sluice had written, or set one where
Sluice had none; a person set Sluice's own value by hand; the reporter added what Sluice had asked
for; the rulebook decided from type, labels and components alone.
"""

BY_HAND: tuple[By, ...] = ("correction", "confirmation")
"""The sources in which a person set the value by hand."""


@dataclass(frozen=True)
class Lesson:
    """A value to learn for one managed field of an issue.

    `value` is a class, a verdict or the name of a priority. `rank` is the place of a priority among
    those of the site, from 0 (lowest) to 1 (highest); None for other fields. `account` and `name`
    are the person's, `at` is the time when the value was set. `weight` is 1 for a fresh decision of
    a person, and less for an old one, for one of a person who decided most, and for the rulebook's.
    `freshness` is the part of the weight that the age left: 0.5 after a half-life.

    An answer is evidence for the rules that asked, and for nothing else: its field is `verdict` and
    its value the verdict that asked, but the issue as it is today has what was missing.
    """

    issue: Issue
    field: ManagedName
    value: str
    by: By
    account: str = ""
    name: str = ""
    at: datetime | None = None
    rank: float | None = None
    weight: float = 1.0
    freshness: float = 1.0

    @property
    def by_hand(self) -> bool:
        """Return whether a person set the value by hand."""
        return self.by in BY_HAND

    @property
    def text(self) -> str:
        """Return the issue's text for models."""
        return as_text(self.issue.summary, str(self.issue.fields.get("description") or ""))


@dataclass(frozen=True)
class Example:
    """A lesson, and what Sluice says of the issue without the person's values and without learning.

    `assessment` is by the rulebook and the models that ship.
    """

    lesson: Lesson
    assessment: Assessment


def without_people(issue: Issue) -> Issue:
    """Return the issue without the values that people set, as Sluice would judge it alone."""
    return replace(
        issue,
        fields={**issue.fields, "priority": None},
        kept=Managed(),
        history=History(known=issue.history.known),
    )
