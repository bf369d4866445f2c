"""Train a team's model and decide what comes of it: for the weekly job and for `model train`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rules.assess.team import without_vote
from rules.facts.issue import Issue
from rules.learning.compare.figures import DecisionFigures
from rules.learning.evidence.feedback import (
    BookOf,
    Ranks,
    collect_lessons,
    lessons_of,
    overruled,
)
from rules.learning.evidence.forgotten import Forgotten, Period, without
from rules.learning.evidence.lessons import Lesson
from rules.learning.evidence.weights import HALF_LIFE_DAYS
from rules.learning.retrain import Around, Retrained, retrain
from rules.rulebook.rulebook import Rulebook
from rules.text_model.team.model import TeamModel
from worker.store.models.values import SHIPS, Memory, ModelEntry


@dataclass(frozen=True)
class Course:
    """What a model learns from: the issues that were read, their rulebooks, the key of the seal.

    `memory` has what people want forgotten. After `half_life_days`, a decision weighs half. `ranks`
    are those of the sites' priorities; without them priorities teach nothing.
    """

    issues: Sequence[Issue]
    book_of: BookOf
    key: bytes = field(repr=False)
    memory: Memory = field(default_factory=Memory)
    half_life_days: float = HALF_LIFE_DAYS
    ranks: Ranks = field(default_factory=dict)

    def lessons(self, now: datetime) -> list[Lesson]:
        """Return what people and rulebooks decided, without what is to be forgotten."""
        every = collect_lessons(self.issues, self.book_of, now, self.ranks)
        return without(every, forgotten=forgotten(self.memory))

    @property
    def forgets(self) -> bool:
        """Return whether anything that people decided is to be forgotten: it may match nothing."""
        every = [one for issue in self.issues for one in lessons_of(issue, self.ranks)]
        return len(without(every, forgotten=forgotten(self.memory))) < len(every)


@dataclass(frozen=True)
class Trained:
    """A training: its lessons and the comparison.

    `unlearn`: something was to be forgotten. `other_votes`: a rule of the gate lost its vote, or
    has it again.
    """

    lessons: Sequence[Lesson]
    result: Retrained
    unlearn: bool = False
    other_votes: bool = False

    @property
    def offered(self) -> TeamModel | None:
        """Return the model to use from now on, or to ask a person about; None: nothing changes.

        What is to be forgotten has to be unlearned, also if the model is no better without it. A
        rule that lost its vote, or has it again, is counted and not fitted: it needs no comparison.
        """
        if self.unlearn:
            return self.result.challenger
        if self.result.asks:
            return self.result.agreed
        return self.result.model if self.result.taken or self.other_votes else None

    @property
    def outcome(self) -> str:
        """Return in words what comes of the training."""
        if self.result.asks:
            return "the new model waits"
        if self.unlearn:
            return "the new model is taken in any case, to unlearn what is to be forgotten"
        if self.result.taken:
            return "the new model is taken"
        if self.other_votes:
            return "only the votes of the rules of the gate change, the rest stays in use"
        return "the old model stays in use"

    def entry(self, model: TeamModel, by: str, now: datetime) -> ModelEntry:
        """Return the entry of the model for the history."""
        compared = self.result.comparison.classes
        return ModelEntry(
            digest=model.digest,
            at=now.replace(microsecond=0),
            by=by,
            lessons=dict(Counter(f"{one.field} ({one.by})" for one in self.lessons)),
            before=_figures(compared.before) if compared else {},
            after=_figures(compared.after) if compared else {},
        )


def train(
    course: Course,
    lessons: Sequence[Lesson],
    in_use: TeamModel | None,
    now: datetime,
    approved: bool = False,
) -> Trained:
    """Train on lessons of the course, and compare with the model in use. Raises ModelError.

    `approved`: a person agreed to what would ask first.
    """
    decided = {one.issue.id for one in lessons}
    others = [issue for issue in course.issues if issue.id not in decided]
    around = Around(course.half_life_days, others, _overruled(course.issues))
    found = retrain(lessons, course.book_of, in_use, course.key, now, around, approved=approved)
    books = [course.book_of(project) for project in {one.project for one in course.issues}]
    before, after = (_silenced(model, books) for model in (in_use, found.model))
    unlearn = must_unlearn(course.memory) and course.forgets
    return Trained(lessons, found, unlearn, before != after)


def must_unlearn(memory: Memory) -> bool:
    """Return whether something is to be forgotten that the model in use may have learned."""
    if memory.in_use == SHIPS:
        return False
    entry = memory.entry(memory.in_use)
    return any(entry is None or one.at >= entry.at for one in memory.forgotten)


def forgotten(memory: Memory) -> Forgotten:
    """Return what people asked to forget, as the training takes it."""
    asked = memory.forgotten
    return Forgotten(
        accounts=tuple(one.value for one in asked if one.scope == "by"),
        issues=tuple(
            name for one in asked if one.scope == "issue" for name in (one.value, one.id) if name
        ),
        periods=tuple(
            Period(datetime.fromisoformat(one.value), one.at)
            for one in asked
            if one.scope == "since"
        ),
    )


def _silenced(model: TeamModel | None, books: Sequence[Rulebook]) -> set[str]:
    """Return the gate rules that lost their vote. Rules for a class are counted to be read only."""
    told = model.reliability if model else None
    gate = [rule for book in books for rule in book.rules if rule.stage == "gate"]
    return set(without_vote(gate, told))


def _overruled(issues: Sequence[Issue]) -> Counter[str]:
    """Count the classes of each account that another person replaced."""
    pairs = (first for issue in issues for first, _ in overruled(issue))
    return Counter(one.account for one in pairs if one.field == "kind")


def _figures(found: DecisionFigures) -> dict[str, float]:
    return {
        "right": found.right,
        "right of the decided": found.right_of_decided,
        "decided": found.decided,
    }
