"""Issue → Assessment: votes, measures, score, verdict, and what people keep."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue, Managed
from rules.facts.named import Named
from rules.rulebook.load import parse_book, shipped
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.text_model.urgency.model import shipped as shipped_urgency
from tests.rules.jql.random_conditions import NOW, fields

BOOK = """\
book: b
measures:
  pain: {weight: 2, min: -5, max: 10}
  cost: {weight: -3, max: 20}
base: 40
bands: [{from: 0, priority: Low}, {from: 50, priority: High}]
rules:
  - {id: debt, when: labels = debt, because: A label., class: {tech_debt: 3}}
  - {id: need, when: labels = need, because: A wish., class: {business_need: 3}}
  - {id: doubt, when: labels = unsure, because: Not sure., class: {tech_debt: -5}}
  - {id: weak, when: labels = hint, because: A hint., class: {exploration: 0.9}}
  - {id: hurts, when: votes > 0, because: It hurts., points: {pain: 6}}
  - {id: hurts-more, when: votes > 5, because: It hurts more., points: {pain: 6, cost: 1}}
  - {id: sweet, when: points < 0, because: It is sweet., points: {pain: -30}}
  - {id: dear, when: labels = dear, because: It is dear., points: {cost: 90}}
  - {id: debts-hurt, when: class = tech_debt, because: Debts hurt., points: {pain: 1}}
  - {id: low, when: score < 40, because: It scores low., gate: defer}
  - {id: ask, when: description is empty, because: No text., gate: needs_info, ask: "What?"}
  - {id: ask-too, when: description is empty and votes = 3, because: Three., gate: needs_info,
     ask: "What?"}
  - {id: look, when: confidence < 0.9 and class = business_need, because: Look., gate: review}
  - {id: spam, when: labels = spam, because: Spam., gate: reject}
  - {id: pained, when: pain >= 10 and cost < 1, because: It can wait., gate: defer}
