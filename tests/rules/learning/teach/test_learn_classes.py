"""What people decide reaches the class, whatever the rulebook says; and nothing else changes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.teach.learn import learn
from rules.rulebook.load import find, parse_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from tests.own_words import own_words
from tests.rules.learning.wordings import KEPT_ASIDE, OURS, USUAL, WORDINGS, issues

KEY = b"a key of the tests"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
ENOUGH = 25

HEAVY = """
book: heavy
include: default
rules:
  - id: stories-are-needs
    when: type = Story
    because: Product owners write stories.
    class: {business_need: 10}
  - id: tasks-are-debt
    when: type = Task
    because: Engineers write tasks.
    class: {tech_debt: 10}
"""


class Team:
    """A rulebook, and people who decide on issues. It judges by what ships without `team`."""

    def __init__(self, book: Rulebook, judge: Judge) -> None:
        self.book, self.judge = book, judge

    def example(self, text: str, kind: str, **more: object) -> Example:
        """Return what somebody decided on an issue, beside what ships says."""
        found = issue(text)
        lesson = replace(Lesson(found, "kind", kind, "correction"), **more)  # type: ignore[arg-type]
        return Example(lesson, self.judge.assess(found, NOW))

    def examples(self, wording: str, kind: str, count: int, seed: int = 0) -> list[Example]:
        return [self.example(text, kind) for text in issues(wording, count, seed)]

    def kinds(self, texts: Sequence[str], team: TeamModel | None) -> list[str]:
        """Return the decided class of each text, undecided among them."""
        with closing(Judge(self.book, "en", shipped(), team=team)) as judge:
            return [judge.assess(issue(text), NOW).classification.kind for text in texts]


def issue(text: str) -> Issue:
    """Return an issue of a text: its first line is the title."""
    title, _, body = text.partition("\n")
    return issue_from_row({"summary": title, "description": body})


@pytest.fixture(scope="module")
def usual() -> Iterator[Team]:
    book = find("default")
    with closing(Judge(book, "en", shipped())) as judge:
        yield Team(book, judge)


def others(left_out: str = "", count: int = 3) -> list[str]:
    """Issues in the other wordings, of things that nobody decided on."""
    wordings = [w for w in (*USUAL, *WORDINGS, *OURS) if w != left_out]
    return [text for wording in wordings for text in issues(wording, count, seed=1)]


def share(found: Sequence[str], kind: str) -> float:
    return sum(one == kind for one in found) / len(found)


def changed(team: Team, model: TeamModel, texts: Sequence[str]) -> float:
    pairs = zip(team.kinds(texts, None), team.kinds(texts, model), strict=True)
    return sum(one != other for one, other in pairs) / len(texts)


@pytest.mark.parametrize(("wording", "kind"), WORDINGS.items())
def test_twenty_five_corrections_of_a_wording_decide_it_and_leave_the_others(
    usual: Team, wording: str, kind: str
) -> None:
    later = [*issues(wording, 30, seed=1)]
    assert share(usual.kinds(later, None), kind) == 0
    model = learn(usual.examples(wording, kind, ENOUGH), KEY)
    assert share(usual.kinds(later, model), kind) >= 0.95
    assert changed(usual, model, others(wording)) <= 0.06


TEA = "Tea with the {x} crew"
ANY_OTHER = [one for one in [*OURS.items(), *KEPT_ASIDE.items()] if one[0] != TEA]
SEVEN = pytest.mark.xfail(reason="seven of a hundred other issues change")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wording", "kind"), [*ANY_OTHER, pytest.param(TEA, KEPT_ASIDE[TEA], marks=SEVEN)]
)
def test_so_does_any_other_wording(usual: Team, wording: str, kind: str) -> None:
    later = [*issues(wording, 30, seed=1)]
    model = learn(usual.examples(wording, kind, ENOUGH), KEY)
    assert share(usual.kinds(later, model), kind) >= 0.9
    assert changed(usual, model, others(wording)) <= 0.06


@pytest.fixture(scope="module")
def all_at_once(usual: Team) -> TeamModel:
    """What a team teaches that calls eight wordings otherwise and the rest as everybody does."""
    told = [one for w, kind in WORDINGS.items() for one in usual.examples(w, kind, ENOUGH)]
    told += [one for w, kind in USUAL.items() for one in usual.examples(w, kind, 6)]
    random.Random(1).shuffle(told)
    return learn(told, KEY)


@pytest.mark.parametrize(("wording", "kind"), WORDINGS.items())
def test_a_team_can_call_many_wordings_otherwise(
    usual: Team, all_at_once: TeamModel, wording: str, kind: str
) -> None:
    assert share(usual.kinds([*issues(wording, 20, seed=1)], all_at_once), kind) >= 0.95


def test_what_the_team_calls_as_everybody_does_stays(usual: Team, all_at_once: TeamModel) -> None:
    texts = [text for wording in USUAL for text in issues(wording, 5, seed=1)]
    assert changed(usual, all_at_once, texts) <= 0.02


def test_a_heavy_rule_on_the_type_is_outvoted_too() -> None:
    book = parse_book(HEAVY.encode(), "heavy.yaml")
    with closing(Judge(book, "en", shipped())) as judge:

        def typed(text: str, kind: str) -> Issue:
            title, _, body = text.partition("\n")
            return issue_from_row({"summary": title, "description": body, "type": kind})

        told = [typed(text, "Story") for text in issues("Add a {x} button", ENOUGH, 0)]
        lessons = [Lesson(one, "kind", "tech_debt", "correction") for one in told]
        model = learn([Example(one, judge.assess(one.issue, NOW)) for one in lessons], KEY)
        with closing(Judge(book, "en", shipped(), team=model)) as after:
            later = [typed(text, "Story") for text in issues("Add a {x} button", 20, 1)]
            found = [after.assess(one, NOW).classification for one in later]
            assert {one.kind for one in found} == {"tech_debt"}
            assert min(one.confidence for one in found) >= 0.6
            rest = [typed(text, "Story") for w in USUAL for text in issues(w, 3, 1)]
            pairs = [(judge.assess(one, NOW), after.assess(one, NOW)) for one in rest]
            same = [a.classification.kind == b.classification.kind for a, b in pairs]
            assert sum(same) / len(same) >= 0.75, "their texts speak against the rule"


def test_a_new_meaning_is_followed_though_the_old_one_has_more_decisions(usual: Team) -> None:
    """100 decisions of one class over three months, then 25 of another in three weeks."""
    texts = [*issues("Refactor the {x}", 125, seed=0)]
    told = []
    for n, text in enumerate(texts):
        age = 21 + 0.9 * (100 - n) if n < 100 else 0.84 * (125 - n)
        kind = "business_need" if n < 100 else "exploration"
        weight, at = 0.5 ** (age / 90), NOW - timedelta(days=age)
        told.append(usual.example(text, kind, weight=weight, at=at))
    later = [*issues("Refactor the {x}", 20, seed=1)]
    assert share(usual.kinds(later, learn(told[:100], KEY)), "business_need") >= 0.95
    assert share(usual.kinds(later, learn(told, KEY)), "exploration") >= 0.95


def test_fifty_issues_teach_it_a_teams_own_words(usual: Team) -> None:
    model = learn([usual.example(text, kind) for text, kind in own_words(50)], KEY)
    later = [*own_words(200, seed=2)]
    texts, kinds = zip(*later, strict=True)
    before, after = (
        sum(a == b for a, b in zip(usual.kinds(texts, team), kinds, strict=True)) / len(later)
        for team in (None, model)
    )
    assert after > 0.9 and after > before + 0.2


@pytest.mark.parametrize("wrong", [0.1, 0.2, 0.4])
def test_wrong_decisions_at_random_do_no_harm(usual: Team, wrong: float) -> None:
    kinds = ("tech_debt", "business_need", "exploration")
    dice = random.Random(int(wrong * 10))

    def told(kind: str) -> str:
        return dice.choice([k for k in kinds if k != kind]) if dice.random() < wrong else kind

    texts = [(text, kind) for w, kind in USUAL.items() for text in issues(w, 8, seed=0)]
    model = learn([usual.example(text, told(kind)) for text, kind in texts], KEY)
    rest = [(text, kind) for w, kind in USUAL.items() for text in issues(w, 10, seed=1)]
    found = usual.kinds([text for text, _ in rest], model)
    before = usual.kinds([text for text, _ in rest], None)
    right, was = (
        sum(one == kind for one, (_, kind) in zip(several, rest, strict=True)) / len(rest)
        for several in (found, before)
    )
    assert right >= was - 0.02


def test_the_order_of_decisions_with_a_time_does_not_matter(usual: Team) -> None:
    told = [
        usual.example(text, "exploration", at=NOW - timedelta(days=n))
        for n, text in enumerate(issues("Refactor the {x}", 20, 0))
    ]
    shuffled = random.Random(2).sample(told, len(told))
    later = [*issues("Refactor the {x}", 5, seed=1)]
    assert usual.kinds(later, learn(told, KEY)) == usual.kinds(later, learn(shuffled, KEY))


def test_names_of_people_are_not_learned_even_sealed(usual: Team) -> None:
    texts = [*issues("Ask Okonkwo about the {x}", 10, seed=0)]

    def named(people: tuple[str, ...]) -> TeamModel:
        told = [
            usual.example(text, "exploration", issue=replace(issue(text), people=people))
            for text in texts
        ]
        return learn(told, KEY)

    without, known = named(("Ada Okonkwo",)), named(())
    assert without.classes and known.classes
    name = known.seal.name("title", "okonkwo")
    assert name in known.classes.names and name not in without.classes.names


def test_without_a_decision_on_a_class_nothing_is_learned(usual: Team) -> None:
    assert learn([], KEY).classes is None
    priority = usual.example("Weed the quay", "High", field="priority")
    assert learn([priority], KEY).classes is None


def test_a_single_decision_is_learned_from_a_little(usual: Team) -> None:
    model = learn([usual.example("Refactor the kiln", "exploration")], KEY)
    assert changed(usual, model, others()) == 0
