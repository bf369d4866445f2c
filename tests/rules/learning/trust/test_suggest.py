"""A change is suggested if it is right more often on decisions that it was not chosen on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from rules.assess.judge import Judge
from rules.learning.trust.rows import lessons_of_rows
from rules.learning.trust.suggest import MOST_RULES, suggest
from rules.learning.trust.suggestion import Suggestions
from rules.learning.trust.table import trust
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook
from tests.rules.learning.trust.decisions import BOOK, NOW, TEXT, examples, row

Rows = Sequence[dict[str, Any]]


def tried(rows: Rows, book: Rulebook = BOOK) -> Suggestions:
    found = examples(rows, book)
    return suggest(book, found, trust(book, found).rules, Judge, NOW)


def test_the_class_that_people_chose_is_suggested_with_its_figures_on_later_decisions() -> None:
    rows = [
        row(n, "Upgrade it", cls="tech_debt" if n % 10 == 0 else "business_need") for n in range(40)
    ]
    (one,) = (found := tried(rows)).found
    assert (one.rule.id, one.change.value) == ("upgrade", {"business_need": 3.0})
    assert (one.before, one.after, one.of) == (2, 18, 20)
    assert (found.earlier, found.of, found.before, found.after) == (20, 20, 2, 18)
    assert found.since == examples(rows)[20].lesson.at


def test_a_change_that_later_decisions_do_not_bear_out_is_not_suggested() -> None:
    rows = [row(n, "Upgrade it", cls="business_need" if n < 20 else "tech_debt") for n in range(40)]
    found = tried(rows)
    assert not found.found
    assert [one.why for one in found.named] == [
        "no change was right more often on the later decisions"
    ]


def test_only_earlier_decisions_choose() -> None:
    rows = [row(n, "Upgrade it", cls="tech_debt" if n < 20 else "business_need") for n in range(40)]
    assert not tried(rows).found


def test_a_rule_that_people_mostly_agree_with_is_left_alone() -> None:
    rows = [
        row(n, "Upgrade it", cls="business_need" if n % 3 == 0 else "tech_debt") for n in range(40)
    ]
    found = tried(rows)
    assert not found.found and not found.named


def test_seven_decisions_are_too_few() -> None:
    seven = [row(n, "Upgrade it", cls="business_need") for n in range(7)]
    assert not tried(seven).found
    assert tried([*seven, row(7, "Upgrade it", cls="business_need")]).found


def test_a_review_that_always_ends_the_same_is_spared() -> None:
    rows = [row(n, "Any", "odd", gate="accept") for n in range(20)]
    (one,) = tried(rows).found
    assert (one.rule.id, one.change.value) == ("odd", "accept")
    assert (one.before, one.after, one.of) == (0, 10, 10)


def test_a_review_that_ends_now_so_now_so_stays() -> None:
    rows = [row(n, "Any", "odd", gate=["accept", "reject"][n % 2]) for n in range(20)]
    found = tried(rows)
    assert not found.found and not found.named


def test_points_are_weakened_where_people_lower_the_priority() -> None:
    rows = [row(n, "Crash at login", priority="Medium") for n in range(20)]
    (one,) = tried(rows).found
    assert (one.rule.id, one.change.value) == ("crash", {"pain": 2.0})


def test_a_change_that_harms_decisions_on_another_field_is_not_suggested() -> None:
    # As a business need, a paid upgrade would be rejected. People accept it.
    rows = [row(n, "Upgrade it", "paid", cls="business_need", gate="accept") for n in range(20)]
    assert not tried(rows).found
    harmless = [row(n, "Upgrade it", cls="business_need", gate="accept") for n in range(20)]
    assert tried(harmless).found


def test_a_firm_rule_is_named_and_never_weakened() -> None:
    rows = [row(n, "Any", "later", gate="accept") for n in range(20)]
    assert [one.rule.id for one in tried(rows).found] == ["later"]
    firm = parse_book(
        TEXT.replace("gate: defer,", "gate: defer, firm: true,").encode(), "team.yaml"
    )
    found = tried(rows, firm)
    assert not found.found
    ((name, why),) = [(one.rule.id, one.why) for one in found.named]
    assert name == "later" and "firm" in why


def test_issues_that_nobody_decided_and_that_would_change_are_counted() -> None:
    rows = [row(n, "Upgrade it", cls="business_need") for n in range(20)]
    found = examples(rows)
    with closing(Judge(BOOK)) as judge:
        issues = lessons_of_rows([*rows, row(90, "Upgrade that"), row(91, "A wish")], "rows", BOOK)
        read = [judge.assess(issue, NOW) for issue, _ in issues]
    rules = trust(BOOK, found, read).rules
    (one,) = suggest(BOOK, found, rules, Judge, NOW, read=read).found
    assert one.others == 1


def test_a_firm_rule_for_reviews_is_named_if_they_always_end_the_same() -> None:
    text = TEXT.replace("gate: review,", "gate: review, firm: true,")
    firm = parse_book(text.encode(), "team.yaml")
    found = tried([row(n, "Any", "odd", gate="accept") for n in range(20)], firm)
    assert not found.found
    assert [(one.rule.id, one.contradicted, one.of) for one in found.named] == [("odd", 20, 20)]


def test_changes_are_found_one_after_the_other() -> None:
    rows = [
        row(n, *(("Upgrade it",) if n % 2 else ("A wish",)), cls="exploration") for n in range(60)
    ]
    found = tried(rows)
    assert {one.rule.id for one in found.found} == {"upgrade", "wish"}
    assert (found.before, found.after, found.of) == (0, 30, 30)


def test_not_every_rule_of_a_large_book_is_tried() -> None:
    rules = "".join(
        f"  - {{id: r{n}, when: labels = l{n}, class: {{tech_debt: 3}}, because: B.}}\n"
        for n in range(MOST_RULES + 2)
    )
    book = parse_book(f"book: b\nrules:\n{rules}".encode(), "b.yaml")
    rows = [
        row(n, "Any", f"l{n % (MOST_RULES + 2)}", cls="exploration")
        for n in range(12 * (MOST_RULES + 2))
    ]
    found = tried(rows, book)
    assert len(found.found) == MOST_RULES
    assert len(found.named) == 2


@pytest.mark.parametrize("seed", range(5))
def test_decisions_at_random_suggest_nothing(seed: int) -> None:
    dice = random.Random(seed)
    rows = [
        row(
            n,
            dice.choice(["Upgrade it", "A wish", "A plain one"]),
            cls=dice.choice(["tech_debt", "business_need", "exploration"]),
        )
        for n in range(90)
    ]
    for one in tried(rows).found:
        assert one.gained > one.lost + 1


def test_no_decisions_no_suggestions() -> None:
    assert tried([]) == Suggestions()
