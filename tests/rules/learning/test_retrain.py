"""A team's text model, tried against the one in use on what people set last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.assess.assessment import Classification
from rules.facts.issue import Issue, Managed
from rules.facts.jsonl import issue_from_row
from rules.learning.evaluate import evaluate
from rules.learning.feedback import lessons_of
from rules.learning.lessons import Lesson
from rules.learning.retrain import (
    Retrained,
    collect_feedback,
    count_new,
    retrain,
    split,
    trained_until,
)
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped
from rules.text_model.model_file import ModelError
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from tests.own_words import own_words

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEY = b"a key of the tests, 32 bytes long"
BOOK = """\
book: team
classify: {{model: {model}}}
rules:
  - {{id: chores, when: labels = chore, class: {{tech_debt: 3}}, because: Labelled as a chore.}}
  - {{id: asked, when: text ~ customer, class: {{business_need: 9}}, because: A customer.}}
"""


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return parse_book(BOOK.format(model=1.5).encode(), "team.yaml")


def issue(number: int = 1, kind: str | None = None, **row: object) -> Issue:
    day = (NOW - timedelta(days=900 - number)).isoformat()
    given = {"summary": "A customer waits", "key": f"SHOP-{number}", "updated": day, **row}
    return replace(issue_from_row(given, number), kept=Managed(kind=kind))


def taught(book: Rulebook, *issues: Issue) -> list[Lesson]:
    return collect_feedback(issues, lambda _: book, NOW)


def people(count: int, seed: int = 1) -> list[Issue]:
    return [
        issue(n, kind, summary=text) for n, (text, kind) in enumerate(own_words(count, seed), 1)
    ]


def test_the_latest_fifth_of_what_people_set_is_held_out(book: Rulebook) -> None:
    parts = split(taught(book, *reversed(people(100)), issue(95, labels=["chore"])))
    assert [x.issue.key for x in parts.held_out] == [f"SHOP-{n}" for n in range(81, 101)]
    assert [x.issue.key for x in parts.training] == [f"SHOP-{n}" for n in range(1, 81)]


def test_without_times_the_order_counts(book: Rulebook) -> None:
    issues = [replace(x, fields={**x.fields, "updated": None}) for x in reversed(people(20))]
    parts = split(taught(book, *issues))
    assert [x.issue.key for x in parts.held_out] == [f"SHOP-{n}" for n in range(10, 0, -1)]


def test_what_the_model_in_use_has_seen_is_not_held_out(book: Rulebook) -> None:
    all_of_it = taught(book, *people(40))
    since = all_of_it[29].at
    assert [x.issue.key for x in split(all_of_it, since).held_out] == [
        f"SHOP-{n}" for n in range(31, 41)
    ]
    with pytest.raises(ModelError, match="40 issues, 9 of them since the current model"):
        split(all_of_it, all_of_it[30].at)


def test_too_few_corrections_are_told_with_how_many_it_takes(book: Rulebook) -> None:
    with pytest.raises(ModelError, match=r"people set the class of 19 issues\. Training needs 20"):
        split(taught(book, *people(19)))


def test_a_model_of_a_team_is_tried_against_the_one_in_use(book: Rulebook) -> None:
    feedback = taught(book, *people(60))
    found = retrain(feedback, lambda _: book, None, KEY, NOW)
    assert found.better and found.new.accuracy >= found.old.accuracy + 0.1
    assert found.model.info["evaluation"] == {
        "held out": 12,
        "before": found.old.accuracy,
        "after": found.new.accuracy,
    }
    assert found.model.info["base model"] == shipped().digest
    assert trained_until(found.model) == feedback[-1].at
    assert count_new(feedback, found.model) == 0
    assert count_new(taught(book, *people(63)), found.model) == 3
    assert "SHOP-" not in str(found.model.info), "no key of an issue stays in the file"


def test_a_model_that_learned_from_chance_is_no_better(book: Rulebook) -> None:
    kinds = ["tech_debt", "business_need", "exploration"]
    by_chance = [issue(n, kinds[n % 3], summary="One and the same") for n in range(60)]
    found = retrain(taught(book, *by_chance), lambda _: book, None, KEY, NOW)
    assert not found.better


@pytest.mark.parametrize(
    ("gained", "lost", "better"),
    [(0, 0, False), (1, 0, False), (2, 0, True), (5, 3, False), (6, 2, True), (2, 6, False)],
)
def test_a_new_model_has_to_win_by_more_than_one_standard_error(
    gained: int, lost: int, better: bool
) -> None:
    kind = Classification("tech_debt", 1.0, "rules", guess="tech_debt")
    figures = evaluate(["tech_debt"], [kind])
    assert Retrained(TeamModel(Seal(KEY)), figures, figures, gained, lost).better is better


def test_a_lesson_that_has_no_time_counts_as_new(book: Rulebook) -> None:
    (item,) = lessons_of(issue(1, "exploration", updated=None))
    assert item.at is None
    assert count_new([item], None) == 1


def test_a_book_that_gives_models_no_vote_is_told() -> None:
    mute = parse_book(BOOK.format(model=0).encode(), "team.yaml")
    with pytest.raises(ModelError, match="rulebook team gives text models no weight"):
        retrain(taught(mute, *people(60)), lambda _: mute, None, KEY, NOW)
