"""The tables of the vocabulary: names of types and entries agree, and words of people are none."""

from __future__ import annotations

from typing import get_args

from rules.vocabulary.classes import (
    ALL_KINDS,
    CLASSES,
    DEFAULT_TARGETS,
    KINDS,
    UNDECIDED,
    Kind,
    work_class,
)
from rules.vocabulary.languages import DEFAULT, LANGUAGES, NAMES, Language
from rules.vocabulary.managed_fields import CUSTOM, MANAGED_NAMES, ManagedName
from rules.vocabulary.quadrants import QUADRANTS, PerQuadrant
from rules.vocabulary.verdicts import (
    GATE,
    MILDEST,
    VERDICTS,
    Verdict,
    asks_of,
    gate_verdict,
    strictness,
    takes_in,
)


def test_each_table_has_an_entry_for_each_name_of_its_type_in_the_same_order() -> None:
    assert get_args(Kind) == ALL_KINDS
    assert get_args(Verdict) == VERDICTS
    assert get_args(Language) == LANGUAGES
    assert get_args(ManagedName) == MANAGED_NAMES


def test_rules_vote_for_every_class_but_the_one_that_stands_for_none() -> None:
    assert set(ALL_KINDS) - set(KINDS) == {UNDECIDED}
    assert not work_class(UNDECIDED).votable


def test_targets_that_nobody_set_come_to_a_hundred_percent() -> None:
    assert sum(DEFAULT_TARGETS.values()) == 100


def test_the_mildest_verdict_takes_an_issue_in_and_the_strictest_does_not() -> None:
    assert takes_in(MILDEST) and strictness(MILDEST) == 0
    assert not takes_in(VERDICTS[-1])
    assert strictness(VERDICTS[-1]) == len(VERDICTS) - 1


def test_a_verdict_asks_its_own_questions_and_those_of_milder_ones_only() -> None:
    for verdict in VERDICTS:
        others = gate_verdict(verdict).also_asks
        assert asks_of(verdict) == {verdict, *others}
        assert all(strictness(other) < strictness(verdict) for other in others)


def test_words_of_a_person_are_in_no_table() -> None:
    for word in ("Parked", "", "get", "__class__", "__init__"):
        assert CLASSES.get(word) is None and GATE.get(word) is None and NAMES.get(word) is None
        assert not takes_in(word) and strictness(word) == 0
        assert asks_of(word) == {word}


def test_texts_of_a_quadrant_are_found_by_its_name() -> None:
    assert [PerQuadrant(*"abcd").of(quadrant) for quadrant in QUADRANTS] == [*"abcd"]


def test_priority_is_the_managed_field_that_every_site_has() -> None:
    assert {*MANAGED_NAMES} - {*CUSTOM} == {"priority"}
    assert DEFAULT in LANGUAGES
