"""Which features of a text may be in a team's model, and under which names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text_model.features import features
from rules.text_model.team.seal import Seal, may_keep

SEAL, OTHER = Seal(b"a key of the tests"), Seal(b"another key of them")


@pytest.mark.parametrize("word", ["retry", "don't", "v0", "utf0", "0", "^ add", "app $", "调 研"])
def test_words_and_pairs_are_kept(word: str) -> None:
    assert may_keep(word)


@pytest.mark.parametrize(
    "word",
    [
        *("研", "^ 研", "研 $", "研 kafka"),
        *("a0f0c0", "0ec0hqlyjwd", "xkqzrtvwplmnbt", "call a0f0c0", "a" * 25),
    ],
)
def test_single_characters_of_chinese_and_tokens_are_not(word: str) -> None:
    assert not may_keep(word)


@given(st.text(max_size=200))
def test_any_text_has_a_name_for_each_value_and_a_word_for_each_name(text: str) -> None:
    found = features(text)
    values = SEAL.names(found)
    assert values.keys() == SEAL.readable(found).keys()
    assert all(0 < value <= 1 for value in values.values())
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in values)


def test_two_keys_have_no_name_in_common() -> None:
    found = features("Refactor the kiln\n调研支付网关方案，每周一次")
    assert SEAL.names(found) and not SEAL.names(found).keys() & OTHER.names(found).keys()


def test_a_title_weighs_as_much_however_long_it_is() -> None:
    for title in ("Kiln", "Refactor the kiln of the northern bakery and its ledger"):
        assert sum(x * x for x in SEAL.names(features(title)).values()) == pytest.approx(1)