"""


def book(text: str = BOOK) -> Rulebook:
    return parse_book(text.encode(), "b.yaml")


def judged(kept: Managed = Managed(), text: str = BOOK, **values: Any) -> Assessment:  # noqa: B008
    values.setdefault("description", "x")
    with closing(Judge(book(text))) as judge:
        return judge.assess(Issue("1", "A-1", "A", values, kept=kept), NOW)


@pytest.mark.parametrize(
    ("labels", "kind", "confidence"),
    [
        (("debt",), "tech_debt", 0.75),
        ((), "undecided", 0.0),
        (("debt", "need"), "undecided", 0.429),
        (("hint",), "undecided", 0.474),
        (("debt", "unsure"), "undecided", 0.0),
        (("debt", "need", "unsure"), "business_need", 0.75),
        (("debt", "hint"), "tech_debt", 0.612),
    ],
)
def test_the_class_with_most_votes_wins_unless_it_is_tied_or_doubtful(
    labels: tuple[str, ...], kind: str, confidence: float
) -> None:
    found = judged(labels=labels).classification
    assert (found.kind, found.confidence, found.source) == (kind, confidence, "rules")


def test_every_voice_is_evidence() -> None:
    evidence = judged(labels=("debt", "need")).classification.evidence
    assert [(e.rule, e.kind, e.weight) for e in evidence] == [
        ("debt", "tech_debt", 3),
        ("need", "business_need", 3),
    ]


@pytest.mark.parametrize(
    ("values", "pain", "cost", "score"),
    [
        ({}, 0, 0, 40),
        ({"votes": 1}, 6, 0, 52),
        ({"votes": 9}, 10, 1, 57),
        ({"points": -1.0}, -5, 0, 30),
        ({"labels": ("dear",)}, 0, 20, 0),
        ({"labels": ("debt",)}, 1, 0, 42),
    ],
)
def test_measures_and_score_stay_within_their_limits(
    values: dict[str, Any], pain: float, cost: float, score: float
) -> None:
    found = judged(**values)
    assert (found.measures, found.score) == ({"pain": pain, "cost": cost}, score)


def test_a_score_is_never_above_100() -> None:
    assert judged(text=BOOK.replace("weight: 2", "weight: 10"), votes=9).score == 100


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({}, "accept"),
        ({"points": -1.0}, "defer"),
        ({"points": -1.0, "description": None}, "needs_info"),
        ({"description": None, "labels": ("need",)}, "review"),
        ({"description": None, "labels": ("need", "spam"), "points": -1.0}, "reject"),
    ],
)
def test_of_the_verdicts_that_fire_the_strictest_wins(values: dict[str, Any], verdict: str) -> None:
    assert judged(**values).decision.verdict == verdict


def test_the_same_question_is_asked_once() -> None:
    assert judged(description=None, votes=3).decision.asks.open == ("What?",)


def test_a_class_of_a_person_steers_the_later_stages() -> None:
    found = judged(Managed(kind="tech_debt"), labels=("need",))
    assert (found.classification.kind, found.classification.source) == ("tech_debt", "person")
    assert found.classification.confidence == 1.0
    assert found.measures["pain"] == 1  # debts-hurt fired
    assert found.decision.verdict == "accept"  # look did not
    assert found.proposed.kind == "business_need"


def test_a_class_in_a_person_s_own_words_is_kept_as_it_is() -> None:
    assert judged(Managed(kind="Chore")).classification.kind == "Chore"


def test_a_score_of_a_person_steers_band_and_gate() -> None:
    found = judged(Managed(score=5.0), votes=9)
    assert (found.score, found.decision.priority, found.decision.verdict) == (5, "Low", "defer")
    assert found.proposed.score == 57


def test_a_verdict_and_a_priority_of_a_person_are_the_decision() -> None:
    found = judged(Managed(verdict="accept", priority="Blocker"), labels=("spam",))
    assert (found.decision.verdict, found.decision.priority) == ("accept", "Blocker")
    assert (found.proposed.verdict, found.proposed.priority) == ("reject", "Low")


def test_the_reasons_are_those_of_the_gate_and_the_sum_names_the_others() -> None:
    found = judged(votes=9, labels=("spam",))
    assert [firing.rule for firing in found.decision.because] == ["spam"]
    points = {term.source: term.points for term in found.scored.terms if term.measure == "pain"}
    assert points == {"hurts": 10, "hurts-more": 10}


def test_with_a_formula_the_reasons_lead_with_what_decided_and_then_weigh_most() -> None:
    text = BOOK.replace("base: 40", "base: 40\nscore: 40 + 2 * pain - 3 * cost")
    because = judged(text=text, votes=9, labels=("spam",)).decision.because
    assert [firing.rule for firing in because] == ["spam", "hurts", "hurts-more"]
    assert [firing.points for firing in because] == [0, 8, 5]


def test_a_firing_says_its_effect() -> None:
    found = judged(votes=9, labels=("debt", "spam")).firings
    assert [(f.rule, f.effect) for f in found] == [
        ("debt", "class: tech_debt +3"),
        ("hurts", "points: pain +6"),
        ("hurts-more", "points: pain +6, cost +1"),
        ("debts-hurt", "points: pain +1"),
        ("spam", "gate: reject"),
    ]


def test_the_digest_changes_with_facts_that_matter_and_with_no_others() -> None:
    first = judged(votes=1, updated=NOW, priority="Low", comments=1)
    for same in ({"updated": NOW + timedelta(1)}, {"priority": "High"}, {"comments": 5.0}):
        assert judged(**{**first.issue.fields, **same}).digest() == first.digest()
    for other in ({"votes": 2}, {"labels": ("x",)}, {"summary": "\ud800"}, {"new": None}):
        assert judged(**{**first.issue.fields, **other}).digest() != first.digest()
    assert judged(Managed(score=3.0), **first.issue.fields).digest() != first.digest()
    changed = BOOK.replace("pain: 6", "pain: 5")
    assert judged(text=changed, **first.issue.fields).digest() != first.digest()


def test_what_a_later_version_reads_leaves_the_digest_as_it_was() -> None:
    """A site goes on after an upgrade without a change of any record."""
    named = {"type": Named("Bug", ("10002",)), "component": (Named("Pay", ("1",)),)}
    first = judged(type="Bug", component=("Pay",))
    assert judged(**named).digest() == first.digest()
    assert judged(**named, category=Named("Shops", ("7",))).digest() == first.digest()
    asks = BOOK.replace("votes > 5", "category = Shops")
    assert asks != BOOK
    plain, shops = judged(text=asks), judged(text=asks, category="Shops")
    assert plain.digest() != shops.digest()


def test_the_order_of_the_rules_changes_nothing_but_the_order_of_the_reasons() -> None:
    head, rules = BOOK.split("rules:\n")
    turned = head + "rules:\n" + "\n  - ".join(["", *reversed(rules.strip("- \n").split("\n  - "))])
    for seed in range(30):
        values = fields(random.Random(seed))
        one, other = judged(**values), judged(text=turned, **values)
        assert (one.proposed, one.measures) == (other.proposed, other.measures)


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_same_input_gives_the_same_answer(seed: int) -> None:
    values = fields(random.Random(seed))
    one, other = judged(**values), judged(**values)
    assert one == other
    assert one.digest() == other.digest()


def test_a_judge_of_another_language_says_the_same_in_other_words() -> None:
    issue = Issue("1", "A-1", "A", {"summary": "Investigate crash"})
    with (
        closing(Judge(shipped("minimal"))) as english,
        closing(Judge(shipped("minimal"), "zh")) as chinese,
    ):
        one, other = english.assess(issue, NOW), chinese.assess(issue, NOW)
    assert one.proposed == other.proposed
    assert [f.rule for f in one.firings] == [f.rule for f in other.firings]
    assert all(not f.because.isascii() for f in other.firings)
    assert other.decision.asks.open == ("影响谁？希望怎么改？",)


def test_what_a_person_keeps_does_not_change_the_issue() -> None:
    issue = Issue("1", "A-1", "A", {"votes": 1}, kept=Managed(score=5.0))
    with closing(Judge(book())) as judge:
        found = judge.assess(issue, NOW)
    assert found.issue == replace(issue)


URGENT = """\
book: u
measures:
  urgent: {weight: 1, from: [{field: urgency, above: 50, times: 0.2}]}
