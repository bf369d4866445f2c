"""Fine-tune a model on a team's issues."""

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
from rules.text_model.model import MIN_TEXTS, Name, TextModel, sealed, vocabulary
from rules.text_model.model_file import ModelError, rounded
from rules.text_model.redact_names import MASK, parts_of, pattern_of

TRUST = 10.0
"""How strongly a text changes the model. On issues, 3 to 30 give about the same accuracy."""

Floats = NDArray[np.float64]


class _Texts(NamedTuple):
    """The texts as features: `x`, the base model's log-odds, labels `y` and weights `w`."""

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
    """Return `model`, fine-tuned on these texts; raise ModelError.

    The labels must be labels of the model. The file of the new model contains no words of the
    texts: only hashes of words that occur in several texts. Names of `people` are left out.

    The method is logistic regression, with its weights pulled to the model's weights instead of to
    zero (Chelba and Acero, "Adaptation of Maximum Entropy Capitalizer", EMNLP 2004). Weights
    without evidence in the texts do not change.
    """
    _check(model, texts, labels, weights)
    hide = pattern_of(parts_of(people))
    hidden = [hide.sub(MASK, text) for text in texts]
    wider = _widened(model, hidden)
    looks = [wider.look(text) for text in hidden]
    used, places = np.unique(np.concatenate([look.rows for look in looks]), return_inverse=True)
    ends = np.cumsum([0, *(len(look.rows) for look in looks)])
    values = np.concatenate([look.values for look in looks])
    x = csr_matrix((values, places, ends), (len(texts), len(used)))
    data = _Texts(
        x,
        x @ wider.weights[used].astype(float) + wider.bias,
        np.array([model.labels.index(label) for label in labels]),
        np.ones(len(texts)) if weights is None else np.asarray(weights, float),
    )
    moved, bias = _learn(data)
    heat = temperature(lambda train, test: _odds(data, train, test), data.y, data.w)
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


def _check(
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
        raise ModelError("the model knows no word of the texts: there is nothing to learn")


def _widened(model: TextModel, texts: Sequence[str]) -> TextModel:
    """Return the model with the new words of the texts, all of weight 0."""
    seen: Counter[Name] = Counter()
    for text in texts:
        for block, counts in features(text).items():
            seen.update((block, name) for name in counts if block != PARTS)
    in_model = set(model.names)
    own = {
        (block, sealed(block, name)): count
        for (block, name), count in seen.items()
        if count >= MIN_TEXTS and (block, name) not in in_model
    }
    names = sorted(own.keys() - in_model)
    idf = [np.log((1 + len(texts)) / (1 + own[name])) + 1 for name in names]
    end = len(model.learned)
    return TextModel(
        labels=model.labels,
        names=(*model.learned, *names, *vocabulary()),
        idf=rounded(np.insert(model.idf, [end] * len(names), idf)),
        weights=np.insert(model.weights, [end] * len(names), 0, axis=0),
        bias=model.bias,
    )


def _learn(data: _Texts) -> tuple[Floats, Floats]:
    """Return the changes of the weights and of the bias."""
    x, odds, y, w = data
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


def _odds(data: _Texts, train: NDArray[Any], test: NDArray[Any]) -> Floats:
    """Return the log-odds of the test texts, by a model fine-tuned on the training texts."""
    moved, bias = _learn(_Texts(*(part[train] for part in data)))
    return np.asarray(data.odds[test] + data.x[test] @ moved + bias)
