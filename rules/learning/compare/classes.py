"""Compare the decisions of challenger and model in use about the class of issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rules.assess.assessment import Classification
from rules.learning.compare.decisions import Decisions, Floats
from rules.learning.compare.figures import COVERAGE_LOSS, DecisionFigures
from rules.learning.compare.outcome import ClassComparison, Outcome
from rules.learning.compare.paired_test import PairedTest, paired_test
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.plural import many

FEWEST = 10
"""The fewest issues for a comparison."""

LEAST = 0.005
"""The least share of votes in the log score: one odd issue must not outweigh all others."""

Others = Sequence[Classification]


def compare_classes(
    before: Decisions,
    after: Decisions,
    limit: float = 0.6,
    others: tuple[Others, Others] = ((), ()),
) -> ClassComparison:
    """Compare decisions about the same issues, which neither model learned from.

    The challenger is taken where it is better and nothing got worse. Better: its log score, the
    mean log of the share of votes for the people's class, is higher at LEVEL (`paired_test`), and
    its decisions are worth more. The log score is proper: in the mean, an overconfident model
    only loses by it (Gneiting and Raftery, JASA 2007). It shows more than counts of right
    decisions do, since each issue counts, not only those that are decided otherwise.

    `limit` is `undecided_below` of the rulebook. `others` are the classes by each model of further
    issues: no person set them, but the share that is decided may not fall unseen either.
    """
    figures = DecisionFigures.of(before), DecisionFigures.of(after)
    gained, lost = after.right & ~before.right, before.right & ~after.right
    found = paired_test(_log_score(after) - _log_score(before), after.weight)
    worth = float(after.weight @ (_worth(after, limit) - _worth(before, limit)))
    worse = [*figures[1].worse_than(figures[0]), *_coverage(*others)]
    outcome = _outcome(figures, found, worth, worse)
    return ClassComparison(outcome, *figures, gained=int(gained.sum()), lost=int(lost.sum()))


def _log_score(found: Decisions) -> Floats:
    return np.log(np.maximum(found.likely, LEAST))


def _worth(found: Decisions, limit: float) -> Floats:
    """Return the worth of each decision: 1 if right, 0 if undecided, less than 0 if wrong.

    A rulebook that decides from a confidence of `limit` on says so what a wrong decision costs: as
    much as limit / (1 - limit) right ones are worth (Chow, "On optimum recognition error and reject
    tradeoff", IEEE Trans. Inf. Theory 1970).
    """
    wrong = found.decided & ~found.right
    return found.right - wrong * limit / max(1 - limit, 1e-9)


def _coverage(before: Others, after: Others) -> Iterator[str]:
    if not before:
        return
    old, new = (np.mean([one.kind != UNDECIDED for one in found]) for found in (before, after))
    if new < old - COVERAGE_LOSS - 1e-9:
        yield f"decided of {many(len(before), 'other issue')} {old:.0%} → {new:.0%}"


def _outcome(
    figures: tuple[DecisionFigures, DecisionFigures],
    found: PairedTest,
    worth: float,
    worse: list[str],
) -> Outcome:
    before, after = figures
    right = f"right {before.right:.0%} → {after.right:.0%} of {after.issues} issues"
    if after.issues < FEWEST:
        set_by = f"people set the class of {many(after.issues, 'issue')}"
        reason = f"{set_by} that neither model learned from: a comparison needs {FEWEST}"
        return Outcome(False, reason, found.p, found.needed)
    if worse:
        return Outcome(False, f"{right}, but worse: {', '.join(worse)}", found.p, found.needed)
    if found.mean <= 0 or worth <= 1e-9 or after.right < before.right - 1e-9:
        return Outcome(False, f"{right}: no better", found.p)
    if not found.passed:
        needs = f"a gain of this size needs about {found.needed:,} issues to be told from chance"
        return Outcome(False, f"{right}: {needs}", found.p, found.needed)
    less = f", decided {before.decided:.0%} → {after.decided:.0%}"
    also = less if after.decides_less_than(before) else ", nothing worse"
    return Outcome(True, f"{right} ({found.chance}){also}", found.p, found.needed)
