"""A careless hand is found, and does no harm to what a team teaches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.team import view_of, with_team
from rules.facts.jsonl import issue_from_row
from rules.learning.compare.guards import (
    Predict,
    asks_first,
    class_predictor,
    contradicted,
    mix_shift,
)
from rules.learning.evidence.feedback import examples_of, judging
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.evidence.weights import weigh
from rules.learning.teach.learn_classes import learn_classes
from rules.rulebook.load import find
from rules.text_model.model import shipped
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS
from tests.own_words import own_words

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIVE = ("ann", "ben", "cy", "dee", "eve")
BOOK = find("default")
KEY = b"a key of the tests, 32 bytes long"
PREDICT = class_predictor(KEY, lambda _: BOOK)


def judged(count: int, seed: int) -> list[Example]:
    """Issues in a team's own words with what the team calls them, decided an hour each."""
    lessons = [
        Lesson(
            issue_from_row({"summary": text, "key": f"SHOP-{n}"}, n),
            "kind",
            kind,
            "correction",
            at=NOW + timedelta(hours=n),
        )
        for n, (text, kind) in enumerate(own_words(count, seed))
    ]
    with ExitStack() as stack:
        return examples_of(lessons, judging(lambda _: BOOK, shipped(), NOW, stack))


@pytest.fixture(scope="module")
def right() -> list[Example]:
    return judged(100, 1)


@pytest.fixture(scope="module")
def later() -> list[Example]:
    return judged(150, 2)


def by(people: Sequence[str], examples: Sequence[Example], careless: str = "") -> list[Example]:
    """Each decides in turn; one of them calls every issue something else."""
    dice = random.Random(1)
    found = []
    for n, one in enumerate(examples):
        who, value = people[n % len(people)], one.lesson.value
        if who == careless:
            value = dice.choice([kind for kind in KINDS if kind != value])
        lesson = replace(one.lesson, account=who, name=who.title(), value=value)
        found.append(replace(one, lesson=lesson))
    return found


def weighed(examples: Sequence[Example], lowered: Sequence[str] = ()) -> list[Example]:
    lessons = weigh([one.lesson for one in examples], lowered=lowered)
    return [Example(one, old.assessment) for one, old in zip(lessons, examples, strict=True)]


def share(taught: Sequence[Example], asked: Sequence[Example]) -> float:
    """The share of issues that Sluice decides as the team does."""
    seal = Seal(KEY)
    head = learn_classes(taught, seal)
    assert head
    found = [
        with_team(BOOK, one.assessment.classification, head, view_of(seal, one.assessment))
        for one in asked
    ]
    pairs = zip(found, asked, strict=True)
    return sum(kind.kind == one.lesson.value for kind, one in pairs) / len(asked)


@pytest.mark.slow
def test_a_careless_person_among_five_is_named_and_harmless(
    right: list[Example], later: list[Example]
) -> None:
    team = by(FIVE, right, careless="eve")
    (eve,) = contradicted(weighed(team), PREDICT)
    assert (eve.account, eve.name, eve.sure) == ("eve", "Eve", True)
    assert eve.contradicted > 0.9 * eve.compared
    assert "Eve: " in str(eve) and asks_first([eve], 0.0) == []
    alone = [one for one in team if one.lesson.account != "eve"]
    without_her, unguarded = share(weighed(alone), later), share(weighed(team), later)
    guarded = share(weighed(team, lowered=["eve"]), later)
    assert guarded >= without_her - 0.02
    assert guarded > unguarded


@pytest.mark.parametrize("people", [("ann",), ("ann", "ben"), ("ann", "ben", "cy"), FIVE])
def test_in_an_honest_team_nobody_is_named(right: list[Example], people: Sequence[str]) -> None:
    assert contradicted(weighed(by(people, right)), PREDICT) == []


