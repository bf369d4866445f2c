"""How a text model is made: the only door to scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, PredefinedSplit, StratifiedKFold
from sklearn.naive_bayes import MultinomialNB

from rules.features import BLOCKS, features, is_cjk
from rules.names import MASK, names_in, pattern_of
from rules.textmodel import MIN_TEXTS, ModelError, TextModel, rounded

FOLDS = 5
STRENGTH = 1.0
"""The inverse of regularisation; from 0.5 to 3 it makes little difference on issues."""
SMOOTHING = 0.3


class _Linear(NamedTuple):
    """A row a label: what each feature adds to its log-odds, and where they begin."""

    weights: NDArray[Any]
    bias: NDArray[Any]


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None,
    groups: Sequence[str | None] | None,
    info: Mapping[str, Any],
) -> TextModel:
    """See `TextModel.train`."""
    known = tuple(sorted(set(labels)))
    _sound(texts, labels, weights, known)
    y = np.array([known.index(label) for label in labels])
    w = _balanced(texts, labels) * (np.ones(len(y)) if weights is None else weights)
    hide = pattern_of(names_in(texts))
    counted = [features(hide.sub(MASK, text)) for text in texts]
    vectorizers, x = _vectors(counted)
    linear = _learn(x, y, w, len(known))

    def odds_of(train: NDArray[Any], test: NDArray[Any]) -> NDArray[Any] | None:
        if len(set(y[train])) < len(known):
            return None
        part = _learn(x[train], y[train], w[train], len(known))
        return np.asarray(x[test] @ part.weights.T + part.bias)

    heat = temperature(odds_of, y, w, groups)
    names = [(b, name) for b, v in vectorizers.items() for name in v.get_feature_names_out()]
    idf = np.concatenate([v.idf_ for v in vectorizers.values()])
    return TextModel(
        labels=known,
        names=tuple(names),
        idf=rounded(idf),
        weights=rounded(linear.weights.T / heat),
        bias=(linear.bias / heat).astype(np.float32),
        info={"texts": dict(Counter(labels)), "features": len(names), **info},
    )


def _sound(
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None,
    known: Sequence[str],
) -> None:
    if len(texts) != len(labels) or (weights is not None and len(weights) != len(texts)):
        raise ModelError("texts, labels and weights differ in number")
    if len(known) < 2:
        raise ModelError("a model needs texts of at least two classes")
    rare = [label for label, count in Counter(labels).items() if count < MIN_TEXTS]
    if rare:
        raise ModelError(f"there is only one text of {', '.join(sorted(rare))}: label some more")


def _balanced(texts: Sequence[str], labels: Sequence[str]) -> NDArray[Any]:
    """So that in each script all classes weigh alike: else Chinese itself would speak for one."""
    scripts = ["cjk" if is_cjk(text) else "other" for text in texts]
    pairs = list(zip(scripts, labels, strict=True))
    in_script, in_pair = Counter(scripts), Counter(pairs)
    classes = Counter(script for script, _ in in_pair)
    return np.array([in_script[s] / (classes[s] * in_pair[s, label]) for s, label in pairs])


def _vectors(counted: Sequence[Mapping[str, Counter[str]]]) -> tuple[dict[str, Any], csr_matrix]:
    """A vectorizer for each block that has features, and all texts by them."""
    vectorizers, parts = {}, []
    for block, weight in BLOCKS.items():
        vectorizer = TfidfVectorizer(
            analyzer=_spelled_out, sublinear_tf=True, min_df=MIN_TEXTS, dtype=np.float64
        )
        try:
            part = vectorizer.fit_transform([one[block] for one in counted])
        except ValueError:  # nothing in this block occurs often enough
            continue
        vectorizers[block] = vectorizer
        parts.append(weight * part)
    if not parts:
        raise ModelError("the texts have no word in common: there is nothing to learn")
    return vectorizers, hstack(parts).tocsr()


def _spelled_out(counts: Counter[str]) -> list[str]:
    return list(counts.elements())


def _learn(x: csr_matrix, y: NDArray[Any], w: NDArray[Any], labels: int) -> _Linear:
    """Logistic regression and naive Bayes, averaged."""
    one = LogisticRegression(C=STRENGTH, max_iter=1000).fit(x, y, sample_weight=w)
    other = MultinomialNB(alpha=SMOOTHING, fit_prior=False).fit(x, y, sample_weight=w)
    coefficients, intercept = one.coef_, one.intercept_
    if labels == 2:  # scikit-learn then has one row, the odds of the second label
        coefficients = np.vstack([-one.coef_, one.coef_]) / 2
        intercept = np.array([-1, 1]) * one.intercept_ / 2
    bayes = other.feature_log_prob_ - other.feature_log_prob_.mean(axis=0)
    return _Linear((coefficients + bayes) / 2, intercept / 2)


def temperature(
    odds_of: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any] | None],
    y: NDArray[Any],
    w: NDArray[Any],
    groups: Sequence[str | None] | None = None,
) -> float:
    """What to divide log-odds by, so that 80 % means right in 8 of 10 (Guo et al., ICML 2017).

    Learned on texts that were held out, fold by fold: `odds_of` takes the places of those to learn
    from and of those to judge, and gives the log-odds of the latter, None where it can't.
    """
    found: list[NDArray[Any]] = []
    held: list[NDArray[Any]] = []
    for train, test in _splits(y, groups):
        if (odds := odds_of(train, test)) is not None:
            found.append(odds)
            held.append(test)
    if not held:
        return 1.0
    odds, at = np.vstack(found), np.concatenate(held)
    y, w = y[at], w[at]

    def loss(log_heat: float) -> float:
        likely = log_softmax(odds / np.exp(log_heat), axis=1)
        return float(-(w * likely[np.arange(len(y)), y]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def _splits(
    y: NDArray[Any], groups: Sequence[str | None] | None
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """What is learned from and what is held out, fold by fold."""
    if groups is not None and len({*groups}) > 1:
        named = sorted({group for group in groups if group is not None})
        folds_of = [-1 if group is None else named.index(group) for group in groups]
        yield from PredefinedSplit(folds_of).split()  # -1: always learned from
        return
    kinds = np.bincount(y)
    folds = min(FOLDS, int(kinds[kinds > 0].min()))
    if folds > 1:
        yield from StratifiedKFold(folds, shuffle=True, random_state=0).split(y, y)
    elif len(y) > 1:
        yield from KFold(min(FOLDS, len(y)), shuffle=True, random_state=0).split(y)
