"""Train the model of signals with scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from rules.text_model.model_file import rounded
from rules.text_model.signals.features import features
from rules.text_model.signals.model import LANGUAGES, SignalModel, language
from rules.text_model.signals.samples import Sample
from rules.vocabulary.signals import SIGNALS

STRENGTH = 1.0
"""Inverse of regularisation."""
FOLDS = 4
UNKNOWN = -0.5
"""Log-odds above which a label that a text of other signals lacks is unknown."""
OFTEN_MISSING = frozenset(
    ("security", "outage", "data_wrong", "many_affected", "no_workaround", "deadline")
) | {"money_at_stake", "compliance", "customer_voice"}
"""Signals that texts often state beside another one, such as an outage that stops all work."""
MIN_TEXTS = 2
"""Features of fewer texts are left out."""

NEVER = -10.0
"""Log-odds of a signal that no text states."""

PRECISION = 0.6
"""Below the probability where held-out precision falls under this, the model abstains."""
LEAST = 0.3
"""No limit is lower: a rule should not see what the text states in fewer cases than this."""


def train(samples: Sequence[Sample], info: Mapping[str, Any] | None = None) -> SignalModel:
    """Return a model that learned from texts, calibrated on domains that were held out.

    Many texts state more signals than those that they are labelled with. So what a first model
    finds in a text of other signals is left out as unknown when the second learns.
    """
    names, x = _matrix([features(sample.said) for sample in samples])
    y = np.array([[name in sample.stated for name in SIGNALS] for sample in samples])
    domains = [sample.domain for sample in samples]
    first = held_out(x, y, np.ones_like(y), domains)
    known = y | ~(_open(samples) & (first > UNKNOWN)) & ~_speaks_against(samples)
    odds = held_out(x, y, known, domains)
    spoken = np.array([language(sample.text) for sample in samples])
    fits = [_calibrated(odds, y, known & (spoken == one)[:, None]) for one in LANGUAGES]
    weights, bias = _learn(x, y, known)
    return SignalModel(
        signals=tuple(SIGNALS),
        names=names,
        weights=rounded(weights[: len(names)]),
        meanings=weights[len(names) :].astype(np.float32),
        bias=bias.astype(np.float32),
        scales=np.array([fit[0] for fit in fits], np.float32),
        shifts=np.array([fit[1] for fit in fits], np.float32),
        limits=np.array([fit[2] for fit in fits], np.float32),
        info={"texts": len(samples), **(info or {})},
    )


def _open(samples: Sequence[Sample]) -> NDArray[np.bool_]:
    """Return of each text which signals it may state beside those it is labelled with."""
    often = np.array([[name in OFTEN_MISSING for name in SIGNALS]])
    return np.asarray(np.array([[bool(sample.stated)] for sample in samples]) & often)


def _speaks_against(samples: Sequence[Sample]) -> NDArray[np.bool_]:
    """Return where a denial may be evidence against: "no customer asked for it"."""
    against = np.array([[name == "evidence_against" for name in SIGNALS]])
    denied = [
        [sample.mark == "negated" and bool(sample.signals & {"customer_voice", "evidence_for"})]
        for sample in samples
    ]
    return np.asarray(np.array(denied) & against)


def _matrix(
    read: Sequence[tuple[Mapping[str, float], NDArray[Any]]],
) -> tuple[tuple[str, ...], csr_matrix]:
    """Return the names of the features in several texts, and a row per text: values, meaning."""
    counted, meant = zip(*read, strict=True)
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
    x = csr_matrix((values, (rows, places)), shape=(len(counted), len(names)))
    return names, hstack([x, csr_matrix(np.array(meant, np.float64))]).tocsr()


def held_out(
    x: csr_matrix, y: NDArray[Any], known: NDArray[Any], domains: Sequence[str]
) -> NDArray[Any]:
    """Return the log-odds of each text by a model that saw no text of its domain."""
    odds = np.zeros(y.shape)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for learned, asked in folds.split(x, groups=domains):
        weights, bias = _learn(x[learned], y[learned], known[learned])
        odds[asked] = x[asked] @ weights + bias
    return odds


def _learn(
    x: csr_matrix, y: NDArray[Any], known: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the weights, a column per signal, and their biases."""

    def learn(wanted: NDArray[Any], sure: NDArray[Any]) -> tuple[NDArray[Any], float]:
        if not wanted.any():
            return np.zeros(x.shape[1]), NEVER
        one = LogisticRegression(C=STRENGTH, solver="liblinear").fit(x[sure], wanted[sure])
        return one.coef_[0], float(one.intercept_[0])

    with ThreadPoolExecutor() as pool:  # liblinear runs without the lock of Python
        weights, bias = zip(*pool.map(learn, y.T, known.T), strict=True)
    return np.array(weights).T, np.array(bias)


def _calibrated(odds: NDArray[Any], y: NDArray[Any], known: NDArray[Any]) -> NDArray[Any]:
    """Return the scales, the shifts and the limits of all signals (Platt, 1999)."""
    fits = []
    for column, wanted, sure in zip(odds.T, y.T, known.T, strict=True):
        scale, shift = _platt(column[sure], wanted[sure])
        likely = expit(column[sure] * scale + shift)
        fits.append((scale, shift, _limit(likely, wanted[sure])))
    return np.array(fits).T


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
