"""Judge the issues of lessons by what ships and by what a team taught."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime

from rules.assess.assessment import Assessment, Classification
from rules.assess.judge import Judge
from rules.assess.team import view_of, with_team
from rules.facts.issue import Issue
from rules.learning.evidence.feedback import BookOf, examples_of
from rules.learning.evidence.lessons import Example, Lesson, without_people
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from rules.text_model.team.model import TeamModel


class Judges:
    """The judges of projects, one for each rulebook; the stack closes them."""

    def __init__(self, book_of: BookOf, base: TextModel, now: datetime, stack: ExitStack) -> None:
        self.book_of = book_of
        self._base = base
        self._now = now
        self._stack = stack
        self._made: dict[str, Judge] = {}

    def assess(self, issue: Issue, team: TeamModel | None = None) -> Assessment:
        """Assess an issue without the values that people set."""
        judge = self._judge(self.book_of(issue.project))
        judge.team = team
        return judge.assess(without_people(issue), self._now)

    def examples(self, lessons: Sequence[Lesson]) -> list[Example]:
        """Return the lessons with what the rulebook and the models that ship say of the issues."""
        return examples_of(lessons, self.assess)

    def others(self, issues: Sequence[Issue]) -> list[Assessment]:
        """Return what ships says of issues without a lesson."""
        return [self.assess(issue) for issue in issues]

    def classification(self, shipped: Assessment, team: TeamModel | None) -> Classification:
        """Return the class as `assess` does with a team's model, without assessing again.

        `shipped` is by the rulebook and the models that ship.
        """
        found = shipped.classification
        if team is None or team.classes is None:
            return found
        book = self.book_of(shipped.issue.project)
        return with_team(book, found, team.classes, view_of(team.seal, shipped))

    def _judge(self, book: Rulebook) -> Judge:
        if book.digest not in self._made:
            judge = self._stack.enter_context(closing(Judge(book, "en", self._base)))
            self._made[book.digest] = judge
        return self._made[book.digest]
