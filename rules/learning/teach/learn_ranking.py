"""Learn how a team's people rank issues, as points on the score of the rulebook.

The method is ridge regression (Hoerl and Kennard, 1970) on what the score leaves open: each lesson
asks for the place of its priority among the others, less what its score says already. So without
evidence everything stays as it ships.

Habits drift: one year most issues are High, the next year Medium. Words of the first year would
then seem urgent. So each lesson is compared with the lessons near it in time only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from rules.assess.team import rank_view_of
from rules.learning.evidence.lessons import Example
from rules.learning.rank_figures import ranks
from rules.text_model.model_file import rounded
from rules.text_model.redact_names import MASK, parts_of, pattern_of
from rules.text_model.team.rank_view import WORDS, rank_group
from rules.text_model.team.ranking import RankHead
from rules.text_model.team.seal import Seal

FEWEST, MOST = 20, 2_000
"""The least lessons to learn from, and the most: the latest ones. Time grows with their square."""

MIN_LESSONS = 2
"""Features of fewer lessons are left out: most are names, numbers or typing errors."""

MOST_NAMES = 20_000
"""Limit for the size of the file: names with smaller weights are left out."""

SHARES: Mapping[str, float] = {
    WORDS: 4.0,
    "topic:": 0.2,
    "body topic:": 0.2,
    "form:": 0.05,
    "rule:": 0.06,
    "signal:": 0.04,
    "type:": 0.03,
    "urgency:": 0.02,
}
"""The prior variance of the points, by the group of features that they come from."""

NOISE = 15.0
"""The variance of priorities that no text explains, beside SHARES. 8 to 30 rank about the same."""

TRUST = 0.15
"""The correlation of scores and priorities to count on. On public trackers it is 0.1 to 0.4."""

NEAR = 40.0
"""The standard deviation, in lessons, of the window that a lesson is compared with."""

CUTS = (0.4, 0.55, 0.7, 0.85, 1.0)
"""Parts of the lessons, in time: what is learned up to a cut is tried on the lessons to the next.
"""

WORTH, SURE = 0.5, 60
"""The worth of the points before any trial, and the tried lessons that count as much as that."""

DOUBT = 1.0
"""How many standard errors are taken off the worth: wrong priorities may not do harm."""

LEAST_WORTH = 0.05

SPREADS = 6.0, 15.0
"""Limits for the standard deviation of scores, where all scores are equal or far apart."""

Floats = NDArray[np.float64]


class Told(NamedTuple):
    """A lesson on a priority: the issue's features, its score without the lesson, and the rank."""

    values: Mapping[str, float]
    score: float
    rank: float
    weight: float = 1.0


def learn_ranking(examples: Sequence[Example], seal: Seal) -> RankHead | None:
    """Return what these decisions teach about priorities; None if too few, or worth nothing."""
    used = (one for one in examples if one.lesson.field == "priority" and one.lesson.by_hand)
    ranked = sorted((one for one in used if one.lesson.rank is not None), key=_moment)
    return learn_points([_told(one, seal) for one in ranked])


def _moment(example: Example) -> float:
    at = example.lesson.at
    return at.timestamp() if at else float("-inf")


def _told(example: Example, seal: Seal) -> Told:
    """Return a lesson without the names of the people who touched the issue."""
    view = rank_view_of(seal, example.assessment)
    hide = pattern_of(parts_of(example.lesson.issue.people))
    view = replace(view, text=hide.sub(MASK, view.text))
    lesson = example.lesson
    return Told(view.values, example.assessment.scored.value, lesson.rank or 0.0, lesson.weight)


def learn_points(told: Sequence[Told]) -> RankHead | None:
    """Return the points that lessons teach, the oldest first; None as in `learn_ranking`."""
    told = [one for one in told if one.weight > 0][-MOST:]
    if len(told) < FEWEST or len({one.rank for one in told}) < 2:
        return None
    data = _data(told)
    worth = _worth(data)
    if worth < LEAST_WORTH:
        return None
    weights = _fit(data, len(told)) * data.scale * worth * data.unit
    kept = np.sort(np.argsort(-np.abs(weights), kind="stable")[:MOST_NAMES])
    usual = np.average(data.raw[:, kept] @ weights[kept], weights=data.w)
    names = tuple(data.names[n] for n in kept)
    return RankHead(names, rounded(weights[kept]), round(float(usual), 4), round(worth, 4))


