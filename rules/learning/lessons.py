"""Define what a team teaches: one lesson for each value that people decided on an issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rules.assess.assessment import Assessment
from rules.facts.issue import Issue
from rules.vocabulary.managed_fields import ManagedName

By = Literal["correction", "confirmation", "book"]
"""The source of a lesson: a person changed Sluice's value; a person set the same value by hand; the
rulebook, from type, labels and components alone.
"""


@dataclass(frozen=True)
class Lesson:
    """A value to learn for one managed field of an issue.

    `value` is a class, a verdict or the name of a priority. `rank` is the place of a priority among
    those of the site, from 0 (lowest) to 1 (highest); None for other fields. `account` and `name`
    are the person's, `at` is the time when the value was set. `weight` is 1 for a fresh decision of
    a person, and less for an old one, for one of a person who decided most, and for the rulebook's.
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


@dataclass(frozen=True)
class Example:
    """A lesson, and what Sluice says of the issue without the person's values and without learning.

    `assessment` is by the rulebook and the models that ship.
    """

    lesson: Lesson
    assessment: Assessment
