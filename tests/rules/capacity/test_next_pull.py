"""The next issues to pull are the best of all choices."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.capacity.next_pull import Candidate, Pull, gap_of, next_pull

KINDS = ("business_need", "exploration", "tech_debt")
TARGETS = {"business_need": 70.0, "tech_debt": 20.0, "exploration": 10.0}

SIZES = st.sampled_from([0.5, 1.0, 2.0, 3.0, 5.0, 8.0])
CANDIDATES = st.lists(
    st.tuples(st.sampled_from(KINDS), SIZES, st.integers(0, 100)), max_size=8
).map(lambda them: [Candidate(f"A-{n}", k, s, float(v)) for n, (k, s, v) in enumerate(them)])
DONE = st.fixed_dictionaries({kind: st.integers(0, 20).map(float) for kind in KINDS})


def brute(them: list[Candidate], done: dict[str, float], capacity: float) -> float:
    whole = sum(done.values()) + capacity
    missing = np.array([TARGETS[kind] / 100 * whole - done[kind] for kind in KINDS])
    fitting = (
        choice
        for count in range(len(them) + 1)
        for choice in combinations(them, count)
        if sum(one.size for one in choice) <= capacity
    )
    return min(gap_of(choice, KINDS, missing) for choice in fitting)


@pytest.mark.parametrize("count", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_no_other_choice_comes_nearer_to_the_targets(count: int) -> None:
    @settings(max_examples=count, deadline=None)
    @given(CANDIDATES, DONE, st.integers(0, 20).map(float))
    def check(them: list[Candidate], done: dict[str, float], capacity: float) -> None:
        found = next_pull(them, done, TARGETS, capacity)
        assert sum(one.size for one in found.chosen) <= capacity + 1e-6
        assert found.gap == pytest.approx(brute(them, done, capacity), abs=0.01)

    check()


def test_of_two_that_fit_alike_the_better_score_is_pulled() -> None:
    them = [Candidate("A-1", "tech_debt", 2, 40), Candidate("A-2", "tech_debt", 2, 80)]
    found = next_pull(them, {"business_need": 8.0}, {"business_need": 80, "tech_debt": 20}, 2)
    assert [one.key for one in found.chosen] == ["A-2"]


def test_nothing_is_pulled_where_nothing_brings_the_mix_back() -> None:
    them = [Candidate("A-1", "tech_debt", 5, 99)]
    assert next_pull(them, {"tech_debt": 50.0}, {"business_need": 100}, 10).chosen == ()


def test_without_candidates_or_capacity_there_is_no_pull() -> None:
    assert next_pull([], {"tech_debt": 1.0}, TARGETS, 10).chosen == ()
    assert isinstance(next_pull([Candidate("A-1", "tech_debt", 1)], {}, TARGETS, 0), Pull)
