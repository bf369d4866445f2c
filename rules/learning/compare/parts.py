"""Compare each part of a challenger with the model in use on lessons that neither learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rules.assess.assessment import Assessment, Classification
from rules.learning.compare.chain import Learn, chain
from rules.learning.compare.classes import compare_classes
from rules.learning.compare.decisions import Decisions
from rules.learning.compare.guards import mix_shift
from rules.learning.compare.judges import Judges
from rules.learning.compare.known import is_new
from rules.learning.compare.outcome import ClassComparison, Comparison, RankComparison
from rules.learning.compare.ranking import compare_ranking
from rules.learning.evidence.lessons import Example
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import KINDS
from rules.vocabulary.managed_fields import ManagedName


@dataclass(frozen=True)
class Contest:
    """A challenger that learned from all examples, the model in use, and how challengers learn.

    `others` are the assessments, by what ships, of issues of the projects without a lesson.
    """

    examples: Sequence[Example]
    challenger: TeamModel
    in_use: TeamModel | None
    learn: Learn
    judges: Judges
    others: Sequence[Assessment] = ()

    def compare(self) -> Comparison:
        """Compare the parts, each by itself."""
        return Comparison(classes=self._classes(), ranking=self._ranking())

    def _classes(self) -> ClassComparison | None:
        """Compare classes. Lessons of the rulebook judge nothing: people may see it otherwise."""
        truth: list[str] = []
        before, after, weights = [], [], []
        for fold in chain(self._of("kind"), self._sets_class, self.learn):
            truth += [one.lesson.value for one in fold.judged]
            weights += [*fold.weights]
            before += [self._class(one, self.in_use) for one in fold.judged]
            after += [self._class(one, fold.challenger) for one in fold.judged]
        if not any(map(self._sets_class, self.examples)):
            return None
        return compare_classes(
            Decisions.of(truth, before, weights),
            Decisions.of(truth, after, weights),
            self._limit(),
            self._others(),
        )

    def shift(self) -> float:
        """Return how far the challenger shifts the mix of classes of the other issues."""
        before, after = ([one.kind for one in found] for found in self._others())
        return mix_shift(before, after)

    def _of(self, name: ManagedName) -> list[Example]:
        """Return the examples of a field: a part learns from no other."""
        return [one for one in self.examples if one.lesson.field == name]

    def _class(self, one: Example, team: TeamModel | None) -> Classification:
        return self.judges.classification(one.assessment, team)

    def _others(self) -> tuple[list[Classification], list[Classification]]:
        """Return the classes of the other issues by the model in use and by the challenger."""
        in_use, challenger = (
            [self.judges.classification(one, team) for one in self.others]
            for team in (self.in_use, self.challenger)
        )
        return in_use, challenger

    def _sets_class(self, one: Example) -> bool:
        lesson = one.lesson
        by_person = lesson.field == "kind" and lesson.by_hand and lesson.value in KINDS
        return by_person and is_new(lesson, self.in_use)

    def _limit(self) -> float:
        project = self.examples[0].lesson.issue.project
        return self.judges.book_of(project).classify.undecided_below

    def _ranking(self) -> RankComparison | None:
        """Compare scores. Classes can bring points, so both judge with the classes in use."""
        if self.challenger.ranking is None or not any(map(self._sets_rank, self.examples)):
            return None
        classes = self.in_use.classes if self.in_use else None
        counts = self.in_use.reliability if self.in_use else None
        ranks, before, after, weights = [], [], [], []
        for fold in chain(self._of("priority"), self._sets_rank, self.learn):
            team = replace(fold.challenger, classes=classes, reliability=counts)
            ranks += [one.lesson.rank or 0.0 for one in fold.judged]
            weights += [*fold.weights]
            before += [self._score(one, self.in_use) for one in fold.judged]
            after += [self._score(one, team) for one in fold.judged]
        return compare_ranking(*(np.array(one, float) for one in (ranks, before, after, weights)))

    def _sets_rank(self, one: Example) -> bool:
        lesson = one.lesson
        by_person = lesson.field == "priority" and lesson.by_hand and lesson.rank is not None
        return by_person and is_new(lesson, self.in_use)

    def _score(self, one: Example, team: TeamModel | None) -> float:
        return self.judges.assess(one.lesson.issue, team).scored.value
