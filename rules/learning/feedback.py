"""Collect a team's feedback: classes set by people, mapped by the rulebook, or left unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from rules.assess.assessment import Classification
from rules.assess.classify import as_text
from rules.facts.issue import Issue, Managed
from rules.text_model.model_file import ModelError
from rules.vocabulary.classes import KINDS, Kind
from rules.vocabulary.plural import many

By = Literal["person", "book", "left"]
WEIGHTS: Mapping[By, float] = {"person": 1.0, "book": 0.3, "left": 0.2}
"""Weights by source of the class: a person; the rulebook, from type and labels; Sluice's own class,
left unchanged. Without the last, all examples would be mistakes of the current model, and any other
model would look better: people do not touch correct classes.
"""

HELD_SHARE = 0.2
MIN_HELD = 10
"""Minimum number of corrections in the held-out part, and in the training part."""

_WRITTEN = ("summary", "description", "environment")


@dataclass(frozen=True)
class Feedback:
    """An issue with a class to learn, and the source of the class."""

    issue: Issue
    kind: Kind
    by: By

    @property
    def text(self) -> str:
        """Return the text for a text model."""
        return as_text(self.issue.summary, str(self.issue.fields.get("description") or ""))

    @property
    def weight(self) -> float:
        """Return the weight in training."""
        return WEIGHTS[self.by]

    @property
    def at(self) -> datetime | None:
        """Return the time of the last update. The correction is not later."""
        moment = self.issue.fields.get("updated") or self.issue.fields.get("created")
        return moment if isinstance(moment, datetime) else None

    def without_class(self) -> Issue:
        """Return the issue without the class that a person set."""
        return replace(self.issue, kept=replace(self.issue.kept, kind=None))


@dataclass(frozen=True)
class Split:
    """The issues to train on, and the latest issues, held out for evaluation."""

    training: Sequence[Feedback]
    held_out: Sequence[Feedback]


def feedback_of(issue: Issue, by_rules: Callable[[Issue], Classification]) -> Feedback | None:
    """Return the feedback on an issue, or None. `by_rules` classifies an issue by rules only.

    If no person set the class, the rules judge the issue without its texts. Rules on type, labels
    and components express the team's own classes; rules on texts do not. If no rule applies, the
    class that Sluice wrote is used with a low weight, unless somebody changed it.
    """
    if issue.kept.kind in KINDS:
        return Feedback(issue, issue.kept.kind, "person")
    if issue.kept.kind or not issue.summary:
        return None
    facts = {name: None if name in _WRITTEN else value for name, value in issue.fields.items()}
    found = by_rules(replace(issue, fields=facts, kept=Managed()))
    if found.kind in KINDS:
        return Feedback(issue, found.kind, "book")
    unchanged = issue.record and issue.record.wrote.kind
    if unchanged in KINDS and issue.managed.kind == unchanged:
        return Feedback(issue, unchanged, "left")
    return None


def split(feedback: Iterable[Feedback], since: datetime | None = None) -> Split:
    """Hold out the latest corrections by people, and later unchanged classes.

    Only feedback after `since` is held out, since the current model was trained on earlier
    feedback. Without times, the given order is used. Raise ModelError for too few corrections.
    """
    ordered = in_time([*feedback])
    by_people = [n for n, item in enumerate(ordered) if item.by == "person"]
    fresh = [n for n in by_people if is_new(ordered[n], since)]
    held_out = fresh[-max(MIN_HELD, round(len(by_people) * HELD_SHARE)) :]
    if len(held_out) < MIN_HELD or len(by_people) - len(held_out) < MIN_HELD:
        new = f", {len(fresh)} of them since the current model was trained" if since else ""
        raise ModelError(
            f"too few corrections: people set the class of {many(len(by_people), 'issue')}{new}. "
            f"Training needs {2 * MIN_HELD}, at least {MIN_HELD} of them new"
        )
    first = held_out[0]
    return Split(ordered[:first], [item for item in ordered[first:] if item.by != "book"])


def in_time(feedback: Sequence[Feedback]) -> Sequence[Feedback]:
    """Sort by time, oldest first; keep the order if a time is missing."""
    times = [item.at for item in feedback if item.at]
    if len(times) < len(feedback):
        return feedback
    return [item for _, item in sorted(zip(times, feedback, strict=True), key=lambda x: x[0])]


def is_new(item: Feedback, since: datetime | None) -> bool:
    """Return whether the feedback is newer than the training. Without a time it counts as new."""
    return since is None or item.at is None or item.at > since
