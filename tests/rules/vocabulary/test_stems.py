"""Stems of English words: forms of one word have one, other words keep theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.vocabulary.stems import stem

FAMILIES = [
    "fail fails failed failing",
    "crash crashes crashed crashing",
    "stop stops stopped stopping",
    "cache caches cached caching",
    "query queries",
    "apply applies applied applying",
    "use uses used using",
    "process processes processed processing",
    "setting settings",
    "miss misses missed missing",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_all_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("words", ["custom customer", "new news", "organ organize", "fill file"])
def test_other_words_stay_apart(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["string", "need", "status", "x1", "支付", "größe", "is"])
def test_words_without_an_ending_stay_as_they_are(word: str) -> None:
    assert stem(word) == word


@given(st.text(max_size=30))
def test_no_text_makes_a_stem_fail(word: str) -> None:
    assert isinstance(stem(word), str)
