"""Train a model of urgency with scikit-learn.

It adds three opinions, each linear, so that their sum is linear too: words, topics and traits, and
the weights of topics that were set by hand. They err in different ways: on a tracker that none of
them saw, their sum is better than the best of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import rankdata
from sklearn.linear_model import Ridge

from rules.text_model.features import BODY, TITLE, features
from rules.text_model.model import Name
from rules.text_model.model_file import ModelError
from rules.text_model.urgency.model import WORDS, UrgencyModel, model_of
from rules.text_model.urgency.topics import TOPICS
from rules.text_model.urgency.traits import SIZE, traits

TRACKERS = {TITLE: 3, BODY: 4}
TEXTS = {TITLE: 5, BODY: 10}
"""A word counts if this many trackers and texts use it: then it is no name, and carries over."""

STIFF = {"words": 12.0, "topics": 6_000.0}
"""Regularisation. Half and double of each give about the same order."""

SHARES = {"words": 1.0, "topics": 1.5, "by hand": 2.0}
"""The weight of each opinion in the sum, after all have the same spread."""

BODY_SHARE = 0.7
"""The weight of a topic in the body, if it is set by hand; 1 in the title."""

EDGES = 101

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Texts:
    """Texts as features: tf-idf `x`, topics and traits `more`; order `y`, and `source`."""

    names: tuple[Name, ...]
    idf: Floats
    x: csr_matrix
    more: Floats
    y: Floats
    source: NDArray[Any]

    def without(self, source: str) -> NDArray[np.bool_]:
        """Return which texts are from other sources."""
        return np.asarray(self.source != source)


def train(
    texts: Sequence[str],
    kinds: Sequence[str],
    ranks: Sequence[float],
    sources: Sequence[str],
    info: Mapping[str, Any] | None = None,
) -> UrgencyModel:
    """Train on texts, their issue types and the ranks of their priorities; raise ModelError.

    Ranks are compared within a source only: a High of one tracker is not a High of another.
    """
    if len({*sources}) < 2:
        raise ModelError("urgency is learned from two trackers or more: name more")
    data = _texts(texts, kinds, ranks, sources)
    everything = np.ones(len(texts), bool)
    spread, heard = _held_out(data)
    opinions = _opinions(data, everything)
    shares = {name: share / spread[name] for name, share in SHARES.items()}
    whole, totals = (_sum(shares, parts) for parts in (opinions, heard))
    places = np.linspace(0, 1, EDGES)
    edges = np.mean([np.quantile(totals[~data.without(s)], places) for s in {*sources}], axis=0)
    size = len(data.names)
    about = {"texts": dict(Counter(sources)), "features": size, **(info or {})}
    return model_of(data.names, (data.idf, whole[:size], whole[size:], edges), about)


def _sum(shares: Mapping[str, float], parts: Mapping[str, Floats]) -> Floats:
    return np.asarray(sum(share * parts[name] for name, share in shares.items()))


def _texts(
    texts: Sequence[str], kinds: Sequence[str], ranks: Sequence[float], sources: Sequence[str]
) -> _Texts:
    counted = [features(text) for text in texts]
    names = tuple(_common(counted, sources))
    has = [{(block, name) for block in WORDS for name in one[block]} for one in counted]
    seen = Counter(name for one in has for name in one)
    idf = np.array([np.log((1 + len(texts)) / (1 + seen[name])) + 1 for name in names])
    blank = np.zeros(0, np.float32)
    reader = UrgencyModel(names, idf.astype(np.float32), blank, blank, blank)
    found = [reader.terms(one) for one in counted]
    ends = np.cumsum([0, *(len(rows) for rows, _, _ in found)])
    columns, values = (np.concatenate([one[n] for one in found]) for n in (0, 1))
    x = csr_matrix((values, columns, ends), (len(texts), len(names)))
    bodies = [text.partition("\n")[2] for text in texts]
    more = [traits(*one)[0] for one in zip(counted, bodies, kinds, strict=True)]
    source = np.array(sources)
    return _Texts(names, idf, x, np.array(more), _order(np.array(ranks), source), source)


def _common(counted: Sequence[Mapping[str, Counter[str]]], sources: Sequence[str]) -> list[Name]:
    """Return the features that enough texts of enough sources have."""
    texts: Counter[Name] = Counter()
    trackers: dict[Name, set[str]] = {}
    for one, source in zip(counted, sources, strict=True):
        for name in ((block, word) for block in WORDS for word in one[block]):
            texts[name] += 1
            trackers.setdefault(name, set()).add(source)
    all_of_them = len({*sources})
    return sorted(
        (block, word)
        for (block, word), count in texts.items()
        if count >= TEXTS[block] and len(trackers[block, word]) >= min(TRACKERS[block], all_of_them)
    )


def _order(ranks: Floats, source: NDArray[Any]) -> Floats:
    """Return each text's place in its own source, from -0.5 to 0.5; ties share a place."""
    found = np.zeros(len(ranks))
    for one in set(source.tolist()):
        inside = source == one
        found[inside] = (rankdata(ranks[inside]) - 0.5) / inside.sum() - 0.5
    return found


def _opinions(data: _Texts, chosen: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return the weights of each opinion, learned from the chosen texts: words, then the rest."""
    size = len(data.names)
    middle, scale = data.more.mean(axis=0), data.more.std(axis=0) + 0.02
    words = _ridge(data, data.x, chosen, "words")
    scaled = _ridge(data, (data.more - middle) / scale, chosen, "topics") / scale
    hand = np.array([weight for weight, _ in TOPICS.values()])
    traits_by_hand = np.zeros(SIZE - 2 * len(hand))
    return {
        "words": np.concatenate([words, np.zeros(SIZE)]),
        "topics": np.concatenate([np.zeros(size), scaled]),
        "by hand": np.concatenate([np.zeros(size), hand, BODY_SHARE * hand, traits_by_hand]),
    }


def _ridge(data: _Texts, x: Any, chosen: NDArray[np.bool_], name: str) -> Floats:
    """Return the weights of a ridge regression that hears small sources better than their size."""
    if not x.shape[1]:  # the texts share no word
        return np.zeros(0)
    many = Counter(data.source[chosen].tolist())
    weight = np.array([many[one] ** -0.5 for one in data.source[chosen]])
    one = Ridge(alpha=STIFF[name]).fit(x[chosen], data.y[chosen], weight / weight.mean())
    return np.asarray(one.coef_, float)


def _held_out(data: _Texts) -> tuple[dict[str, float], dict[str, Floats]]:
    """Return the spread of each opinion, and its sums, on sources that it did not learn from."""
    sums = {name: np.zeros(len(data.y)) for name in SHARES}
    for source in sorted(set(data.source.tolist())):
        others = data.without(source)
        for name, weights in _opinions(data, others).items():
            size = len(data.names)
            tested = data.x[~others] @ weights[:size] + data.more[~others] @ weights[size:]
            sums[name][~others] = tested
    return {name: float(one.std()) or 1.0 for name, one in sums.items()}, sums
