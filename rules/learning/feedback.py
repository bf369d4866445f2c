"""What a team's own issues teach: classes that people set, that the book maps, that people left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from rules.assess.assessment import Classification
from rules.assess.classify import as_text
from rules.facts.issue import Issue, Managed
from rules.text_model.model import ModelError
from rules.vocabulary.classes import KINDS, Kind

By = Literal["person", "book", "left"]
WEIGHTS: Mapping[By, float] = {"person": 1.0, "book": 0.3, "left": 0.2}
"""Who said so, and how much it counts: a person; the book, going by type and labels; or Sluice, and
nobody changed it. Without the last all that is known would be mistakes: people leave what is right,
so that any other model would look better than the one that made them.
"""

HELD_SHARE = 0.2
MIN_HELD = 10
"""So many classes that people set are held out, and so many at least are learned from."""

_WRITTEN = ("summary", "description", "environment")


@dataclass(frozen=True)
class Lesson:
    """An issue whose class is known."""

    issue: Issue
    kind: Kind
    by: By

    @property
    def text(self) -> str:
        """As text models take it."""
        return as_text(self.issue.summary, str(self.issue.fields.get("description") or ""))

    @property
    def weight(self) -> float:
        """How much it counts."""
        return WEIGHTS[self.by]

    @property
    def at(self) -> datetime | None:
        """When it was last touched, which is when it was corrected or later."""
        moment = self.issue.fields.get("updated") or self.issue.fields.get("created")
        return moment if isinstance(moment, datetime) else None

    def unjudged(self) -> Issue:
        """The issue as if nobody had set its class."""
        return replace(self.issue, kept=replace(self.issue.kept, kind=None))


@dataclass(frozen=True)
class Split:
    """What is learned from at first, and what is held out to try the result: the latest."""

    learned: Sequence[Lesson]
    held: Sequence[Lesson]


def lesson_of(issue: Issue, mapped: Callable[[Issue], Classification]) -> Lesson | None:
    """What an issue teaches, if anything. `mapped`: what the rulebook alone says of an issue.

    Where no person set the class, the rules are asked without the text: what they say of its type,
    labels and components is the team's own word; what they read out of the text is not. Where they
    say nothing, the class that Sluice wrote counts a little, as long as nobody changed it.
    """
    if issue.kept.kind in KINDS:
        return Lesson(issue, issue.kept.kind, "person")
    if issue.kept.kind or not issue.summary:
        return None
    facts = {name: None if name in _WRITTEN else value for name, value in issue.fields.items()}
    found = mapped(replace(issue, fields=facts, kept=Managed()))
    if found.kind in KINDS:
        return Lesson(issue, found.kind, "book")
    left = issue.record and issue.record.wrote.kind
    return Lesson(issue, left, "left") if left in KINDS and issue.managed.kind == left else None


def split(lessons: Iterable[Lesson], since: datetime | None = None) -> Split:
    """Hold out the latest of what people set, and what they left since then.

    Only what was set after `since` is held out: the model that is in use learned from the rest.
    Lessons without a time are taken in the order they come in. Raises ModelError where too few were
    set by people.
    """
    ordered = in_time([*lessons])
    by_people = [n for n, lesson in enumerate(ordered) if lesson.by == "person"]
    fresh = [n for n in by_people if is_new(ordered[n], since)]
    held = fresh[-max(MIN_HELD, round(len(by_people) * HELD_SHARE)) :]
    if len(held) < MIN_HELD or len(by_people) - len(held) < MIN_HELD:
        new = f", {len(fresh)} of them since the model in use was trained" if since else ""
        raise ModelError(
            f"people set the class of {len(by_people)} issues{new}: it takes {2 * MIN_HELD}, and "
            f"{MIN_HELD} new ones, to learn from them and to try the result"
        )
    first = held[0]
    return Split(ordered[:first], [lesson for lesson in ordered[first:] if lesson.by != "book"])


def in_time(lessons: Sequence[Lesson]) -> Sequence[Lesson]:
    """The oldest first, where all have a time."""
    times = [lesson.at for lesson in lessons if lesson.at]
    if len(times) < len(lessons):
        return lessons
    return [lesson for _, lesson in sorted(zip(times, lessons, strict=True), key=lambda x: x[0])]


def is_new(lesson: Lesson, since: datetime | None) -> bool:
    """Whether a lesson came after a model was trained, as far as anybody can tell."""
    return since is None or lesson.at is None or lesson.at > since
