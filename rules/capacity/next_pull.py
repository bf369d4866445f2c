"""Choose the accepted issues that bring the mix of classes back to its targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

MOST = 200
"""The most issues to choose from, those with the best scores first."""

SCORE_WEIGHT = 1e-3
"""What a score of 100 is worth beside one unit of work in the right class: it breaks ties only."""


@dataclass(frozen=True)
class Candidate:
    """An accepted issue that nobody has started: its class, its size and its score (0 to 100)."""

    key: str
    kind: str
    size: float
    score: float = 0.0


@dataclass(frozen=True)
class Pull:
    """The chosen issues in order of score; `gap` is what is left of the distance to the targets.

    The gap is in the unit of the sizes: the sum over the classes of missing and excess work.
    `capacity` is the most that the sizes may sum up to.
    """

    chosen: tuple[Candidate, ...]
    gap: float
    capacity: float = 0.0


def next_pull(
    candidates: Sequence[Candidate],
    done: Mapping[str, float],
    targets: Mapping[str, float],
    capacity: float,
) -> Pull:
    """Return the issues that leave the smallest gap to the targets, within a capacity. Exact.

    `done` has the amount of work of each class so far, `targets` percent. The gap is measured on
    the whole of what was done and what the next week can do. Of equal choices the one with higher
    scores is taken. It is a mixed-integer linear program: minimise the sum of the distances d of
    each class, with d at least the difference to its target, on both sides.
    """
    known = sorted(candidates, key=lambda one: (-one.score, one.key))[:MOST]
    kinds = sorted({*targets, *done, *(one.kind for one in known)})
    whole = sum(done.values()) + capacity
    missing = np.array(
        [targets.get(kind, 0.0) / 100 * whole - done.get(kind, 0.0) for kind in kinds]
    )
    if not known or capacity <= 0:
        return Pull((), float(np.abs(missing).sum()), capacity)
    found = _solved(known, kinds, missing, capacity)
    chosen = tuple(one for one, taken in zip(known, found, strict=True) if taken)
    return Pull(chosen, gap_of(chosen, kinds, missing), capacity)


def gap_of(chosen: Sequence[Candidate], kinds: Sequence[str], missing: np.ndarray) -> float:
    """Return the sum of the distances that a choice leaves."""
    given = np.array([sum(one.size for one in chosen if one.kind == kind) for kind in kinds])
    return float(np.abs(missing - given).sum())


def _solved(
    known: Sequence[Candidate], kinds: Sequence[str], missing: np.ndarray, capacity: float
) -> list[bool]:
    from scipy.optimize import Bounds, LinearConstraint, milp  # the extra `report`

    count, classes = len(known), len(kinds)
    sizes = np.array([one.size for one in known])
    by_kind = np.zeros((classes, count))
    for place, one in enumerate(known):
        by_kind[kinds.index(one.kind), place] = one.size
    scores = np.array([one.score for one in known])
    price = np.concatenate([-SCORE_WEIGHT * scores / 100 / count, np.ones(classes)])
    distance = np.eye(classes)
    limits = [
        LinearConstraint(np.concatenate([sizes, np.zeros(classes)]), ub=capacity),
        LinearConstraint(np.hstack([by_kind, distance]), lb=missing),
        LinearConstraint(np.hstack([by_kind, -distance]), ub=missing),
    ]
    upper = np.concatenate([np.ones(count), np.full(classes, np.inf)])
    whole = np.concatenate([np.ones(count), np.zeros(classes)])
    found = milp(
        price,
        integrality=whole,
        bounds=Bounds(0, upper),
        constraints=limits,
        options={"mip_rel_gap": 0},
    )
    if found.x is None:
        return [False] * count
    return [value > 0.5 for value in found.x[:count]]
