"""What a team's issues teach a model that knows others already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax

from rules.text_model.calibrate import temperature
from rules.text_model.features import PARTS, features
from rules.text_model.model import (
    MIN_TEXTS,
    ModelError,
    Name,
    TextModel,
    rounded,
    sealed,
    vocabulary,
)
from rules.text_model.redact_names import MASK, parts_of, pattern_of

TRUST = 10.0
"""How much a text moves the model: from 3 to 30 it makes little difference on issues."""

Floats = NDArray[np.float64]


class _Lessons(NamedTuple):
    """Texts by the features that the model is to have: `x` and, for each, what it says already."""

    x: csr_matrix
    odds: Floats
    y: NDArray[np.int64]
    w: Floats


def fine_tune(
    model: TextModel,
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None = None,
    people: Collection[str] = (),
    info: Mapping[str, Any] | None = None,
) -> TextModel:
    """Return a model that knows what `model` does, and what these texts teach. Raises ModelError.

    The labels are some of the model's. The file of the new model holds no word of the texts:
    digests of them, and only of those that several texts have; names of `people` are left out.

    Logistic regression whose weights are pulled to the model's instead of to zero, as in Chelba and
    Acero, "Adaptation of Maximum Entropy Capitalizer" (EMNLP 2004): what the texts say nothing of
    stays as it was.
    """
    _sound(model, texts, labels, weights)
    hide = pattern_of(parts_of(people))
    hidden = [hide.sub(MASK, text) for text in texts]
    wider = _widened(model, hidden)
    looks = [wider.look(text) for text in hidden]
    used, places = np.unique(np.concatenate([look.rows for look in looks]), return_inverse=True)
    ends = np.cumsum([0, *(len(look.rows) for look in looks)])
    values = np.concatenate([look.values for look in looks])
    x = csr_matrix((values, places, ends), (len(texts), len(used)))
    lessons = _Lessons(
        x,
        x @ wider.weights[used].astype(float) + wider.bias,
        np.array([model.labels.index(label) for label in labels]),
        np.ones(len(texts)) if weights is None else np.asarray(weights, float),
    )
    moved, bias = _learn(lessons)
    heat = temperature(lambda train, test: _odds(lessons, train, test), lessons.y, lessons.w)
    whole = wider.weights.astype(float)
    whole[used] += moved
    return TextModel(
        labels=model.labels,
        names=wider.names,
        idf=wider.idf,
        weights=rounded(whole / heat),
        bias=((wider.bias + bias) / heat).astype(np.float32),
        info=dict(info or {}),
    )


def _sound(
    model: TextModel,
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None,
) -> None:
    if len(texts) != len(labels) or (weights is not None and len(weights) != len(texts)):
        raise ModelError("texts, labels and weights differ in number")
    if unknown := sorted(set(labels) - set(model.labels)):
        raise ModelError(f"the model has no class {', '.join(unknown)}")
    if not any(model.look(text).known for text in texts):
        raise ModelError("the texts have no word that the model knows: there is nothing to learn")


def _widened(model: TextModel, texts: Sequence[str]) -> TextModel:
    """The model with words of the texts that it did not know, which say nothing yet."""
    seen: Counter[Name] = Counter()
    for text in texts:
        for block, counts in features(text).items():
            seen.update((block, name) for name in counts if block != PARTS)
    known = set(model.names)
    own = {
        (block, sealed(block, name)): count
        for (block, name), count in seen.items()
        if count >= MIN_TEXTS and (block, name) not in known
    }
    names = sorted(own.keys() - known)
    idf = [np.log((1 + len(texts)) / (1 + own[name])) + 1 for name in names]
    end = len(model.learned)
    return TextModel(
        labels=model.labels,
        names=(*model.learned, *names, *vocabulary()),
        idf=rounded(np.insert(model.idf, [end] * len(names), idf)),
        weights=np.insert(model.weights, [end] * len(names), 0, axis=0),
        bias=model.bias,
    )


def _learn(lessons: _Lessons) -> tuple[Floats, Floats]:
    """What to add to the weights of the features, and to the bias."""
    x, odds, y, w = lessons
    count, labels = x.shape[1], odds.shape[1]
    truth = np.eye(labels)[y]

    def loss(flat: Floats) -> tuple[float, Floats]:
        moved, bias = flat[:-labels].reshape(count, labels), flat[-labels:]
        likely = log_softmax(odds + x @ moved + bias, axis=1)
        cost = -TRUST * float(w @ (likely * truth).sum(axis=1)) + float(flat @ flat) / 2
        slope = TRUST * w[:, None] * (np.exp(likely) - truth)
        return cost, np.concatenate([(x.T @ slope + moved).ravel(), slope.sum(axis=0) + bias])

    found = minimize(loss, np.zeros((count + 1) * labels), jac=True, method="L-BFGS-B").x
    return found[:-labels].reshape(count, labels), found[-labels:]


def _odds(lessons: _Lessons, train: NDArray[Any], test: NDArray[Any]) -> Floats:
    """What a model that learned from some of the lessons says of others."""
    moved, bias = _learn(_Lessons(*(part[train] for part in lessons)))
    return np.asarray(lessons.odds[test] + lessons.x[test] @ moved + bias)
