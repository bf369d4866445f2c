"""Train a text model with scikit-learn."""

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
from rules.text_model.calibrate import cjk_factor, temperature
from rules.text_model.features import BLOCKS, BODY, features, is_cjk
from rules.text_model.model import MEANT, MIN_TEXTS, Name, TextModel, vocabulary
from rules.text_model.model_file import ModelError, rounded
from rules.text_model.redact_names import MASK, names_in, pattern_of

STRENGTH = 1.0
"""Inverse of regularisation. On issues, 0.5 to 3 give about the same accuracy."""
REACH, REACH_UNSEEN = 0.5, 2.0
"""Weight of word vectors beside words: within known groups, and for unseen groups, which use other
words. 0.25 to 1 and 1 to 3 give about the same accuracy.
"""

BALANCE, BALANCE_UNSEEN = 1.0, 0.5
"""Exponent of the weights that give all classes the same total. For unseen groups it is halfway:
with the same total, a rare class was found too often there; with its own share, too seldom.
"""

BODY_GAIN = 1.7
"""Extra weight of the body within known groups: their headings and versions are good evidence."""


@dataclass(frozen=True)
class _Terms:
    """Texts as features: tf-idf in `x`, with a row per text and a column per feature.

    The last columns are the vocabulary: words with a vector, even if these texts do not contain
    them. `frequent` are the columns of all features in at least MIN_TEXTS texts.
    """

    names: tuple[Name, ...]
    idf: NDArray[Any]
    x: csr_matrix
    frequent: NDArray[np.int64]

    @classmethod
    def of(
        cls, counted: Sequence[Mapping[str, Counter[str]]], borrowed: Sequence[bool] | None
    ) -> _Terms:
        """Build the features of texts. Features only in borrowed texts are left out."""
        owned = [one for n, one in enumerate(counted) if not (borrowed and borrowed[n])]
        names: list[Name] = []
        own, shared = [], []
        for block, weight in BLOCKS.items():
            words = word_vectors.words() if block in MEANT else {}
            texts_with = Counter(name for one in owned for name in one[block])
            often = (name for name, count in texts_with.items() if count >= MIN_TEXTS)
            frequent_names = sorted(name for name in often if name not in words)
            if not frequent_names and not words:
                continue
            vectorizer = TfidfVectorizer(
                analyzer=_spelled_out,
                sublinear_tf=True,
                vocabulary=[*frequent_names, *words],
                dtype=np.float64,
            )
            x = weight * vectorizer.fit_transform([one[block] for one in counted])
            end = len(frequent_names)
            own.append((x[:, :end], vectorizer.idf_[:end]))
            shared.append((x[:, end:], vectorizer.idf_[end:]))
            names += [(block, name) for name in frequent_names]
        parts, idfs = zip(*own, *shared, strict=True)
        x = hstack(parts).tocsr()
        frequent = np.flatnonzero(x.getnnz(axis=0) >= MIN_TEXTS)
        if not frequent.size:
            raise ModelError("the texts have no word in common: there is nothing to learn")
        return cls((*names, *vocabulary()), np.concatenate(idfs), x, frequent)

    def of_texts(self, rows: NDArray[Any]) -> _Terms:
        """Return the features of some of the texts."""
        return replace(self, x=self.x[rows])


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None = None,
    groups: Sequence[str | None] | None = None,
    borrowed: Sequence[bool] | None = None,
    info: Mapping[str, Any] | None = None,
) -> TextModel:
    """Train a model on labelled texts, each with an optional weight; raise ModelError.

    Rare classes get more weight. Probabilities are calibrated on held-out texts. With
    `groups`, such as projects, each fold holds out whole groups, since the model will judge unseen
    groups; then word vectors get more weight. Texts of the group None are never held out. Words
    that always have a capital are left out as names. `borrowed` texts add no feature of their own:
    the model only learns from them weights for the vocabulary and for features of the other texts.
    """
    classes = tuple(sorted(set(labels)))
    _check(texts, labels, (weights, groups, borrowed), classes)
    y = np.array([classes.index(label) for label in labels])
    hide = pattern_of(names_in(texts))
    counted = [features(hide.sub(MASK, text)) for text in texts]
    unseen = groups is not None and len({*groups}) > 1
    w = _balanced(texts, labels) ** (BALANCE_UNSEEN if unseen else BALANCE)
    w *= np.ones(len(y)) if weights is None else weights
    plain = _Terms.of(counted, borrowed)
    gain = np.array(
        [BODY_GAIN if block == BODY and not unseen else 1.0 for block, _ in plain.names]
    )
    terms = replace(plain, x=csr_matrix(plain.x.multiply(gain)))
    learned = _learn(terms, y, w, len(classes), unseen)

    def odds_of(train: NDArray[Any], test: NDArray[Any]) -> NDArray[Any] | None:
        if len(set(y[train])) < len(classes):
            return None
        part = _learn(terms.of_texts(train), y[train], w[train], len(classes), unseen)
        return np.asarray(terms.x[test] @ part.T)

    temperatures = np.full(len(terms.names), temperature(odds_of, y, w, groups))
    cjk = np.array([is_cjk(text) for text in texts])
    in_cjk = [is_cjk(name) for _, name in terms.names]
    temperatures[in_cjk] *= cjk_factor(odds_of, y, w, groups, cjk)
    return TextModel(
        labels=classes,
        names=terms.names,
        idf=rounded(terms.idf),
        weights=rounded((learned * gain / temperatures).T),
        bias=np.zeros(len(classes), np.float32),
        info={
            "texts": dict(Counter(labels)),
            "features": len(terms.names) - len(vocabulary()),
            **(info or {}),
        },
    )


