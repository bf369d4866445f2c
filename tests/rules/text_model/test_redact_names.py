"""Names in texts: which words are taken for one, and how they are taken out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text_model.features import features
from rules.text_model.redact_names import MASK, names_in, parts_of, pattern_of
from rules.text_model.train import train

PEOPLE = parts_of(("Ada Lovelace", "lovelace_a", "王小明"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We should ask Ada about it", {"Ada"}),
        ("Ada Lovelace wrote it", {"Ada", "Lovelace"}),
        ("Refactor The Payment Module", set()),
        ("Refactor the parser. Rename it", set()),
        ("Move it to Redis, then tell Olga", {"Redis", "Olga"}),
        ("Add a Dark mode. The dark one is nicer", set()),
        ("parse JSON over HTTP in the API", set()),
        ("负责人：王小明，已确认", {"王小明"}),
        ("请和李雷先生确认", {"和李雷"}),
        ("", set()),
    ],
)
def test_a_name_is_what_always_has_a_capital(text: str, names: set[str]) -> None:
    assert names_in([text]) == names


def test_a_word_that_is_written_small_anywhere_is_none() -> None:
    assert names_in(["Ask Mark about it", "mark it as done"]) == set()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ask Ada", "Ask <user>"),
        ("ADA LOVELACE asked", "<user> asked"),
        ("adapt the canada page", "adapt the canada page"),
        ("请王小明看", "请<user>看"),
        ("lovelace_a wrote", "<user> wrote"),
    ],
)
def test_names_are_taken_out_as_whole_words_in_any_case(text: str, left: str) -> None:
    assert pattern_of(PEOPLE).sub(MASK, text) == left


@given(st.lists(st.text(max_size=60), max_size=4), st.lists(st.text(max_size=20), max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_names_can_be_taken_out_of_any_text(texts: list[str], people: list[str]) -> None:
    hide = pattern_of(names_in(texts) | parts_of(people))
    for text in texts:
        features(hide.sub(MASK, text))
        assert pattern_of(()).sub(MASK, text) == text


def test_a_model_learns_no_names_of_people_products_and_places() -> None:
    fruit = [f"Ask Ada Lovelace for an apple of Oregon, {n} of them" for n in range(8)]
    metal = [f"Tell Babbage that iron rusts in Redis {n} times" for n in range(8)]
    model = train(fruit + metal, ["fruit"] * 8 + ["metal"] * 8)
    learned = " ".join(name for _, name in model.learned)
    for name in ("lovelace", "ada", "babbage", "oregon", "redis", "lovel", "babb"):
        assert name not in learned
    assert model.predict("an apple") == "fruit"