@dataclass(frozen=True)
class _Data:
    """Lessons as numbers: a row each, the oldest first.

    `raw` has the values of features, `x` the same times `scale`, so that each weight has the same
    prior variance. `y` is what the score leaves open, in standard deviations of places; `unit` are
    the points of one.
    """

    names: tuple[str, ...]
    raw: csr_matrix
    x: csr_matrix
    scale: Floats
    y: Floats
    w: Floats
    unit: float


def _data(told: Sequence[Told]) -> _Data:
    seen = Counter(name for one in told for name in one.values)
    names = tuple(sorted(name for name, count in seen.items() if count >= MIN_LESSONS))
    column = {name: n for n, name in enumerate(names)}
    found = [[(column[n], x) for n, x in one.values.items() if n in column] for one in told]
    ends = np.cumsum([0, *map(len, found)])
    flat = [pair for row in found for pair in row]
    columns, values = np.array([n for n, _ in flat], np.int64), np.array([x for _, x in flat])
    raw = csr_matrix((values, columns, ends), (len(told), len(names)), dtype=float)
    scale = _scale(names, raw, np.array([seen[name] for name in names]))
    scores = np.array([one.score for one in told])
    spread = float(scores.std())
    known = TRUST * (scores - scores.mean()) / spread if spread else np.zeros(len(told))
    places = ranks(np.array([one.rank for one in told]))
    return _Data(
        names,
        raw,
        raw.multiply(scale).tocsr(),
        scale,
        (places - places.mean()) / places.std() - known,
        np.array([one.weight for one in told]),
        min(max(spread, SPREADS[0]), SPREADS[1]) / TRUST,
    )


def _scale(names: Sequence[str], raw: csr_matrix, seen: NDArray[np.int64]) -> Floats:
    """Return the scale of each feature: rare words weigh more, and each group has its share."""
    groups = [rank_group(name) for name in names]
    is_word = np.array([group == WORDS for group in groups], bool)
    found = np.where(is_word, np.log((1 + raw.shape[0]) / (1 + seen)) + 1, 1.0)
    mean = np.asarray(raw.mean(axis=0)).ravel()
    variance = (np.asarray(raw.multiply(raw).mean(axis=0)).ravel() - mean**2) * found**2
    for group, share in SHARES.items():
        inside = np.array([one == group for one in groups], bool)
        whole = float(variance[inside].sum())
        found[inside] *= np.sqrt(share / whole) if whole > 1e-9 else 0.0
    return found


def _fit(data: _Data, count: int) -> Floats:
    """Return the weights by the first `count` lessons, in units of the prior's deviation.

    The dual form (Saunders et al., ICML 1998): there are fewer lessons than features.
    """
    x, w = data.x[:count], data.w[:count]
    near = _apart(w)
    gram = near @ (x @ x.T).toarray() @ near.T
    dual = np.linalg.solve(gram + np.diag(NOISE / w), near @ data.y[:count])
    return np.asarray(x.T @ (near.T @ dual))


def _apart(w: Floats) -> Floats:
    """Return the matrix that takes from each value the mean of those near it in time."""
    place = np.arange(len(w))
    near = np.exp(-0.5 * ((place[:, None] - place) / NEAR) ** 2) * w
    return np.asarray(np.eye(len(w)) - near / near.sum(axis=1, keepdims=True))


def _worth(data: _Data) -> float:
    """Return the share of the points that held on later lessons, 0 to 1.

    Each trial learns from the lessons up to a cut only, as a team's model does. The share is the
    slope of what was left open over what was foretold, pulled to WORTH, less its doubt.
    """
    tried = [*_trials(data)]
    foretold, truth, w = (np.concatenate(part) for part in zip(*tried, strict=True))
    usual = float(np.average(foretold**2, weights=w))
    if not usual:
        return 0.0
    prior = SURE * usual
    held = float(w @ (foretold * truth)) + prior * WORTH
    doubt = DOUBT * np.sqrt(w @ foretold**2) * truth.std()
    return float(min(max((held - doubt) / (w.sum() * usual + prior), 0.0), 1.0))


def _trials(data: _Data) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield points foretold, what was left open, both less their mean, and the weights."""
    cuts = [int(share * len(data.y)) for share in CUTS]
    for start, end in pairwise(cuts):
        w = data.w[start:end]
        foretold = data.x[start:end] @ _fit(data, start)
        truth = data.y[start:end]
        yield foretold - np.average(foretold, weights=w), truth - np.average(truth, weights=w), w
