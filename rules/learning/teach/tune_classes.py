"""Fit the shift of classes, and choose by cross-validation how far people's decisions move it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import logsumexp

MISTAKES = (0.05, 0.15, 0.3, 0.6)
"""Shares of decisions that may be mistakes, to choose from."""

TRUSTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Factors of the shift, to choose from; 0 is what ships."""

MIN_TUNED = 10
"""With fewer lessons, nothing can be chosen by them."""

FOLDS, MANY = 5, 500
"""Above so many lessons one fold of five is enough to choose by."""

STEPS = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Lessons as numbers: a row each.

    `x` has a column per weight, scaled by the prior's standard deviation. `offset` has the log of
    the votes of each class, `doubt` that of the doubt, `y` the class that people chose, `w` the
    weight.
    """

    x: csr_matrix
    offset: Floats
    doubt: Floats
    y: NDArray[np.int64]
    w: Floats

    def rows(self, places: NDArray[Any]) -> Data:
        """Return some of the lessons."""
        return Data(*(part[places] for part in vars(self).values()))


@dataclass(frozen=True)
class Chosen:
    """The share of decisions that are mistakes, and the factor of the shift."""

    mistakes: float = 0.15
    trust: float = 1.0


def fit(data: Data, mistakes: float) -> Floats:
    """Return the most likely weights: a row per column of `x`, a column per class.

    They are in units of the prior's standard deviation. A decision is right with 1 - `mistakes`,
    else any class. Without mistakes the loss is convex.
    """
    x, w = data.x, data.w
    shape = x.shape[1], data.offset.shape[1]
    truth = np.eye(shape[1])[data.y]
    any_class = mistakes / shape[1]

    def loss(flat: Floats) -> tuple[float, Floats]:
        likely = np.exp(_log_likely(data, x @ flat.reshape(shape)))
        right = (likely * truth).sum(axis=1)
        told = np.maximum((1 - mistakes) * right + any_class, 1e-300)
        slope = (w * (1 - mistakes) * right / told)[:, None] * (likely - truth)
        return -float(w @ np.log(told)) + float(flat @ flat) / 2, (x.T @ slope).ravel() + flat

    start = np.zeros(shape[0] * shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return np.asarray(found.reshape(shape))


def tuned(data: Data) -> Chosen:
    """Return the settings under which held-out decisions are likeliest."""
    if len(data.y) < MIN_TUNED:
        return Chosen()
    gains = {Chosen(mistakes, trust): 0.0 for mistakes in MISTAKES for trust in TRUSTS}
    for train, test in _folds(len(data.y)):
        for mistakes in MISTAKES:
            shift = data.x[test] @ fit(data.rows(train), mistakes)
            for trust in TRUSTS:
                gains[Chosen(mistakes, trust)] += _log_told(
                    data.rows(test), trust * shift, mistakes
                )
    return max(gains, key=lambda one: gains[one])


def _folds(count: int) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    fold = np.arange(count) % FOLDS
    for n in range(1 if count > MANY else FOLDS):
        yield np.flatnonzero(fold != n), np.flatnonzero(fold == n)


def _log_likely(data: Data, shift: Floats) -> Floats:
    """Return the log-probability of each class after a shift. What is left is doubt."""
    odds = data.offset + shift
    whole = logsumexp(np.column_stack([odds, data.doubt]), axis=1)
    return np.asarray(odds - whole[:, None])


def _log_told(data: Data, shift: Floats, mistakes: float) -> float:
    """Return the log-likelihood of the decisions."""
    right = np.exp(_log_likely(data, shift)[np.arange(len(data.y)), data.y])
    told = (1 - mistakes) * right + mistakes / shift.shape[1]
    return float(data.w @ np.log(np.maximum(told, 1e-300)))
