"""Halves of characters are replaced; all else in the JSON stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.jira_json.half_characters import mended


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"Pay \ud83d"', "Pay \ufffd"),
        (rb'"Pay \uDE00!"', "Pay \ufffd!"),
        (rb'"\ud83d\ude00 \ud83d"', "😀 \ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (rb'"C:\\\\ud83d"', "C:\\\\ud83d"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'"\udfff\ud800"', "\ufffd\ufffd"),
        ('"😀 支付"'.encode(), "😀 支付"),
    ],
)
def test_a_half_becomes_a_mark(body: bytes, text: str) -> None:
    assert json.loads(mended(body)) == text


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored_afterwards(text: str) -> None:
    found = json.loads(mended(json.dumps({"it": text}).encode()))["it"]
    assert (
        found.encode()
        == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    )


@given(st.text())
def test_a_whole_text_stays(text: str) -> None:
    assert json.loads(mended(json.dumps(text).encode())) == text
