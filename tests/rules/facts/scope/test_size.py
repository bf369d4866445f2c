"""How much an issue grew since it was accepted: points, or statements that were added."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.issue import Scope
from rules.facts.scope.size import MOST_STATEMENTS, growth, scope_of, statements

ACCEPTED = "Customers pay by invoice. The invoice comes by mail.\n* A reminder after 30 days"


def described(text: str, points: float | None = None) -> Scope:
    return scope_of({"description": text, "points": points})


def grown(text: str, before: str = ACCEPTED) -> float:
    return growth(described(before), described(text))


@pytest.mark.parametrize(
    ("before", "now", "percent"),
    [
        (2.0, 5.0, 150),
        (5.0, 2.0, 0),
        (2.0, None, 0),
        (None, 8.0, 0),
        (0.0, 8.0, 0),
        (-1.0, 3.0, 0),
    ],
)
def test_growth_goes_by_points_where_both_have_some(
    before: float | None, now: float | None, percent: float
) -> None:
    assert growth(described(ACCEPTED, before), described(ACCEPTED, now)) == percent


def test_without_an_acceptance_or_a_text_there_is_no_growth() -> None:
    assert growth(None, described(ACCEPTED)) == 0
    assert grown(ACCEPTED, before="") == 0


def test_a_statement_that_was_added_is_growth() -> None:
    assert grown(ACCEPTED + "\n* A discount for paying early, and a dunning letter in court") > 50


@pytest.mark.parametrize(
    "same",
    [
        "* A reminder after 30 days\nThe invoice comes by mail.\nCustomers pay by invoice.",
        "h2. What\nCUSTOMERS pay by *invoice*!\nThe invoice comes  by mail.\n"
        "- A reminder after 30 days",
        ACCEPTED + "\n{code}\n" + "raise ValueError\n" * 40 + "{code}\n{quote}Never again.{quote}",
        "Customers pay by invoice.",
    ],
    ids=["moved", "other markup", "a log and a quote", "removed"],
)
def test_what_promises_nothing_new_is_no_growth(same: str) -> None:
    assert grown(same) == 0


def test_another_wording_counts_by_its_additional_length_only() -> None:
    assert grown(ACCEPTED.replace("comes by mail", "is sent by mail")) < 10


def test_what_was_removed_elsewhere_does_not_make_up_for_a_new_promise() -> None:
    story = "It began in the year 1998 with a phone call of a baker."
    before = f"{story}\n{ACCEPTED}"
    assert (
        grown(f"{ACCEPTED}\nAlso: gift cards, vouchers, points and a shop for partners", before)
        > 40
    )


def test_chinese_statements_end_at_chinese_marks() -> None:
    assert len(list(statements("客户按发票付款。发票通过邮件发送；三十天后提醒！"))) == 3
    assert grown("客户按发票付款。再加上礼品卡和积分商城。", before="客户按发票付款。") > 100


def test_only_so_many_statements_are_kept() -> None:
    assert len(described("\n".join(map(str, range(9_999)))).statements) == MOST_STATEMENTS


@given(st.text(max_size=300), st.text(max_size=300))
def test_growth_is_never_negative_and_none_against_itself(before: str, now: str) -> None:
    assert grown(before, before) == 0
    assert grown(now, before) >= 0
