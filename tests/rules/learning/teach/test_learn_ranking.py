"""A team's priorities teach the score: by what the team calls urgent, in its own words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.assess.judge import Judge
from rules.assess.team import rank_view_of
from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.lessons import By, Example, Lesson
from rules.learning.teach.learn_ranking import FEWEST, learn_ranking
from rules.rulebook.load import parse_book
from rules.text_model.team.ranking import RankHead
from rules.text_model.team.seal import Seal
from rules.text_model.urgency.topics import TOPICS
from rules.text_model.urgency.traits import TRAITS
from tests.rules.learning.wordings import NOUNS, SORTS

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SEAL = Seal(b"a key of the tests, 32 bytes long")
BOOK = """\
book: team
measures: {pain: {weight: 3, max: 10}}
base: 40
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - {id: hurts, when: text ~ hurts, points: {pain: 5}, because: It hurts.}
  - {id: stop, when: score > 60, gate: review, because: A high score.}
"""
LOUD, QUIET = "moored", "varnished"
"""Words that no shipped list of urgent words has."""


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with closing(Judge(parse_book(BOOK.encode(), "team.yaml"))) as found:
        yield found


def title(dice: random.Random, word: str) -> str:
    return f"The {dice.choice(SORTS)} {dice.choice(NOUNS)} is {word} at the {dice.choice(NOUNS)}"


def example(
    judge: Judge, summary: str, rank: float | None, number: int = 0, by: By = "correction"
) -> Example:
    """Return a lesson; `number` counts hours."""
    issue = issue_from_row({"key": f"A-{number}", "summary": summary, "type": "Task"})
    at = NOW + timedelta(hours=number)
    lesson = Lesson(issue, "priority", str(rank), by, at=at, rank=rank)
    return Example(lesson, judge.assess(issue, NOW))


def team(judge: Judge, count: int, noise: float = 0.0, seed: int = 1) -> list[Example]:
    """Return lessons of a team that ranks one word above another."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        loud = dice.random() < 0.5
        rank = dice.choice([0.75, 1.0] if loud else [0.0, 0.25])
        rank = dice.choice([0.0, 0.25, 0.75, 1.0]) if dice.random() < noise else rank
        found.append(example(judge, title(dice, LOUD if loud else QUIET), rank, number))
    return found


def points(head: RankHead, judge: Judge, summary: str) -> float:
    return head.points(rank_view_of(SEAL, example(judge, summary, None).assessment))


def learned(examples: Sequence[Example]) -> RankHead:
    head = learn_ranking(examples, SEAL)
    assert head
    return head


def test_a_team_s_word_moves_issues_that_nobody_has_seen(judge: Judge) -> None:
    head = learned(team(judge, 200))
    assert points(head, judge, f"Otters are {LOUD} upriver") > 3
    assert points(head, judge, f"Otters are {QUIET} upriver") < -3
    assert head.worth > 0.8


def test_the_words_that_moved_the_points_are_named(judge: Judge) -> None:
    head = learned(team(judge, 200))
    issue = example(judge, f"Otters are {LOUD} upriver", None).assessment
    assert any(LOUD in word for word, _ in head.moved(rank_view_of(SEAL, issue)))


def test_points_grow_with_the_lessons(judge: Judge) -> None:
    text = f"Otters are {LOUD} upriver"
    few, some, many = (
        points(head, judge, text) if head else 0.0
        for head in (learn_ranking(team(judge, count), SEAL) for count in (FEWEST, 60, 300))
    )
    assert 0 <= few < some < many
    assert few < many / 2


def test_too_few_lessons_teach_nothing(judge: Judge) -> None:
    assert learn_ranking(team(judge, FEWEST - 1), SEAL) is None


def test_one_priority_for_all_teaches_nothing(judge: Judge) -> None:
    dice = random.Random(2)
    same = [example(judge, title(dice, LOUD), 0.5, n) for n in range(60)]
    assert learn_ranking(same, SEAL) is None


def test_priorities_that_nobody_set_by_hand_teach_nothing(judge: Judge) -> None:
    dice = random.Random(2)
    by_book = [example(judge, title(dice, LOUD), n % 2, n, "book") for n in range(60)]
    assert learn_ranking(by_book, SEAL) is None


