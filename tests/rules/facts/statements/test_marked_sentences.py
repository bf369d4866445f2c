"""Whether the mark of a sentence is the one that a reader gives it."""

from __future__ import annotations

import pytest

from rules.facts.statements.reader import read_statements
from rules.vocabulary.marks import MARKS, Mark
from tests.rules.facts.statements.marked_sentences import CHINESE, ENGLISH

Sentences = dict[Mark, tuple[str, ...]]

ALL = [
    (sentence, mark, at % 3 == 2)
    for language in (ENGLISH, CHINESE)
    for mark, sentences in language.items()
    for at, sentence in enumerate(sentences)
]


def marks(sentence: str) -> list[Mark]:
    return [one.mark for one in read_statements("", sentence).all]


@pytest.mark.parametrize(
    ("sentence", "mark"), [(sentence, mark) for sentence, mark, kept in ALL if not kept]
)
def test_a_sentence_is_meant_as_people_read_it(sentence: str, mark: Mark) -> None:
    assert marks(sentence) == [mark]


@pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_most_sentences_that_were_kept_aside_are_read_right(language: Sentences) -> None:
    kept = [(s, mark) for mark, ones in language.items() for s in ones[2::3]]
    right = [s for s, mark in kept if marks(s) == [mark]]
    assert len(right) / len(kept) >= 0.8


def test_every_mark_has_sentences_in_both_languages() -> None:
    assert set(ENGLISH) == set(CHINESE) == set(MARKS)
    assert min(sum(map(len, language.values())) for language in (ENGLISH, CHINESE)) >= 120