def _check(
    texts: Sequence[str],
    labels: Sequence[str],
    more: Sequence[Sequence[object] | None],
    classes: Sequence[str],
) -> None:
    if any(len(one) != len(texts) for one in (labels, *more) if one is not None):
        raise ModelError("texts, labels, weights, groups and borrowed differ in number")
    if len(classes) < 2:
        raise ModelError("a model needs texts of at least two classes")
    rare = [label for label, count in Counter(labels).items() if count < MIN_TEXTS]
    if rare:
        raise ModelError(f"only one text has the label {', '.join(sorted(rare))}: label more texts")


def _balanced(texts: Sequence[str], labels: Sequence[str]) -> NDArray[Any]:
    """Return weights that give all classes the same total in each script.

    Otherwise Chinese characters alone would be evidence for a class.
    """
    scripts = ["cjk" if is_cjk(text) else "other" for text in texts]
    pairs = list(zip(scripts, labels, strict=True))
    in_script, in_pair = Counter(scripts), Counter(pairs)
    classes = Counter(script for script, _ in in_pair)
    return np.array([in_script[s] / (classes[s] * in_pair[s, label]) for s, label in pairs])


def _spelled_out(counts: Counter[str]) -> list[str]:
    return list(counts.elements())


def _learn(
    terms: _Terms, y: NDArray[Any], w: NDArray[Any], labels: int, unseen: bool
) -> NDArray[Any]:
    """Return the weights of a logistic regression: a row per label, a column per feature.

    For texts of unseen groups, the weights are averaged with naive Bayes: that raises the accuracy
    there a little, and lowers it within known groups.
    """
    if not unseen:
        return _regression(terms, y, w, labels, REACH)
    found = _regression(terms, y, w, labels, REACH_UNSEEN) + _bayes(terms, y, w, labels)
    return np.asarray(found / 2)


def _regression(
    terms: _Terms, y: NDArray[Any], w: NDArray[Any], labels: int, reach: float
) -> NDArray[Any]:
    """Return the weights of a regression over features and the sum of their word vectors.

    Both parts are linear, so the weights of the vectors are added to the words' own weights. There
    is no intercept: a text without features has no evidence for any label.
    """
    meaning = reach * word_vectors.shipped()
    ends = len(terms.names) - len(meaning) * np.arange(len(MEANT), -1, -1)
    columns = [slice(*pair) for pair in pairwise(ends)]
    vectors = [csr_matrix(terms.x[:, part] @ meaning) for part in columns]
    seen = np.flatnonzero(terms.x.getnnz(axis=0))
    one = LogisticRegression(C=STRENGTH, max_iter=1000, fit_intercept=False)
    found = one.fit(hstack([terms.x[:, seen], *vectors]).tocsr(), y, sample_weight=w).coef_
    if labels == 2:  # scikit-learn then returns one row: the log-odds of the second label
        found = np.vstack([-found, found]) / 2
    weights = np.zeros((labels, len(terms.names)))
    weights[:, seen], of_meaning = np.split(found, [len(seen)], axis=1)
    for part, more in zip(columns, np.hsplit(of_meaning, len(MEANT)), strict=True):
        weights[:, part] += more @ meaning.T
    return weights


def _bayes(terms: _Terms, y: NDArray[Any], w: NDArray[Any], labels: int) -> NDArray[Any]:
    """Return the weights of naive Bayes over the features that several texts have."""
    one = MultinomialNB(fit_prior=False)
    found = one.fit(terms.x[:, terms.frequent], y, sample_weight=w).feature_log_prob_
    weights = np.zeros((labels, len(terms.names)))
    weights[:, terms.frequent] = found - found.mean(axis=0)
    return weights
