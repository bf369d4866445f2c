"""The rows of a statement's features in a model."""

from __future__ import annotations

import pytest

from rules.text_model import word_vectors
from rules.text_model.signals.features import features
from rules.text_model.signals.model import shipped
from rules.text_model.signals.rows import Rows
from rules.text_model.signals.said import Said

TEXTS = [
    Said("Any user can read the invoices of others since Monday, 30 % of them did."),
    Said("It is not down, nobody asked for it", "negated", "It is \x1f"),
    Said("所有用户无法登录，截止日期是 5 月 1 日。"),
    Said("Customers\u2019 log-in fails: “payment declined”"),
    Said(""),
]


@pytest.mark.parametrize("said", TEXTS)
def test_they_are_those_of_the_features_by_name(said: Said) -> None:
    names = shipped().names
    rows, _ = Rows(names).of(said)
    known = {name: row for row, name in enumerate(names)}
    assert sorted(rows) == sorted(known[name] for name in features(said)[0] if name in known)
    assert len(rows) > 3 or not said.text


def test_a_vector_counts_as_often_as_its_word() -> None:
    row = word_vectors.words()["payment"]
    assert Rows(()).of(Said("payment to payment, no xyzzyx"))[1] == [row, row]
