"""How many things a text promises: items and enumerations, not steps, criteria or examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.scope.deliverables import MAX_CHARS, deliverables

THIRTEEN = (
    "We need login, registration, a profile page, search, filters, a cart, checkout, invoices, "
    "returns, ratings, gift cards, vouchers and a loyalty programme."
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (THIRTEEN, 13),
        (
            "新增登录、注册、个人主页、搜索、筛选、购物车、结算、发票、退货、评价、礼品卡和积分。",
            12,
        ),
        ("* Login\n* Search\n* Cart", 3),
        ("*Scope*\n- Login\n- Search, filters, sorting\n- 12:00 13:00", 4),
        ("需要支持微信、支付宝、银联。步骤：\n1、打开\n2、点击", 3),
        ("1. A page for nurses\n2. A report", 2),
        ("Voice input, dark mode, an app, a plugin store, offline mode, billing, before May.", 6),
    ],
)
def test_list_items_and_the_parts_of_an_enumeration_count(text: str, count: int) -> None:
    assert deliverables("", text) == count


@pytest.mark.parametrize(
    "text",
    [
        "",
        "As a nurse I want to see my shifts so that I can plan.",
        "It fails in Chrome, Firefox, Safari and Edge.",
        "Tried with Chrome, Firefox, Safari, Edge, Opera, Brave and Vivaldi: it crashes.",
        "Customers cannot pay, orders are lost, and the phone rings.",
        "Add payment methods (Visa, Mastercard, Amex, PayPal).",
        "Support payment methods such as Visa, Mastercard, Amex, PayPal",
        "支持多种支付方式，例如微信、支付宝、银联",
        "Steps to reproduce:\n1. Open\n2. Look\n3. See error",
        "1. Open the page\n2. Click on Save\n3. Press Back",
        "h2. Acceptance criteria\n* a guest can pay\n* an invoice is sent",
        "验收标准：\n- 可以登录\n- 可以付款",
        "{code}\n- a\n- b\n- c\n{code}",
        "{noformat}We need a, b, c, d{noformat}",
        "Requests should be 10, 20, 30, 40",
        "* 1.0.2\n* 1.0.3",
    ],
)
def test_what_is_no_promise_does_not_count(text: str) -> None:
    assert deliverables("", text) == 0


def test_a_title_can_promise_as_much_as_a_description() -> None:
    assert deliverables(THIRTEEN, "") == 13
    assert deliverables(THIRTEEN, "* One\n* Two") == 13


names = st.lists(st.sampled_from(["login", "search", "a cart", "发票", "gift cards"]), min_size=3)


@given(names)
def test_each_item_counts_as_one_in_a_list_and_in_a_sentence(parts: list[str]) -> None:
    assert deliverables("", "\n".join(f"* {part}" for part in parts)) == len(parts)
    assert deliverables("", f"We need {', '.join(parts)}.") == len(parts)
    chinese = [part for part in parts if part == "发票"]
    if len(chinese) >= 3:
        assert deliverables("", f"需要{'、'.join(chinese)}。") == len(chinese)


@given(st.text(max_size=500), st.text(max_size=500))
def test_code_promises_nothing_whatever_stands_in_it(text: str, code: str) -> None:
    code = code.replace("{", "").replace("`", "")
    plain = text.replace("{", "").replace("`", "")
    whole = f"{plain}\n\n{{code}}{code}{{code}}"
    assert deliverables("", whole) == deliverables("", plain)


@given(st.text(alphabet="(*-#,、.a1 \n{`[:", max_size=200))
def test_any_text_has_a_number_of_promises(text: str) -> None:
    assert 0 <= deliverables(text, text * 200) <= MAX_CHARS
