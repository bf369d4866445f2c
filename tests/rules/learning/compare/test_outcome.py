"""The result of a comparison: plain values and back, in words, in a line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rules.learning.compare.classes import compare_classes
from rules.learning.compare.outcome import Comparison, Outcome, RankComparison, RankFigures
from tests.rules.learning.compare.shapes import Shape

BOTH = Comparison(
    compare_classes(*Shape(0.6, 0.8).draw(80, np.random.default_rng(1))),
    RankComparison(
        Outcome(False, "no better", 0.4, 900), 40, RankFigures(0.2, 0.6), RankFigures(0.25, 0.62)
    ),
)


def test_plain_values_and_back_are_the_same_but_for_rounding() -> None:
    told = json.loads(json.dumps(BOTH.to_json()))
    assert Comparison.from_json(told).to_json() == told
    assert Comparison.from_json(told).reason == BOTH.reason


def test_nothing_is_told_as_nothing() -> None:
    empty = Comparison()
    assert empty.to_json() == {} and Comparison.from_json({}) == empty
    assert (
        not empty.taken
        and empty.line == "people set no class and no priority that is new to the model in use"
    )


def test_each_part_is_taken_or_left_by_itself() -> None:
    assert BOTH.classes and BOTH.classes.outcome.taken and BOTH.taken
    assert BOTH.ranking and not BOTH.ranking.outcome.taken
    assert BOTH.reason.endswith("; no better")


def test_the_line_has_the_figures_before_and_after() -> None:
    assert BOTH.line.startswith("right ") and "of 80 issues whose class people set" in BOTH.line
    assert "Spearman 0.20 → 0.25" in BOTH.line


@pytest.mark.parametrize("odd", [{"classes": {}}, {"classes": {"outcome": 1}}, {"ranking": {}}])
def test_odd_values_raise_what_the_caller_expects(odd: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        Comparison.from_json(odd)
