"""Learn the first priorities of a tracker as a team's own history, and judge the rest by them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row
from rules.learning.evaluation.replay import number_of
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.rank_figures import RankFigures, rank_figures
from rules.learning.ranking.priorities import HIGHEST, Ranked
from rules.learning.ranking.rank_issues import FEWEST, Teacher
from rules.learning.teach.learn_ranking import learn_ranking
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from rules.text_model.team.model import TeamModel
from rules.text_model.team.ranking import RankHead
from rules.text_model.team.seal import Seal
from rules.text_model.urgency.model import UrgencyModel, shipped

HISTORY, LARGE = 0.7, 400
"""The part of a tracker that is learned as its history, if it has so many issues."""

SEED = 18

_KEY = b"the key of a replay is no secret"


@dataclass(frozen=True)
class RankStep:
    """The order of the issues after the first `learned` ones: by what ships, and by the team's.

    `worth` is that of the points; 0 where nothing was learned. `history`: the step learned from
    HISTORY of the tracker.
    """

    learned: int
    before: RankFigures
    after: RankFigures
    worth: float
    history: bool = False


@dataclass(frozen=True)
class Learner:
    """What judges issues, and how the history is told: `noise` is the share of wrong priorities."""

    book: Rulebook
    model: TextModel
    now: datetime
    counts: Sequence[int]
    noise: float = 0.0

    def steps(self, issues: Sequence[Ranked], urgency: UrgencyModel) -> Iterator[RankStep]:
        """Yield the steps of one tracker that leave enough issues to judge."""
        ordered = sorted(issues, key=lambda one: number_of(one.key))
        read = [_issue(one) for one in ordered]
        shipped = self._judged(read, urgency, None)
        examples = [*map(_example, shipped, self._told(ordered))]
        truth = [float(one.rank) for one in ordered]
        counts = [(count, False) for count in sorted({*self.counts})]
        if len(ordered) >= LARGE:
            counts.append((int(HISTORY * len(ordered)), True))
        for count, history in counts:
            if len(ordered) - count < FEWEST:
                continue
            head = learn_ranking(examples[:count], Seal(_KEY))
            after = self._judged(read[count:], urgency, head) if head else shipped[count:]
            before, now = (
                rank_figures([one.score for one in by], truth[count:])
                for by in (shipped[count:], after)
            )
            yield RankStep(count, before, now, head.worth if head else 0.0, history)

    def _judged(
        self, issues: Sequence[Issue], urgency: UrgencyModel, head: RankHead | None
    ) -> list[Assessment]:
        team = TeamModel(Seal(_KEY), ranking=head) if head else None
        judge = Judge(self.book, "en", self.model, urgency=urgency, team=team)
        with closing(judge):
            return [judge.assess(one, self.now) for one in issues]

    def _told(self, issues: Sequence[Ranked]) -> list[int]:
        """Return the ranks as people set them: some wrong, the same in each run."""
        dice, levels = random.Random(SEED), sorted({one.rank for one in issues})
        found = []
        for one in issues:
            others = [rank for rank in levels if rank != one.rank] or levels
            wrong, other = dice.random() < self.noise, dice.choice(others)
            found.append(other if wrong else one.rank)
        return found


def base_of(source: str, teacher: Teacher, leave_one_out: bool) -> UrgencyModel:
    """Return a model of urgency that did not learn from a source: the one that ships, if so."""
    if leave_one_out or source in shipped().info.get("texts", ()):
        return teacher.without(source)
    return shipped()


def _issue(one: Ranked) -> Issue:
    row = {"key": one.key, "summary": one.summary, "description": one.description}
    return issue_from_row({**row, "type": one.type})


def _example(assessment: Assessment, rank: int) -> Example:
    told = Lesson(assessment.issue, "priority", str(rank), "correction", rank=rank / HIGHEST)
    return Example(told, assessment)
