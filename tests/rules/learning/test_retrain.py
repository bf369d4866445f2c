"""A challenger that learned from people's decisions, against the model in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.facts.issue import Issue, Managed
from rules.learning.compare.known import count_new, trained_until
from rules.learning.compare.outcome import Comparison
from rules.learning.evidence.feedback import collect_lessons
from rules.learning.evidence.lessons import Lesson
from rules.learning.retrain import Around, Retrained, retrain
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import KINDS
from tests.own_words import own_words
from tests.rules.learning.shop import BOOK, NOW, issue

KEY = b"a key of the tests, 32 bytes long"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return parse_book(BOOK.encode(), "team.yaml")


def people(count: int, seed: int = 1) -> list[Issue]:
    return [
        issue(n, kind, summary=text) for n, (text, kind) in enumerate(own_words(count, seed), 1)
    ]


def taught(book: Rulebook, issues: list[Issue]) -> list[Lesson]:
    return collect_lessons(issues, lambda _: book, NOW)


def tried(
    book: Rulebook,
    issues: list[Issue],
    in_use: TeamModel | None = None,
    around: Around | None = None,
    *,
    approved: bool = False,
) -> Retrained:
    lessons = taught(book, issues)
    return retrain(lessons, lambda _: book, in_use, KEY, NOW, around, approved=approved)


def by_chance(count: int, first: int = 0) -> list[Issue]:
    return [
        issue(first + n, KINDS[n % 3], summary=f"One and the same {n // 3}") for n in range(count)
    ]


@pytest.fixture(scope="module")
def first(book: Rulebook) -> Retrained:
    return tried(book, people(30))


def test_a_challenger_that_learned_the_teams_words_is_taken(first: Retrained) -> None:
    found = first.comparison.classes
    assert found and found.outcome.taken and found.outcome.p < 0.01
    assert found.after.right >= found.before.right + 0.1
    assert found.after.decided >= found.before.decided
    assert first.model.classes == first.challenger.classes


def test_the_first_five_decisions_only_teach(first: Retrained) -> None:
    assert first.comparison.classes and first.comparison.classes.after.issues == 25


def test_the_model_tells_where_it_comes_from_and_names_no_issue(
    book: Rulebook, first: Retrained
) -> None:
    lessons = taught(book, people(30))
    info = first.model.info
    assert info["base model"] == shipped().digest
    assert trained_until(first.model, "kind") == lessons[-1].at
    assert Comparison.from_json(info["comparison"]).reason == first.comparison.reason
    assert "SHOP-" not in str(info)


@pytest.mark.slow
def test_only_decisions_that_the_model_in_use_did_not_learn_from_judge_it(
    book: Rulebook, first: Retrained
) -> None:
    assert count_new(taught(book, people(30)), first.model) == 0
    assert count_new(taught(book, people(43)), first.model) == 13
    again = tried(book, people(43), first.model)
    assert again.comparison.classes and again.comparison.classes.after.issues == 8
    assert not again.taken and "a comparison needs 10" in again.comparison.reason
    assert again.model.classes == first.model.classes
    assert trained_until(again.model, "kind") == trained_until(first.model, "kind")


def test_without_a_new_decision_nothing_is_compared(book: Rulebook, first: Retrained) -> None:
    again = tried(book, people(30), first.model)
    assert again.comparison == Comparison() and not again.taken
    assert again.model.digest == first.model.digest


@pytest.mark.slow
def test_what_a_team_sets_by_chance_is_not_taken(book: Rulebook) -> None:
    found = tried(book, by_chance(30))
    assert found.comparison.classes and not found.taken
    assert found.model.classes is None


@pytest.mark.slow
def test_a_team_that_changes_its_mind_is_followed_only_when_it_shows(
    book: Rulebook, first: Retrained
) -> None:
    def turned(one: Issue) -> Issue:
        kind = one.kept.kind or ""
        return replace(one, kept=Managed(kind=KINDS[(KINDS.index(kind) + 1) % 3]))  # type: ignore[arg-type]

    def later(count: int) -> list[Issue]:
        return people(30) + [turned(one) for one in people(30 + count)[30:]]

    few = tried(book, later(12), first.model)
    assert not few.taken
    many = tried(book, later(60), first.model, Around(half_life_days=10))
    assert many.taken, many.comparison.reason


@pytest.mark.slow
def test_lessons_of_the_rulebook_teach_but_do_not_judge(book: Rulebook) -> None:
    typed = [issue(n, labels=["chore"], summary=f"chore {n}") for n in range(100, 130)]
    found = tried(book, people(30) + typed)
    assert found.comparison.classes and found.comparison.classes.after.issues == 25
    only = tried(book, typed)
    assert only.comparison == Comparison() and not only.taken


@pytest.mark.slow
def test_a_new_mix_of_classes_on_issues_that_nobody_decided_asks_a_person(book: Rulebook) -> None:
    # Before, only what customers say is decided, so that all of it is one class.
    texts = ["A customer waits"] * 10 + [text for text, _ in own_words(60, 7)]
    others = [issue(n, summary=text) for n, text in enumerate(texts, 900)]
    found = tried(book, people(30), None, Around(others=others))
    assert found.comparison.taken and not found.taken
    assert "would change sides in the mix of classes" in found.reason
    assert found.challenger.classes and found.model.classes is None
    agreed = tried(book, people(30), None, Around(others=others), approved=True)
    assert agreed.taken and agreed.model.classes == agreed.challenger.classes
    assert found.agreed and found.agreed.digest == agreed.model.digest


@pytest.mark.slow
def test_a_person_whom_the_others_contradict_is_named_and_counts_little(book: Rulebook) -> None:
    def told(lesson: Lesson, number: int) -> Lesson:
        wrong = KINDS[(KINDS.index(lesson.value) + 1) % 3]  # type: ignore[arg-type]
        account = ("ana", "ben", "mallory")[number % 3]
        value = wrong if account == "mallory" else lesson.value
        return replace(lesson, account=account, value=value)

    lessons = [told(one, n) for n, one in enumerate(taught(book, people(60)))]
    found = retrain(lessons, lambda _: book, None, KEY, NOW)
    assert [one.account for one in found.contradicted] == ["mallory"]
    assert found.taken, found.reason


def ranked(count: int) -> list[Lesson]:
    """Return priorities of a team that calls leaks urgent and typing errors not."""
    found = []
    for n in range(count):
        rank = (n * 7 % 5) / 4
        word = ("typo in", "label of", "wait for", "crash of", "leak in")[round(rank * 4)]
        one = issue(n, summary=f"{word} the {('pier', 'quay', 'crane')[n % 3]} page {n}")
        at = NOW - timedelta(days=200 - n)
        found.append(Lesson(one, "priority", str(rank), "correction", "ana", at=at, rank=rank))
    return found


@pytest.mark.slow
def test_priorities_are_compared_by_themselves(book: Rulebook) -> None:
    lessons = [*ranked(80), *taught(book, by_chance(40))]
    found = retrain(lessons, lambda _: book, None, KEY, NOW)
    assert found.comparison.ranking and found.comparison.ranking.outcome.taken, found.reason
    assert found.comparison.ranking.after.spearman > 0.5
    assert found.comparison.classes and not found.comparison.classes.outcome.taken
    assert found.model.ranking == found.challenger.ranking and found.model.classes is None
    assert trained_until(found.model, "priority") and not trained_until(found.model, "kind")


def test_a_lesson_without_a_time_counts_as_new(book: Rulebook, first: Retrained) -> None:
    (lesson,) = taught(book, [issue(1, "exploration", updated=None)])
    assert lesson.at is None and count_new([lesson], first.model) == 1


@pytest.mark.slow
@pytest.mark.parametrize("approved", [False, True])
def test_a_careless_person_alone_takes_no_vote_from_a_rule_until_a_person_agrees(
    *, approved: bool
) -> None:
    spam = "  - {id: spam, when: text ~ customer, gate: reject, because: It is spam.}\n"
    book = parse_book((BOOK + spam).encode(), "team.yaml")
    wrong = [issue(n, KINDS[2 * (n % 2)], summary=f"A customer waits {n}") for n in range(24)]
    kept = [replace(one, kept=replace(one.kept, verdict="accept")) for one in wrong]
    lessons = [replace(one, account="eve") for one in taught(book, kept)]
    found = retrain(lessons, lambda _: book, None, KEY, NOW, approved=approved)
    assert [(one.account, one.sure) for one in found.contradicted] == [("eve", False)]
    counts = found.model.reliability
    assert (counts is not None and counts.vote("spam") == 0.0) is approved
