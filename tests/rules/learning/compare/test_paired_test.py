"""The test of paired differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from rules.learning.compare.paired_test import LEVEL, PairedTest, paired_test


def ones(count: int) -> np.ndarray:
    return np.ones(count)


def test_without_a_lean_it_is_students_test() -> None:
    given_ = np.array([-1.0, 1.0, 0.5, 0.5, 1.0, 0.0, 2.0, -0.9, 0.9, 0.0])
    even = np.concatenate([given_, 2 * given_.mean() - given_])  # as far to both sides
    found = paired_test(even, ones(20))
    assert found.p == pytest.approx(ttest_1samp(even, 0, alternative="greater").pvalue)


def test_rare_large_losses_make_small_gains_doubtful() -> None:
    gains = np.array([0.1] * 58 + [-1.2] * 2)
    assert ttest_1samp(gains, 0, alternative="greater").pvalue < 0.1
    assert paired_test(gains, ones(60)).p > 0.1


def test_a_clear_gain_with_one_large_loss_passes() -> None:
    gains = np.array([1.0, 1.2, 0.8] * 20 + [-3.0])
    found = paired_test(gains, ones(61))
    assert found.passed and found.needed and found.needed <= 61


def test_as_many_as_needed_would_show_it() -> None:
    some = np.array([0.5, -0.4, 0.3, -0.2] * 6)
    found = paired_test(some, ones(24))
    assert not found.passed and found.needed
    more = np.tile(some, found.needed // 24 + 1)
    assert paired_test(more, ones(len(more))).p < LEVEL


@pytest.mark.parametrize("some", [[], [0.3], [0.0] * 9, [-0.1] * 9])
def test_nothing_and_no_gain_pass_never(some: list[float]) -> None:
    assert not paired_test(np.array(some), ones(len(some))).passed


def test_weights_count_as_evidence_does() -> None:
    some = np.array([0.6, -0.2, 0.5, -0.3, 0.4, 0.1] * 4)
    light = paired_test(np.concatenate([some, -10 * some]), np.r_[ones(24), 1e-9 * ones(24)])
    assert light.p == pytest.approx(paired_test(some, ones(24)).p, abs=1e-3)


@given(
    st.lists(st.floats(-5, 5), min_size=2, max_size=60),
    st.floats(0.1, 10),
)
def test_the_unit_does_not_matter(some: list[float], unit: float) -> None:
    differences = np.array(some)
    if differences.std() < 1e-3:
        return
    first, second = (paired_test(x, ones(len(x))) for x in (differences, differences * unit))
    assert first.p == pytest.approx(second.p, abs=1e-6)


def test_a_tiny_chance_is_not_told_more_exactly_than_issues_can_tell() -> None:
    assert PairedTest(1.0, 5.3e-17, None).chance == "p < 0.001"
    assert PairedTest(1.0, 0.0123, None).chance == "p = 0.012"
