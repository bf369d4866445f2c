"""The comparison of classes, on decisions that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess.assessment import Classification
from rules.learning.compare.classes import compare_classes
from rules.learning.compare.decisions import NONE, Decisions
from rules.vocabulary.classes import KINDS, UNDECIDED

DEBT, NEED, LOOK = range(len(KINDS))


def decisions(*rows: tuple[int, int, float], weight: float = 1.0) -> Decisions:
    """Return decisions: the true class, the best guess and its share of the votes."""
    truth, guess = (np.array([row[n] for row in rows], np.int64) for n in (0, 1))
    sure = np.array([row[2] for row in rows])
    likely = np.where(guess == truth, sure, (1 - sure) / 2)
    chosen = np.where(sure >= 0.6, guess, NONE)
    return Decisions(truth, chosen, guess, sure, likely, np.full(len(rows), weight))


RIGHT, WRONG, OPEN = (DEBT, DEBT, 0.9), (DEBT, NEED, 0.8), (DEBT, DEBT, 0.5)


def test_a_challenger_that_mends_mistakes_and_makes_none_is_taken() -> None:
    found = compare_classes(
        decisions(*[RIGHT] * 20, *[WRONG] * 10), decisions(*[RIGHT] * 28, *[WRONG] * 2)
    )
    assert found.outcome.taken and found.outcome.reason.startswith("right 67% → 93% of 30 issues")
    assert (found.gained, found.lost) == (8, 0)
    assert found.before.right_of_decided == pytest.approx(20 / 30)


def test_the_same_decisions_are_no_better() -> None:
    same = decisions(*[RIGHT] * 20, *[WRONG] * 10)
    found = compare_classes(same, same).outcome
    assert not found.taken and found.reason == "right 67% → 67% of 30 issues: no better"
    assert found.needed is None


def test_a_gain_that_may_be_chance_tells_how_many_decisions_would_show_it() -> None:
    before = decisions(*[RIGHT] * 25, *[WRONG] * 5)
    after = decisions(*[RIGHT] * 24, WRONG, *[RIGHT] * 2, *[WRONG] * 3)
    found = compare_classes(before, after).outcome
    assert not found.taken and found.needed and found.needed > 30
    assert f"a gain of this size needs about {found.needed:,} issues" in found.reason


def test_twenty_times_the_evidence_of_that_gain_is_enough() -> None:
    before = decisions(*([RIGHT] * 25 + [WRONG] * 5) * 20)
    after = decisions(*([RIGHT] * 24 + [WRONG] + [RIGHT] * 2 + [WRONG] * 3) * 20)
    assert compare_classes(before, after).outcome.taken


def test_too_few_decisions_are_told() -> None:
    found = compare_classes(decisions(*[WRONG] * 9), decisions(*[RIGHT] * 9)).outcome
    assert not found.taken and found.reason == (
        "people set the class of 9 issues that neither model learned from: a comparison needs 10"
    )


def test_a_challenger_that_decides_less_is_not_taken_for_being_right_more_often() -> None:
    before = decisions(*[RIGHT] * 60, *[WRONG] * 20, *[OPEN] * 20)
    after = decisions(*[RIGHT] * 45, *[OPEN] * 55)
    found = compare_classes(before, after)
    assert found.after.right_of_decided == 1.0
    assert not found.outcome.taken and "worse: decided 80% → 45%" in found.outcome.reason


def test_what_is_decided_of_other_issues_may_not_fall_unseen() -> None:
    before = decisions(*[RIGHT] * 20, *[WRONG] * 10)
    after = decisions(*[RIGHT] * 30)
    decided = Classification("tech_debt", 0.9, "rules")
    undecided = Classification(UNDECIDED, 0.3, "rules")
    others = [decided] * 10, [decided] * 9 + [undecided]
    found = compare_classes(before, after, others=others).outcome
    assert not found.taken and "decided of 10 other issues 100% → 90%" in found.reason
    assert compare_classes(before, after, others=(others[0], others[0])).outcome.taken


def test_wrong_decisions_that_are_gone_are_no_loss() -> None:
    before = decisions(*[(NEED, DEBT, 0.9)] * 40)
    after = decisions(*[(NEED, NEED, 0.9)] * 30, *[(NEED, NEED, 0.5)] * 10)
    found = compare_classes(before, after).outcome
    assert found.taken and "decided 100% → 75%" in found.reason


def test_no_class_may_collapse_for_another_one() -> None:
    before = decisions(*[RIGHT] * 60, *[WRONG] * 30, *[(LOOK, LOOK, 0.7)] * 10)
    after = decisions(*[RIGHT] * 90, *[(LOOK, LOOK, 0.7)] * 5, *[(LOOK, LOOK, 0.55)] * 5)
    found = compare_classes(before, after).outcome
    assert not found.taken and f"right of {KINDS[LOOK]} 100% → 50%" in found.reason


def test_a_challenger_that_is_only_surer_is_not_taken() -> None:
    before = decisions(*[(DEBT, DEBT, 0.7)] * 70, *[(DEBT, NEED, 0.7)] * 30)
    after = decisions(*[(DEBT, DEBT, 0.97)] * 70, *[(DEBT, NEED, 0.97)] * 30)
    found = compare_classes(before, after).outcome
    assert not found.taken and "calibration error" in found.reason


def test_a_wrong_decision_costs_what_the_rulebook_says() -> None:
    """Two more right and one more wrong: worth it from odds of 1:2 on, and not at 9:1."""
    before = decisions(*[RIGHT] * 60, *[(DEBT, DEBT, 0.5)] * 8, *[(NEED, DEBT, 0.5)] * 3)
    after = decisions(*[RIGHT] * 60, *[(DEBT, DEBT, 0.9)] * 8, *[(NEED, DEBT, 0.62)] * 3)
    assert compare_classes(before, after, limit=0.6).outcome.taken
    assert not compare_classes(before, after, limit=0.9).outcome.taken


def test_lessons_of_little_weight_decide_little() -> None:
    good = decisions(*[WRONG] * 20), decisions(*[RIGHT] * 20)
    bad = decisions(*[RIGHT] * 20, weight=0.01), decisions(*[WRONG] * 20, weight=0.01)
    assert compare_classes(*(_joined(a, b) for a, b in zip(good, bad, strict=True))).outcome.taken


def _joined(first: Decisions, second: Decisions) -> Decisions:
    pairs = zip(vars(first).values(), vars(second).values(), strict=True)
    return Decisions(*(np.concatenate(pair) for pair in pairs))


ROW = st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0.34, 1.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ROW, ROW), max_size=40))
def test_the_one_in_use_is_kept_or_replaced_but_never_both_ways(
    pairs: list[tuple[tuple[int, int, float], tuple[int, int, float]]],
) -> None:
    old = decisions(*[a for a, _ in pairs])
    new = decisions(*[(a[0], b[1], b[2]) for a, b in pairs])
    there, back = (compare_classes(*pair).outcome for pair in ((old, new), (new, old)))
    assert not (there.taken and back.taken)
    assert 0 <= there.p <= 1 and there.reason


def test_doubt_is_shared_by_all_classes_and_a_class_without_votes_has_only_that() -> None:
    shares = {KINDS[DEBT]: 0.5, KINDS[NEED]: 0.2}
    one = Classification(KINDS[DEBT], 0.5, "rules", guess=KINDS[DEBT], shares=shares)
    nothing = Classification(UNDECIDED, 0.0, "rules")
    found = Decisions.of([KINDS[DEBT], KINDS[LOOK], KINDS[LOOK]], [one, one, nothing], [1, 1, 1])
    assert found.likely == pytest.approx([0.6, 0.1, 1 / 3])
    assert [*found.chosen] == [DEBT, DEBT, NONE] and found.guess[2] == NONE
