"""What people's decisions say of the rules that spoke."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.assess.asks import ask_digest
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Answer, Issue, Managed, Record
from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.teach.count_reliability import count_reliability
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.team.model import TeamModel
from rules.text_model.team.reliability import RuleCount
from rules.text_model.team.seal import Seal

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEY = b"a key of the tests, 32 bytes long"
BOOK = """\
book: team
rules:
  - {id: pier, when: text ~ pier, class: {tech_debt: 3}, because: A pier.}
  - {id: quay, when: text ~ quay, class: {exploration: -2}, because: A quay.}
  - {id: later, when: text ~ later, gate: defer, because: Not now.}
  - {id: thin, when: text ~ thin, gate: needs_info, because: Thin., ask: Say more.}
  - {id: look, when: text ~ look, gate: review, because: Look.}
  - {id: spam, when: text ~ spam, gate: reject, because: Spam.}
  - {id: law, when: text ~ law, gate: review, because: The law., firm: true}
"""


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return parse_book(BOOK.encode(), "team.yaml")


@pytest.fixture(scope="module")
def judge(book: Rulebook) -> Iterator[Judge]:
    with closing(Judge(book)) as found:
        yield found


def issue(text: str) -> Issue:
    return issue_from_row({"summary": text, "description": "Of the harbour."}, 1)


def decided(judge: Judge, text: str, value: str, count: int = 1, **more: Any) -> list[Example]:
    """So many decisions of people on such an issue, a day each, the oldest first."""
    given: dict[str, Any] = {"field": "verdict", "by": "correction", **more}
    found = judge.assess(given.pop("issue", issue(text)), NOW)
    return [
        Example(
            Lesson(found.issue, value=value, at=NOW + timedelta(days=n), **given),
            found,
        )
        for n in range(count)
    ]


def told(examples: list[Example]) -> dict[str, tuple[int, int]]:
    """How many people agreed and contradicted, by rule."""
    found = count_reliability(examples)
    counts = found.counts if found else {}
    return {rule: (one.times_agreed, one.times_contradicted) for rule, one in counts.items()}


def test_a_class_agrees_with_the_rules_for_it_and_contradicts_those_for_another(
    judge: Judge,
) -> None:
    assert told(decided(judge, "pier quay", "tech_debt", field="kind")) == {
        "pier": (1, 0),
        "quay": (1, 0),
    }
    assert told(decided(judge, "pier quay", "exploration", field="kind")) == {
        "pier": (0, 1),
        "quay": (0, 1),
    }


def test_what_the_book_says_itself_is_no_witness_for_it(judge: Judge) -> None:
    assert told(decided(judge, "pier", "tech_debt", field="kind", by="book")) == {}
    assert told(decided(judge, "pier", "Medium", field="priority")) == {}
    assert count_reliability([]) is None


def test_to_accept_against_a_rejection_contradicts_the_rules_that_rejected_and_no_others(
    judge: Judge,
) -> None:
    assert told(decided(judge, "spam look later", "accept")) == {"spam": (0, 1)}
    assert told(decided(judge, "later", "accept")) == {"later": (0, 1)}


def test_the_same_verdict_agrees_with_every_rule_that_gave_it(judge: Judge) -> None:
    assert told(decided(judge, "spam look", "review")) == {"look": (1, 0), "spam": (0, 1)}
    assert told(decided(judge, "spam", "reject", by="confirmation")) == {"spam": (1, 0)}


def test_a_stricter_verdict_contradicts_no_rule(judge: Judge) -> None:
    assert told(decided(judge, "later", "reject")) == {}
    assert told(decided(judge, "later", "Not now")) == {}


def test_behind_a_rule_that_lost_its_vote_the_next_one_leads(judge: Judge) -> None:
    assert told(decided(judge, "spam look", "accept", 8)) == {"spam": (0, 8)}
    assert told(decided(judge, "spam look", "accept", 10)) == {"spam": (0, 10), "look": (0, 2)}


def test_people_can_give_a_vote_back(judge: Judge) -> None:
    lost = decided(judge, "spam", "accept", 9)
    found = count_reliability(lost)
    assert found and found.vote("spam") == 0.0
    later = [
        replace(one, lesson=replace(one.lesson, at=NOW + timedelta(days=99)))
        for one in decided(judge, "spam", "reject", 2)
    ]
    again = count_reliability([*later, *lost])
    assert again and again.vote("spam") == 1.0


def test_a_question_that_got_a_reply_did_its_work_and_an_answered_one_was_right(
    judge: Judge, book: Rulebook
) -> None:
    thin = next(rule for rule in book.rules if rule.id == "thin")
    record = Record(Managed(), "digest", asks={ask_digest(thin): NOW})
    reply = Answer(NOW + timedelta(hours=1), "Forty customers wait for it since the first of May.")
    heard = replace(issue("thin"), record=record, answers=(reply,))
    assert told(decided(judge, "thin", "accept", issue=heard)) == {}
    assert told(decided(judge, "thin", "accept")) == {"thin": (0, 1)}
    answered = replace(issue("harbour"), record=record)
    found = decided(judge, "", "needs_info", by="answer", issue=answered, weight=0.5)
    counted = count_reliability(found)
    assert counted and counted.counts == {"thin": RuleCount(0.5, 0, 1, 0)}


def test_an_age_counts_from_the_newest_decision_on_the_same_rule(judge: Judge) -> None:
    """Nobody contradicts a rule without a vote, and that alone must not give the vote back."""
    old = [
        replace(one, lesson=replace(one.lesson, weight=0.1, freshness=0.1))
        for one in decided(judge, "spam", "accept", 9)
    ]
    found = count_reliability([*old, *decided(judge, "pier", "tech_debt", field="kind")])
    assert found and found.vote("spam") == 0.0
    assert found.counts["spam"].contradicted == pytest.approx(9)


def with_team(book: Rulebook, examples: list[Example], text: str) -> Assessment:
    team = TeamModel(Seal(KEY), reliability=count_reliability(examples))
    with closing(Judge(book, team=team)) as judge:
        return judge.assess(issue(text), NOW)


def test_a_rule_without_a_vote_fires_and_decides_nothing(judge: Judge, book: Rulebook) -> None:
    contradicted = decided(judge, "thin", "accept", 11) + decided(judge, "thin", "needs_info")
    assert with_team(book, contradicted, "later").decision.verdict == "defer"
    found = with_team(book, contradicted, "thin later")
    assert found.decision.verdict == found.proposed.verdict == "defer"
    assert found.decision.asks.open == ()
    (thin,) = [one for one in found.firings if one.rule == "thin"]
    assert thin.retired and thin.here == RuleCount(1, 11, 1, 11)
    assert "thin" not in [one.rule for one in found.decision.because]


def test_a_question_of_a_rule_without_a_vote_is_not_ticked(judge: Judge, book: Rulebook) -> None:
    thin = next(rule for rule in book.rules if rule.id == "thin")
    record = Record(Managed(), "digest", asks={ask_digest(thin): NOW})
    team = TeamModel(Seal(KEY), reliability=count_reliability(decided(judge, "thin", "accept", 11)))
    with closing(Judge(book, team=team)) as taught:
        found = taught.assess(replace(issue("thin look"), record=record), NOW)
    assert found.decision.asks.ticked == found.decision.asks.answered == ()


def test_a_firm_rule_keeps_its_vote_and_its_counts_are_shown(judge: Judge, book: Rulebook) -> None:
    contradicted = decided(judge, "law", "accept", 40)
    found = with_team(book, contradicted, "law")
    assert found.decision.verdict == "review"
    assert [(one.retired, one.here) for one in found.firings] == [(False, RuleCount(0, 40, 0, 40))]


def test_no_name_and_no_account_gets_into_the_counts(judge: Judge) -> None:
    found = count_reliability(decided(judge, "spam", "accept", account="ann-7", name="Ann"))
    assert found and "ann" not in str(found.parts()).lower()
