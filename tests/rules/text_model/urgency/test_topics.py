"""Topics: which words name them."""

from __future__ import annotations

import pytest

from rules.text_model.urgency.calm_topics import CALM
from rules.text_model.urgency.topics import SHORTEST, TOPICS, each_topic
from rules.text_model.urgency.urgent_topics import URGENT


def named(words: str) -> set[str]:
    names = [*TOPICS]
    return {names[place] for _, _, place in each_topic({words: 1})}


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("crashes", "crash"),
        ("core dumped", "crash"),
        ("data loss", "data lost"),
        ("no longer", "regression"),
        ("can't start", "won't start"),
        ("can’t start", "won't start"),
        ("misspelled", "typo"),
        ("renaming", "clean-up"),
        ("?", "question"),
    ],
)
def test_a_word_or_a_pair_names_its_topic(words: str, topic: str) -> None:
    assert topic in named(words)


@pytest.mark.parametrize("words", ["the", "crow", "data", "no", "the crash report", "^ crash"])
def test_other_words_name_none(words: str) -> None:
    assert not named(words)


def test_a_star_stands_for_any_ending_but_not_for_another_beginning() -> None:
    assert "security" in named("vulnerabilities") and not named("invulnerable")


def test_urgent_topics_have_weights_above_zero_and_calm_ones_below() -> None:
    assert all(weight > 0 for weight, _ in URGENT.values())
    assert all(weight < 0 for weight, _ in CALM.values())
    assert not URGENT.keys() & CALM.keys()


def test_every_form_can_be_found() -> None:
    """A form needs one or two words, and letters enough before its star."""
    for name, (_, words) in TOPICS.items():
        for form in words.split():
            assert form.count("_") <= 1, f"{name}: {form} has more than two words"
            assert "*" not in form or len(form) > SHORTEST, f"{name}: {form} is too short"
            assert name in named(form.replace("_", " ").replace("*", "")), f"{name}: {form}"
