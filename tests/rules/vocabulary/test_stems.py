"""Stems of English words: forms of one word have one, other words keep theirs."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.vocabulary.stems import stem
from tests.work import no_hang

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
    "miss misses missed",
    "note notes noted noting",
    "tap taps tapped tapping",
    "tape tapes taped taping",
    "cancel cancels cancelled canceled cancelling",
    "control controlled controlling",
    "install installed installing",
    "alias aliases",
    "cookie cookies",
    "hero heroes",
    "api apis",
    "menu menus",
    "agree agreed agreeing",
    "free freed freeing",
    "see seeing",
    "embed embeds",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_all_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


OTHERS = [
    "custom customer",
    "custom customs",
    "good goods",
    "mean means",
    "new news",
    "http https",
    "organ organize",
    "fill file",
    "not note",
    "plan plane",
    "hop hope",
    "book booking",
    "build building",
    "market marketing",
    "meet meetings",
    "miss missing",
    "rate ratings",
    "spell spelling",
    "train training",
    "fix fixed",
    "unit united",
]


@pytest.mark.parametrize("words", OTHERS)
def test_other_words_stay_apart(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["string", "need", "status", "x1", "支付", "größe", "is"])
def test_words_without_an_ending_stay_as_they_are(word: str) -> None:
    assert stem(word) == word


@given(st.text(max_size=30))
def test_no_text_makes_a_stem_fail(word: str) -> None:
    assert isinstance(stem(word), str)


def kept_after(words: Iterable[str]) -> int:
    """The bytes that stay in memory when all words were reduced."""
    tracemalloc.start()
    for word in words:
        stem(word)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return kept


@pytest.mark.parametrize("ending", ["", "s", "ed", "ing"])
def test_a_word_that_fills_a_text_takes_no_time(ending: str) -> None:
    word = "a" * 32_000 + ending
    with no_hang(20):  # it takes microseconds
        assert stem(word) == word


def test_what_is_no_word_is_not_kept() -> None:
    data = [*(letters(number) * 200 for number in range(200)), *map(str, range(10_000, 20_000))]
    assert kept_after(data) < 50_000


def test_no_stream_of_words_fills_the_memory() -> None:
    assert kept_after(f"{letters(number)}ing" for number in range(60_000)) < 8_000_000


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:06}")
