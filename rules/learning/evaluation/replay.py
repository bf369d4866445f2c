"""Replay a team: people decide the classes of issues one after the other, and Sluice learns.

It trains and compares as the weekly training does, and is judged on the issues that come after.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row
from rules.learning.compare.decisions import Decisions
from rules.learning.compare.figures import DecisionFigures
from rules.learning.compare.judges import Judges
from rules.learning.evaluation.labelled_issues import Sample
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.evidence.weights import HALF_LIFE_DAYS
from rules.learning.retrain import Around, retrain_on
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import KINDS

TEAM = ("ana", "ben", "chen", "dora", "emil")
"""A simulated team, for files that do not say who decided: they take turns."""

A_WEEK = 20
"""Decisions in a week, for files that do not say when: as many start a training."""

FEWEST = 20
"""The fewest issues that come after. With fewer, the figures are chance."""

SEED = 18

_KEY = b"the key of a replay is no secret"


@dataclass(frozen=True)
class Plan:
    """After how many decisions to learn, and which decisions are wrong.

    `noise` is the share of decisions with a wrong class, `careless` an account that always sets a
    wrong one. The issues that judge always have their true class.
    """

    counts: tuple[int, ...]
    noise: float = 0.0
    careless: str | None = None
    half_life_days: float = HALF_LIFE_DAYS


@dataclass(frozen=True)
class Step:
    """What came of learning from the first decisions, on the issues after them.

    `before` are the figures of what ships, `challenger` those of all that was learned, `after`
    those of what is in use after the comparison. `taken` is None where nothing was learned yet.
    `contradicted` tells whose decisions the others contradict.
    """

    learned: int
    before: DecisionFigures
    challenger: DecisionFigures
    after: DecisionFigures
    taken: bool | None = None
    reason: str = ""
    contradicted: tuple[str, ...] = ()


def replay(
    samples: Sequence[Sample], base: TextModel, book: Rulebook, plan: Plan, now: datetime
) -> Iterator[Step]:
    """Yield the steps of a team; `base` is a text model that did not learn from its issues."""
    with ExitStack() as stack:
        judges = Judges(lambda _: book, base, now, stack)
        true = judges.examples(lessons_in_order(samples, now))
        told = _with_mistakes(true, plan)
        in_use: TeamModel | None = None
        for count in sorted({*plan.counts}):
            rest = true[count:]
            if len(rest) < FEWEST:
                return
            before = figures_of(judges, rest, None)
            if not count:
                yield Step(0, before, before, before)
                continue
            lessons = [_by(one, in_use, judges) for one in told[:count]]
            # The later issues stand on the board already: their text is known, their class is not.
            others = [one.assessment for one in rest]
            found = retrain_on(lessons, in_use, _KEY, judges, Around(plan.half_life_days), others)
            in_use = found.model if found.taken else in_use
            yield Step(
                count,
                before,
                figures_of(judges, rest, found.challenger),
                figures_of(judges, rest, in_use),
                found.taken,
                found.reason,
                tuple(map(str, found.contradicted)),
            )


def lessons_in_order(samples: Sequence[Sample], now: datetime) -> list[Lesson]:
    """Return the lessons of samples in order of time, or of the number in their keys.

    Without times, the last decision is of `now`, and people decide A_WEEK issues a week. Only title
    and description are read: in labelled files, the class was made of the other fields.
    """
    timed = all(one.at for one in samples)
    ordered = (
        sorted(samples, key=lambda one: one.at or now)
        if timed
        else sorted(samples, key=lambda one: number_of(one.key))
    )
    return [
        Lesson(
            issue_from_row(
                {"key": one.key, "summary": one.summary, "description": one.description}, n
            ),
            "kind",
            one.kind,
            "correction",
            account=one.by or TEAM[n % len(TEAM)],
            at=one.at if timed else now - timedelta(weeks=(len(ordered) - n - 1) / A_WEEK),
        )
        for n, one in enumerate(ordered)
    ]


def _issue(one: Sample, number: int) -> Issue:
    row = {"key": one.key, "summary": one.summary, "description": one.description}
    return issue_from_row(row, number)


def accounts(samples: Sequence[Sample]) -> tuple[str, ...]:
    """Return the accounts that decide in a replay of these samples."""
    named = {one.by for one in samples if one.by}
    return tuple(sorted(named if all(one.by for one in samples) else named | {*TEAM}))


def figures_of(
    judges: Judges, examples: Sequence[Example], team: TeamModel | None
) -> DecisionFigures:
    """Return the figures of what ships and a team's model on these lessons."""
    found = [judges.classification(one.assessment, team) for one in examples]
    truth = [one.lesson.value for one in examples]
    return DecisionFigures.of(Decisions.of(truth, found, [1.0] * len(found)))


def number_of(key: str) -> int:
    """Return the last number of a key; 0 without one."""
    numbers = re.findall(r"[0-9]+", key)
    return int(numbers[-1][:18]) if numbers else 0


def _with_mistakes(examples: Sequence[Example], plan: Plan) -> list[Example]:
    """Return the lessons as people tell them: some with a wrong class, the same in each run."""
    dice = random.Random(SEED)
    found = []
    for one in examples:
        lesson = one.lesson
        others = [kind for kind in KINDS if kind != lesson.value]
        wrong, other = dice.random() < plan.noise, dice.choice(others)
        if wrong or lesson.account == plan.careless:
            lesson = replace(lesson, value=other)
        found.append(replace(one, lesson=lesson))
    return found


def _by(one: Example, in_use: TeamModel | None, judges: Judges) -> Example:
    """Return the lesson as a confirmation where the model in use says the same."""
    same = judges.classification(one.assessment, in_use).kind == one.lesson.value
    return replace(one, lesson=replace(one.lesson, by="confirmation" if same else "correction"))
