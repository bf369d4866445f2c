"""How often a better challenger is taken, and one that is no better."""

from __future__ import annotations

import numpy as np
import pytest

from rules.learning.compare.classes import compare_classes
from tests.rules.learning.compare.shapes import LIMIT, Shape, corrected

BETTER = [
    Shape(0.7, 0.8, alike=0.95),
    Shape(0.8, 0.9, alike=0.9),
    Shape(0.89, 0.99, alike=0.9),
    Shape(0.6, 0.7, alike=0.8, part=0.3),
    Shape(0.7, 0.8, alike=0.8, part=0.35),
]
"""Ten points better at 60 to 90 % right: by a little everywhere, or by much on a part."""

NO_BETTER = [
    Shape(0.6, 0.6, alike=0.9),
    Shape(0.75, 0.75, alike=0.5),
    Shape(0.88, 0.88, alike=0.0),
    Shape(0.75, 0.75, alike=0.0, part=0.3),
    Shape(0.75, 0.75, alike=0.9, bold=1.5),
    Shape(0.75, 0.75, alike=1.0, bold=2.0),
    Shape(0.8, 0.8, alike=1.0, part=0.5, bold=2.0),
    Shape(0.75, 0.75, alike=0.9, bold=0.6),
    Shape(0.75, 0.70, alike=0.9),
]
"""As often right with other errors; surer than it should be; deciding less to be right more often
of what it decides; worse.
"""


def taken(shape: Shape, times: int, count: int = 50, extra: tuple[int, int] | None = None) -> float:
    """Return how often the challenger is taken. `extra`: so many corrections and confirmations."""
    dice = np.random.default_rng(5)
    found = 0
    for _ in range(times):
        old, new = shape.draw(40 * count if extra else count, dice)
        if extra:
            old, new = corrected(old, new, *extra)
        found += compare_classes(old, new, LIMIT).outcome.taken
    return found / times


def at_most(rate: float, times: int) -> float:
    """Return the rate, and two standard errors of what so many trials tell."""
    return float(rate + 2 * np.sqrt(rate * (1 - rate) / times))


@pytest.mark.parametrize("shape", [BETTER[1], BETTER[3]], ids=str)
def test_ten_points_are_seen_at_fifty_decisions(shape: Shape) -> None:
    assert taken(shape, 60) >= 0.8


@pytest.mark.parametrize("shape", [NO_BETTER[0], NO_BETTER[3], NO_BETTER[6]], ids=str)
def test_no_better_is_hardly_ever_taken(shape: Shape) -> None:
    assert taken(shape, 100) <= at_most(0.05, 100)


@pytest.mark.slow
@pytest.mark.parametrize("shape", BETTER, ids=str)
def test_power_is_80_percent_at_fifty_decisions(shape: Shape) -> None:
    assert taken(shape, 500) >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("shape", NO_BETTER, ids=str)
def test_the_level_of_5_percent_is_kept(shape: Shape) -> None:
    assert taken(shape, 1500) <= at_most(0.05, 1500)


FAIR = (50, 150)
"""Fifty corrections beside 150 confirmations: a fair sample of what is 75 % right."""


@pytest.mark.slow
@pytest.mark.parametrize("alike", [0.8, 0.9])
def test_fifty_corrections_with_their_confirmations_show_ten_points(alike: float) -> None:
    assert taken(Shape(0.75, 0.85, alike), 100, extra=FAIR) >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("alike", [0.0, 0.5, 0.9])
def test_corrections_with_their_confirmations_keep_the_level(alike: float) -> None:
    assert taken(Shape(0.75, 0.75, alike), 400, extra=FAIR) <= at_most(0.05, 400)


@pytest.mark.slow
def test_corrections_alone_flatter_a_challenger() -> None:
    """They are the mistakes of the model in use, so any other model looks better on them."""
    alone = (50, 0)
    assert taken(Shape(0.75, 0.85, 0.9), 100, extra=alone) >= 0.8
    assert taken(Shape(0.75, 0.75, 0.9), 200, extra=alone) > 0.05


@pytest.mark.slow
def test_errors_of_other_kinds_need_more_decisions() -> None:
    """Two models with independent errors differ on a third of all issues, mostly by chance."""
    shape = Shape(0.7, 0.8, alike=0.0)
    assert taken(shape, 300) < 0.4
    assert taken(shape, 100, count=400) >= 0.8
