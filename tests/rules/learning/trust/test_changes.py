"""Small changes of a rulebook: half, none, the opposite, another class, another verdict."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

from rules.assess.judge import Judge
from rules.learning.trust.changes import Change, apply, candidates
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rule
from tests.rules.learning.trust.decisions import BOOK, NOW, TEXT, examples, row


def rule(name: str) -> Rule:
    return next(one for one in BOOK.rules if one.id == name)


def test_a_class_rule_is_tried_weaker_off_against_and_for_what_people_chose() -> None:
    tried = [one.value for one in candidates(rule("upgrade"), Counter(business_need=5))]
    assert tried == [
        {"tech_debt": 1.5},
        None,
        {"tech_debt": -3.0},
        {"business_need": 3.0},
        {"business_need": 6.0},
        {"business_need": 9.0},
    ]


def test_votes_stay_within_what_a_rule_file_accepts() -> None:
    book = parse_book(TEXT.replace("tech_debt: 3", "tech_debt: 8").encode(), "team.yaml")
    values = [one.value for one in candidates(book.rules[0], Counter(exploration=5))]
    assert max(vote for value in values if value for vote in value.values()) == 10


def test_a_vote_against_a_class_is_not_moved_to_another() -> None:
    tried = [one.value for one in candidates(rule("no-spike"), Counter(exploration=5))]
    assert tried == [{"exploration": -1.0}, None, {"exploration": 2.0}]


def test_points_are_tried_halved_off_and_reversed() -> None:
    tried = [one.value for one in candidates(rule("crash"), Counter(Low=5))]
    assert tried == [{"pain": 2.0}, None, {"pain": -4.0}]


def test_a_gate_rule_is_tried_with_the_verdicts_that_people_chose_and_off() -> None:
    chosen = Counter(accept=9, reject=4, needs_info=2, review=30)
    tried = [one.value for one in candidates(rule("odd"), chosen)]
    assert tried == ["reject", "accept", None]


def test_a_changed_book_judges_by_the_change_and_says_so_by_its_digest() -> None:
    (one,) = examples([row(1, "Upgrade it", cls="business_need")])
    changed = apply(BOOK, [Change("upgrade", {"business_need": 3.0})])
    with closing(Judge(changed)) as judge:
        found = judge.assess(one.assessment.issue, NOW)
    assert found.classification.kind == "business_need"
    assert changed.digest != BOOK.digest
    assert len(apply(BOOK, [Change("upgrade"), Change("odd")]).rules) == len(BOOK.rules) - 2
