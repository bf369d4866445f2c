"""How a text model is made, with scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from rules.text_model import word_vectors
from rules.text_model.calibrate import _cooling, temperature
from rules.text_model.features import BLOCKS, BODY, features, is_cjk
from rules.text_model.model import (
    MEANT,
    MIN_TEXTS,
    ModelError,
    Name,
    TextModel,
    rounded,
    vocabulary,
)
from rules.text_model.redact_names import MASK, names_in, pattern_of

STRENGTH = 1.0
"""The inverse of regularisation; from 0.5 to 3 it makes little difference on issues."""
REACH, REACH_ABROAD = 0.5, 2.0
"""How much the meaning of a word counts beside the word; abroad: on texts of other groups, which
use other words. From 0.25 to 1, and from 1 to 3, it makes little difference.
"""

LOUDER = 1.7
"""How much more the body of a text counts at home, where its headings and versions tell much."""


@dataclass(frozen=True)
class _Terms:
    """Texts by their features: tf-idf in `x`, a row a text and a column a feature.

    The last columns are those of the vocabulary: words that these texts need not have, as it is
    known what they mean. `frequent` are the columns of all features that MIN_TEXTS texts have.
    """

    names: tuple[Name, ...]
    idf: NDArray[Any]
    x: csr_matrix
    frequent: NDArray[np.int64]

    @classmethod
    def of(
        cls, counted: Sequence[Mapping[str, Counter[str]]], borrowed: Sequence[bool] | None
    ) -> _Terms:
        """Of texts by their features; those that only borrowed texts have are left out."""
        owned = [one for n, one in enumerate(counted) if not (borrowed and borrowed[n])]
        names: list[Name] = []
        own, meant = [], []
        for block, weight in BLOCKS.items():
            words = word_vectors.words() if block in MEANT else {}
            texts_with = Counter(name for one in owned for name in one[block])
            often = (name for name, count in texts_with.items() if count >= MIN_TEXTS)
            learned = sorted(name for name in often if name not in words)
            if not learned and not words:
                continue
            vectorizer = TfidfVectorizer(
                analyzer=_spelled_out,
                sublinear_tf=True,
                vocabulary=[*learned, *words],
                dtype=np.float64,
            )
            x = weight * vectorizer.fit_transform([one[block] for one in counted])
            end = len(learned)
            own.append((x[:, :end], vectorizer.idf_[:end]))
            meant.append((x[:, end:], vectorizer.idf_[end:]))
            names += [(block, name) for name in learned]
        parts, idfs = zip(*own, *meant, strict=True)
        x = hstack(parts).tocsr()
        frequent = np.flatnonzero(x.getnnz(axis=0) >= MIN_TEXTS)
        if not frequent.size:
            raise ModelError("the texts have no word in common: there is nothing to learn")
        return cls((*names, *vocabulary()), np.concatenate(idfs), x, frequent)

    def of_texts(self, rows: NDArray[Any]) -> _Terms:
        """Of some of the texts."""
        return replace(self, x=self.x[rows])


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None = None,
    groups: Sequence[str | None] | None = None,
    borrowed: Sequence[bool] | None = None,
    info: Mapping[str, Any] | None = None,
) -> TextModel:
    """Learn from labelled texts; `weights` says how much each counts. Raises ModelError.

    Classes count alike however many texts each has. Probabilities are calibrated on texts that
    were held out; with `groups`, whole groups of them, such as a project's, as what is to be
    judged later comes from others too: then what words mean counts more. A text whose group is
    None is never held out. Words that always have a capital are left out: they are names. Of
    `borrowed` texts the model keeps no feature: only how they use those of the vocabulary and
    of the other texts.
    """
    known = tuple(sorted(set(labels)))
    _sound(texts, labels, (weights, groups, borrowed), known)
    y = np.array([known.index(label) for label in labels])
    w = _balanced(texts, labels) * (np.ones(len(y)) if weights is None else weights)
    hide = pattern_of(names_in(texts))
    counted = [features(hide.sub(MASK, text)) for text in texts]
    abroad = groups is not None and len({*groups}) > 1
    plain = _Terms.of(counted, borrowed)
    loud = np.array([LOUDER if block == BODY and not abroad else 1.0 for block, _ in plain.names])
    terms = replace(plain, x=csr_matrix(plain.x.multiply(loud)))
    learned = _learn(terms, y, w, len(known), abroad)

    def odds_of(train: NDArray[Any], test: NDArray[Any]) -> NDArray[Any] | None:
        if len(set(y[train])) < len(known):
            return None
        part = _learn(terms.of_texts(train), y[train], w[train], len(known), abroad)
        return np.asarray(terms.x[test] @ part.T)

    heat = np.full(len(terms.names), temperature(odds_of, y, w, groups))
    cjk = np.array([is_cjk(text) for text in texts])
    heat[[is_cjk(name) for _, name in terms.names]] *= _cooling(odds_of, y, w, groups, cjk)
    return TextModel(
        labels=known,
        names=terms.names,
        idf=rounded(terms.idf),
        weights=rounded((learned * loud / heat).T),
        bias=np.zeros(len(known), np.float32),
        info={
            "texts": dict(Counter(labels)),
            "features": len(terms.names) - len(vocabulary()),
            **(info or {}),
        },
    )


def _sound(
    texts: Sequence[str],
    labels: Sequence[str],
    more: Sequence[Sequence[object] | None],
    known: Sequence[str],
) -> None:
    if any(len(one) != len(texts) for one in (labels, *more) if one is not None):
        raise ModelError("texts, labels, weights, groups and borrowed differ in number")
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


def _spelled_out(counts: Counter[str]) -> list[str]:
    return list(counts.elements())


def _learn(
    terms: _Terms, y: NDArray[Any], w: NDArray[Any], labels: int, abroad: bool
) -> NDArray[Any]:
    """Logistic regression: a row a label, a column a feature.

    For texts of other groups averaged with naive Bayes: there it makes the model right a little
    more often, and at home less.
    """
    if not abroad:
        return _regression(terms, y, w, labels, REACH)
    found = _regression(terms, y, w, labels, REACH_ABROAD) + _bayes(terms, y, w, labels)
    return np.asarray(found / 2)


def _regression(
    terms: _Terms, y: NDArray[Any], w: NDArray[Any], labels: int, reach: float
) -> NDArray[Any]:
    """It sees a text by its features and by the sum of what its words mean.

    Both are linear, so what a word's meaning adds becomes a part of the word's own weight. Of a
    text without any feature nothing is known: there is no intercept.
    """
    meaning = reach * word_vectors.shipped()
    ends = len(terms.names) - len(meaning) * np.arange(len(MEANT), -1, -1)
    columns = [slice(*pair) for pair in pairwise(ends)]
    meant = [csr_matrix(terms.x[:, part] @ meaning) for part in columns]
    seen = np.flatnonzero(terms.x.getnnz(axis=0))
    one = LogisticRegression(C=STRENGTH, max_iter=1000, fit_intercept=False)
    found = one.fit(hstack([terms.x[:, seen], *meant]).tocsr(), y, sample_weight=w).coef_
    if labels == 2:  # scikit-learn then has one row, the odds of the second label
        found = np.vstack([-found, found]) / 2
    weights = np.zeros((labels, len(terms.names)))
    weights[:, seen], of_meaning = np.split(found, [len(seen)], axis=1)
    for part, more in zip(columns, np.hsplit(of_meaning, len(MEANT)), strict=True):
        weights[:, part] += more @ meaning.T
    return weights


def _bayes(terms: _Terms, y: NDArray[Any], w: NDArray[Any], labels: int) -> NDArray[Any]:
    """It sees the features that several texts have."""
    one = MultinomialNB(fit_prior=False)
    found = one.fit(terms.x[:, terms.frequent], y, sample_weight=w).feature_log_prob_
    weights = np.zeros((labels, len(terms.names)))
    weights[:, terms.frequent] = found - found.mean(axis=0)
    return weights