def test_random_priorities_are_worth_little(judge: Judge) -> None:
    heads = [learn_ranking(team(judge, 200, noise=1.0, seed=seed), SEAL) for seed in range(5)]
    moved = [abs(points(h, judge, f"Otters are {LOUD} upriver")) if h else 0.0 for h in heads]
    clear = points(learned(team(judge, 200)), judge, f"Otters are {LOUD} upriver")
    assert sum(moved) / 5 < clear / 4


def test_two_in_five_wrong_priorities_do_not_turn_the_order(judge: Judge) -> None:
    head = learned(team(judge, 200, noise=0.4))
    assert points(head, judge, f"Otters are {LOUD} upriver") > 0
    assert points(head, judge, f"Otters are {QUIET} upriver") < 0


def test_a_change_of_habit_does_not_make_the_words_of_its_time_urgent(judge: Judge) -> None:
    dice = random.Random(3)
    first = [example(judge, title(dice, QUIET), dice.choice([0, 0.25]), n) for n in range(150)]
    then = [example(judge, title(dice, LOUD), dice.choice([0.75, 1]), 150 + n) for n in range(150)]
    head = learn_ranking([*first, *then], SEAL)
    mixed = points(learned(team(judge, 300)), judge, f"Otters are {LOUD} upriver")
    assert (points(head, judge, f"Otters are {LOUD} upriver") if head else 0.0) < mixed / 3


def test_the_time_of_the_lessons_counts_and_not_their_order(judge: Judge) -> None:
    told = team(judge, 80)
    one, other = learned(told), learned(told[::-1])
    assert one.names == other.names
    assert (one.weights == other.weights).all()


def test_what_the_score_says_already_is_not_added_again(judge: Judge) -> None:
    dice = random.Random(4)
    known, open_ = [], []
    for n in range(200):
        loud = dice.random() < 0.5
        text = title(dice, LOUD if loud else QUIET)
        open_.append(example(judge, text, float(loud), n))
        known.append(example(judge, f"{text}{' and hurts' if loud else ''}", float(loud), n))
    text = f"Otters are {LOUD} upriver"
    assert points(learned(known), judge, text) < points(learned(open_), judge, text)


def test_rules_of_the_gate_are_no_features(judge: Judge) -> None:
    issue = example(judge, "It hurts, and hurts", None).assessment
    assert {one.rule for one in issue.firings} >= {"hurts"}
    assert "rule:hurts" in rank_view_of(SEAL, issue).values
    high = parse_book(BOOK.replace("base: 40", "base: 60").encode(), "high.yaml")
    with closing(Judge(high)) as strict:
        issue = example(strict, "It hurts", None).assessment
    assert "stop" in {one.rule for one in issue.firings}
    assert "rule:stop" not in rank_view_of(SEAL, issue).values


def test_names_of_people_are_not_learned(judge: Judge) -> None:
    told = team(judge, 60)
    with_people = []
    for n, one in enumerate(told):
        row = {"key": f"A-{n}", "summary": f"{one.lesson.issue.summary} with Ottoline"}
        issue = replace(issue_from_row(row), people=("Ottoline Quayle",))
        with_people.append(Example(replace(one.lesson, issue=issue), judge.assess(issue, NOW)))
    names = learned(with_people).names
    assert SEAL.name("title", "ottoline") not in names
    assert SEAL.name("title", "with") in names


def test_without_the_key_no_word_and_no_type_can_be_confirmed(judge: Judge) -> None:
    names = learned(team(judge, 60)).names
    known = {SEAL.name("title", LOUD), f"type:{SEAL.name('type', 'task')}"}
    assert known & {*names}, "with the key they can, so this can fail"
    other = Seal(b"the key of somebody who guesses words")
    guessed = {other.name(block, word) for block in ("title", "body") for word in (LOUD, QUIET)}
    assert not guessed & {*names}
    open_names = {one.removeprefix("type:") for one in names}
    open_names = {one for one in open_names if not re.fullmatch("[0-9a-f]{16}", one)}
    shared = {f"{start}{t}" for start in ("topic:", "body topic:") for t in TOPICS}
    shared |= {f"form:{trait}" for trait in TRAITS} | {"rule:hurts", "urgency:"}
    assert open_names <= shared