base: 50
rules:
  - {id: soon, when: urgency >= 80, because: People call such issues urgent., gate: review}
"""


def test_urgency_feeds_a_measure_from_its_middle() -> None:
    crash = judged(text=URGENT, summary="Server crashes, all customers lose data", description="x")
    typo = judged(text=URGENT, summary="Typo in the tooltip of the logo", description="x")
    assert 6 < crash.measures["urgent"] <= 10 and crash.decision.verdict == "review"
    assert -10 <= typo.measures["urgent"] < -6 and typo.decision.verdict == "accept"


def test_without_urgency_the_measure_keeps_its_default() -> None:
    found = judged(text=URGENT, summary="生产环境宕机", description="所有客户都不能下单")
    assert found.measures["urgent"] == 0 and found.score == 50


def test_the_model_of_urgency_is_used_only_if_the_rulebook_reads_it() -> None:
    with closing(Judge(book())) as plain, closing(Judge(book(URGENT))) as urgent:
        assert plain.urgency is None and urgent.urgency is not None
        issue = Issue("1", "A-1", "A", {"summary": "Server crashes at startup", "description": ""})
        assert plain.assess(issue, NOW).model is None
        assert urgent.assess(issue, NOW).model == urgent.urgency.digest


def test_another_model_of_urgency_changes_the_digest_of_the_assessment() -> None:
    issue = Issue("1", "A-1", "A", {"summary": "Server crashes at startup", "description": ""})
    other = replace(shipped_urgency(), more=shipped_urgency().more * 2)
    with closing(Judge(book(URGENT))) as one, closing(Judge(book(URGENT), urgency=other)) as two:
        assert one.assess(issue, NOW).digest() != two.assess(issue, NOW).digest()


def test_a_field_of_the_rulebook_with_that_name_comes_first() -> None:
    text = "fields: {Urgency: number}\n" + URGENT
    assert judged(text=text, summary="Typo in the tooltip", urgency=90.0).measures["urgent"] == 8


def test_what_people_answer_in_comments_counts_for_the_gate_and_not_for_the_class() -> None:
    text = """\
book: b
measures: {pain: {}}
rules:
  - {id: debt, when: text ~ refactor, because: b, class: {tech_debt: 9}}
  - {id: hurts, when: text ~ refactor, because: b, points: {pain: 5}}
  - {id: steps, when: text !~ steps, because: b, gate: needs_info, ask: Add steps.}
  - {id: legal, when: answers ~ lawyer, because: b, gate: review}
"""
    asked = judged(text=text, summary="Login fails")
    assert (asked.decision.verdict, asked.decision.asks.open) == ("needs_info", ("Add steps.",))
    answered = judged(text=text, summary="Login fails", answers="The steps: refactor")
    assert answered.decision.verdict == "accept"
    assert answered.classification.kind == "undecided" and answered.measures["pain"] == 0
    reviewed = judged(text=text, summary="Login fails", answers="steps; a lawyer asks")
    assert reviewed.decision.verdict == "review"
    assert len({asked.digest(), answered.digest(), reviewed.digest()}) == 3


def test_signals_of_answers_count_for_the_gate_and_not_for_points() -> None:
    text = """\
book: b
measures: {pain: {}}
rules:
  - {id: down, when: signal.outage >= 0.6, because: b, points: {pain: 5}}
  - {id: unclear, when: signal.vague >= 0.6, because: b, gate: needs_info, ask: Say more.}
  - {id: look, when: signal.outage >= 0.6, because: b, gate: review}
"""
    issue = {"summary": "Make search better", "description": "It should be better."}
    assert judged(text=text, **issue).decision.verdict == "needs_info"
    who = "Clerks look up 300 orders a day by number. Today they scroll through 20 pages."
    assert judged(text=text, **issue, answers=who).decision.verdict == "accept"
    down = judged(text=text, **issue, answers="The shop is down since 9:00 and nobody can order.")
    assert (down.decision.verdict, down.measures["pain"]) == ("review", 0)


@pytest.mark.parametrize("key", ["class: {tech_debt: 1}", "points: {pain: 1}"])
def test_a_rule_for_class_or_points_cannot_ask_for_answers(key: str) -> None:
    rule = f"{{id: r, when: answers ~ x, because: b, {key}}}"
    with pytest.raises(RulebookError, match='"answers" has no value yet'):
        book(f"book: b\nmeasures: {{pain: {{}}}}\nrules: [{rule}]\n")
