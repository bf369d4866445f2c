"""Hold the changes of the book that would have been right more often, and their figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.learning.trust.changes import Change
from rules.learning.trust.table import TITLES
from rules.rulebook.rulebook import Rule
from rules.vocabulary.managed_fields import ManagedName


@dataclass(frozen=True)
class Suggestion:
    """A change of one rule: how many later decisions the book gets right before and after it.

    `of` counts the later decisions on which the rule spoke. `gained` are right only after the
    change, `lost` only before. `others` counts the issues that nobody decided and that the change
    would decide otherwise.
    """

    rule: Rule
    change: Change
    field: ManagedName
    before: int
    after: int
    of: int
    gained: int
    lost: int
    others: int = 0

    @property
    def says(self) -> str:
        """Return the effect of the rule as it is, as text."""
        return f"{self.rule.effect.key}: {self.rule.effect.explained(self.rule.value)}"

    @property
    def instead(self) -> str:
        """Return the new effect as text; "off" for a rule that is dropped."""
        return "off" if self.change.drops else self.rule.effect.explained(self.change.value)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "rule": self.rule.id,
            "field": TITLES[self.field],
            "says": self.says,
            "instead": self.instead,
            "value": self.change.value,
            "right_before": self.before,
            "right_after": self.after,
            "of": self.of,
            "gained": self.gained,
            "lost": self.lost,
            "undecided_issues_changed": self.others,
        }


@dataclass(frozen=True)
class Overruled:
    """A rule that people overrule, for which no change is suggested, and why."""

    rule: Rule
    contradicted: int
    of: int
    why: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        figures = {"contradicted": self.contradicted, "of": self.of}
        return {"rule": self.rule.id, **figures, "why": self.why}


@dataclass(frozen=True)
class Suggestions:
    """The changes, in order, and the overruled rules without one.

    `before` and `after` are the right ones of all `of` later decisions, with all changes together;
    `since` is the time of the first of them. The changes were chosen on `earlier` decisions.
    """

    found: tuple[Suggestion, ...] = ()
    named: tuple[Overruled, ...] = ()
    earlier: int = 0
    of: int = 0
    before: int = 0
    after: int = 0
    since: datetime | None = None

    @property
    def changes(self) -> list[Change]:
        """Return the changes of the book."""
        return [one.change for one in self.found]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "chosen_on": self.earlier,
            "judged_on": self.of,
            "since": self.since.isoformat() if self.since else None,
            "right_before": self.before,
            "right_after": self.after,
            "changes": [one.as_json() for one in self.found],
            "without": [one.as_json() for one in self.named],
        }
