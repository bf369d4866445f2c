"""The real training and the real comparison, on teams whose truth is known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules.facts.jsonl import issue_from_row
from rules.learning.compare.judges import Judges
from rules.learning.labelled_issues import read
from rules.learning.lessons import Example, Lesson
from rules.learning.replay import figures_of
from rules.learning.retrain import Around, retrain_on
from rules.rulebook.load import find
from rules.text_model.model import shipped
from rules.vocabulary.classes import KINDS
from tests.own_words import own_words

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = b"a key of the tests, 32 bytes long"
FRESH = Path(__file__).parents[1] / "fresh.jsonl"
TEAMS = 10
OWN = 0.15
"""The share of issues in a team's own words. To know them is worth about ten points."""


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    book = find("default")
    with ExitStack() as stack:
        yield Judges(lambda _: book, shipped(), NOW, stack)


def lesson(text: str, kind: str, number: int) -> Lesson:
    issue = issue_from_row({"summary": text, "key": f"SHOP-{number}"}, number)
    return Lesson(issue, "kind", kind, "correction", at=NOW)


@pytest.fixture(scope="module")
def usual(judges: Judges) -> list[Example]:
    """Return issues that what ships decides right in four of five cases."""
    samples = [one for one in read(FRESH) if one.source != "Chinese"]
    return judges.examples([lesson(s.summary, s.kind, n) for n, s in enumerate(samples[::2])])


@pytest.fixture(scope="module")
def own(judges: Judges) -> list[Example]:
    """Return issues in a team's own words."""
    return judges.examples([lesson(*one, n) for n, one in enumerate(own_words(200), 1000)])


def team(seed: int, usual: Sequence[Example], own: Sequence[Example], count: int) -> list[Example]:
    """Return a team's issues in order of time, no issue twice."""
    dice = random.Random(seed)
    pools = [dice.sample([*usual], len(usual)), dice.sample([*own], len(own))]
    drawn = [pools[dice.random() < OWN].pop() for _ in range(count)]
    return [
        replace(one, lesson=replace(one.lesson, at=NOW - timedelta(hours=8 * (count - n))))
        for n, one in enumerate(drawn)
    ]


def mixed_up(examples: Sequence[Example], seed: int) -> list[Example]:
    """Return the lessons with a class by chance where what ships is wrong."""
    dice = random.Random(seed)
    return [
        one
        if one.assessment.classification.kind == one.lesson.value
        else replace(one, lesson=replace(one.lesson, value=dice.choice(KINDS)))
        for one in examples
    ]


@pytest.mark.slow
def test_a_team_that_is_worth_ten_points_is_learned_from_at_fifty_decisions(
    judges: Judges, usual: list[Example], own: list[Example]
) -> None:
    taken, gains = 0, []
    for seed in range(TEAMS):
        issues = team(seed, usual, own, 250)
        found = retrain_on(issues[:50], None, KEY, judges, Around())
        before, after = (
            figures_of(judges, issues[50:], one).right for one in (None, found.challenger)
        )
        gains.append(after - before)
        taken += found.taken
    print(f"taken {taken} of {TEAMS}, gains {[round(one * 100, 1) for one in gains]}")
    assert 0.07 <= sum(gains) / TEAMS <= 0.13, "this test is about ten points"
    assert taken >= 0.8 * TEAMS


@pytest.mark.slow
def test_a_team_that_decides_by_chance_is_not_learned_from(
    judges: Judges, usual: list[Example], own: list[Example]
) -> None:
    taken = 0
    for seed in range(TEAMS):
        issues = mixed_up(team(seed, usual, own, 50), seed)
        taken += retrain_on(issues, None, KEY, judges, Around()).taken
    assert taken <= 1
