"""What numbers and signs tell, in any language."""

from __future__ import annotations

import pytest

from rules.text_model.signals.features import plain
from rules.text_model.signals.shapes import shapes


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("14 of 15 testers use it.", "part most"),
        ("Nine of ten would buy it.", "part most"),
        ("Only 2 of 60 came back.", "part few"),
        ("访谈 12 位，11 位每周都这样做", "part most"),
        ("85 % of our users", "percent most"),
        ("0.4 % clicked", "percent few"),
        ("九成用户", "percent most"),
        ("retention +4.2 %", "plus"),
        ("conversion -0.4 %", "minus"),
        ("from 99.1 % to 99.9 %", "tiny step"),
        ("300 ms 降到 290 ms", "tiny step"),
        ("from 30 to 3 minutes", "step"),
        ("p = 0.004", "p small"),
        ("(p=0.6)", "p large"),
        ("It costs 21,000 EUR.", "money"),
        ("每月 2.1 万欧元", "money"),
        ("before 1 July", "until"),
        ("月底前", "until"),
        ("The shop is down since 9:00.", "since"),
        ("从 9 点起", "since"),
        ("Login, search, chat, forms, invoices and payments", "list5"),
        ("登录、搜索、聊天、表单、发票、支付", "list5"),
    ],
)
def test_a_shape_is_seen(text: str, shape: str) -> None:
    assert shape in set(shapes(plain(text)))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Version 2.0 of 15 May", "part most"),
        ("from 60 % to 90 %", "tiny step"),
        ("A state-of-the-art list", "minus"),
        ("An empty list", "number"),
        ("3 of 0", "part most"),
    ],
)
def test_a_shape_is_not_seen(text: str, shape: str) -> None:
    assert shape not in set(shapes(plain(text)))