def test_of_two_who_contradict_each_other_both_are_named_and_an_admin_is_asked(
    right: list[Example],
) -> None:
    found = contradicted(weighed(by(("ann", "eve"), right, careless="eve")), PREDICT)
    assert {one.account for one in found} == {"ann", "eve"}
    assert not any(one.sure for one in found) and len(asks_first(found, 0.0)) == 2


def plain(*summaries: str) -> list[Example]:
    """Issues whose class rules and model see at once, with this class."""
    rows = [issue_from_row({"summary": text}, n) for n, text in enumerate(summaries)]
    lessons = [Lesson(row, "kind", "tech_debt", "correction", at=NOW) for row in rows]
    with ExitStack() as stack:
        found = examples_of(lessons, judging(lambda _: BOOK, shipped(), NOW, stack))
    kinds = [one.assessment.classification.kind for one in found]
    assert set(kinds) <= {*KINDS}
    return [
        replace(one, lesson=replace(one.lesson, value=kind))
        for one, kind in zip(found, kinds, strict=True)
    ]


def test_a_careless_person_alone_is_named_and_an_admin_is_asked() -> None:
    things = ("mole", "quay", "crane", "ramp", "ledger", "galley")
    clear = plain(*[f"Refactor the {t}" for t in things], *[f"Spike: the {t}" for t in things])
    assert contradicted(weighed(by(("eve",), clear)), PREDICT) == []
    (eve,) = contradicted(weighed(by(("eve",), clear, careless="eve")), PREDICT)
    assert not eve.sure and asks_first([eve], 0.0) == [str(eve)]
    few = weighed(by(("eve",), clear, careless="eve"))
    assert contradicted(few, lambda _, them: [None] * len(them), judged=100) == []


def test_decisions_that_others_replaced_count_against_a_person(right: list[Example]) -> None:
    nothing: Predict = lambda _, them: [None] * len(them)  # noqa: E731
    team = weighed(by(FIVE, right))
    assert contradicted(team, nothing) == []
    (eve,) = contradicted(team, nothing, overruled={"eve": 9, "ann": 1})
    assert (eve.account, eve.compared) == ("eve", 9)


def test_of_decisions_without_a_person_and_of_a_few_nobody_is_named(right: list[Example]) -> None:
    assert contradicted(weighed(right), PREDICT) == []
    assert contradicted([], PREDICT) == []
    assert contradicted(weighed(by(FIVE, right[:20], careless="eve")), PREDICT) == []


def test_a_shift_of_the_mix_of_more_than_a_third_asks_first() -> None:
    debt, need = ["tech_debt"], ["business_need"]
    assert mix_shift(debt * 3 + need * 3, debt * 5 + need) == pytest.approx(1 / 3)
    assert asks_first([], mix_shift(debt * 3 + need * 3, debt * 5 + need)) == []
    (reason,) = asks_first([], mix_shift(debt * 3 + need * 3, debt * 6))
    assert "50%" in reason


kinds = st.lists(st.sampled_from([*KINDS, "undecided"]))


@given(kinds, kinds)
def test_a_shift_is_a_share_and_the_same_in_both_directions(
    before: list[str], after: list[str]
) -> None:
    assert 0 <= mix_shift(before, after) <= 1 + 1e-9
    assert mix_shift(before, after) == pytest.approx(mix_shift(after, before))
    assert mix_shift(before, before) == mix_shift(before, [*before, "undecided"]) == 0


@pytest.fixture(scope="module")
def many() -> Iterator[list[Example]]:
    yield judged(400, 3)


@pytest.mark.slow
def test_honest_teams_of_any_size_name_hardly_anybody(many: list[Example]) -> None:
    """At a level of one percent, one of a hundred teams may name somebody."""
    dice, named = random.Random(7), 0
    for _ in range(60):
        some = dice.sample(many, 100)
        people = FIVE[: dice.randint(2, 5)]
        noisy = [
            replace(one, lesson=replace(one.lesson, value=dice.choice(KINDS)))
            if dice.random() < 0.15
            else one
            for one in by(people, some)
        ]
        named += bool(contradicted(weighed(noisy), PREDICT))
    assert named <= 3
