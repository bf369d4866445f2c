"""Train the model of signals with scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from rules.text_model.model import rounded
from rules.text_model.signals.features import features
from rules.text_model.signals.model import LANGUAGES, SignalModel, language
from rules.text_model.signals.samples import Sample
from rules.vocabulary.signals import SIGNALS

STRENGTH = 1.0
"""Inverse of regularisation."""
FOLDS = 5
MIN_TEXTS = 2
"""Features of fewer texts are left out."""

PRECISION = 0.6
"""Below the probability where held-out precision falls under this, the model abstains."""
LEAST = 0.3
"""No limit is lower: a rule should not see what the text states in fewer cases than this."""


def train(samples: Sequence[Sample], info: Mapping[str, Any] | None = None) -> SignalModel:
    """Return a model that learned from texts, calibrated on domains that were held out."""
    names, x = _matrix([features(sample.text) for sample in samples])
    y = np.array([[name in sample.stated for name in SIGNALS] for sample in samples])
    odds = held_out(x, y, [sample.domain for sample in samples])
    spoken = np.array([language(sample.text) for sample in samples])
    fits = [_calibrated(odds[spoken == one], y[spoken == one]) for one in LANGUAGES]
    weights, bias = _learn(x, y)
    return SignalModel(
        signals=tuple(SIGNALS),
        names=names,
        weights=rounded(weights),
        bias=bias.astype(np.float32),
        scales=np.array([fit[0] for fit in fits], np.float32),
        shifts=np.array([fit[1] for fit in fits], np.float32),
        limits=np.array([fit[2] for fit in fits], np.float32),
        info={"texts": len(samples), **(info or {})},
    )


def _matrix(counted: Sequence[Mapping[str, float]]) -> tuple[tuple[str, ...], csr_matrix]:
    """Return the names of the features in several texts, and their values: a row per text."""
    texts = Counter(name for one in counted for name in one)
    names = tuple(sorted(name for name, count in texts.items() if count >= MIN_TEXTS))
    columns = {name: n for n, name in enumerate(names)}
    cells = [
        (row, columns[name], value)
        for row, one in enumerate(counted)
        for name, value in one.items()
        if name in columns
    ]
    rows, places, values = zip(*cells, strict=True)
    return names, csr_matrix((values, (rows, places)), shape=(len(counted), len(names)))


def held_out(x: csr_matrix, y: NDArray[Any], domains: Sequence[str]) -> NDArray[Any]:
    """Return the log-odds of each text by a model that saw no text of its domain."""
    odds = np.zeros(y.shape)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for learned, asked in folds.split(x, groups=domains):
        weights, bias = _learn(x[learned], y[learned])
        odds[asked] = x[asked] @ weights + bias
    return odds


def _learn(x: csr_matrix, y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the weights, a column per signal, and their biases."""
    found = [LogisticRegression(C=STRENGTH, solver="liblinear").fit(x, one) for one in y.T]
    return np.hstack([one.coef_.T for one in found]), np.hstack([one.intercept_ for one in found])


def _calibrated(
    odds: NDArray[Any], y: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the scale, the shift and the limit of each signal (Platt, 1999)."""
    fits = [_platt(column, wanted) for column, wanted in zip(odds.T, y.T, strict=True)]
    scales, shifts = np.array(fits).T
    likely = 1 / (1 + np.exp(-(odds * scales + shifts)))
    limits = [_limit(column, wanted) for column, wanted in zip(likely.T, y.T, strict=True)]
    return scales, shifts, np.array(limits)


def _platt(odds: NDArray[Any], wanted: NDArray[Any]) -> tuple[float, float]:
    """Return the scale and the shift that make log-odds fit held-out texts best."""

    def loss(pair: NDArray[Any]) -> float:
        fitted = odds * pair[0] + pair[1]
        return float(np.logaddexp(0, np.where(wanted, -fitted, fitted)).mean())

    scale, shift = minimize(loss, (1.0, 0.0), method="Nelder-Mead").x
    return float(scale), float(shift)


def _limit(likely: NDArray[Any], wanted: NDArray[Any]) -> float:
    """Return the least probability above which enough of the texts state the signal."""
    order = np.argsort(-likely, kind="stable")
    precision = np.cumsum(wanted[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    return max(float(likely[order[good[-1]]]), LEAST) if len(good) else 1.0
