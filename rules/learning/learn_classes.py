"""Learn how a team's people class issues, as a shift of the opinion of rules and text model.

The method is multinomial logistic regression with the votes as its offset and a Gaussian prior at
zero, so that without evidence everything stays as it ships (Chelba and Acero, "Adaptation of
Maximum Entropy Capitalizer", EMNLP 2004). The loss is convex: one optimum, in any order of lessons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from scipy.special import logsumexp

from rules.assess.team import view_of
from rules.learning.lessons import Example
from rules.text_model.model_file import rounded
from rules.text_model.redact_names import MASK, parts_of, pattern_of
from rules.text_model.team.classes import ClassHead, with_floor
from rules.text_model.team.seal import Seal
from rules.text_model.team.view import View, group_of
from rules.vocabulary.classes import KINDS

MIN_LESSONS = 2
"""Features of fewer lessons are left out: most are names, numbers or typing errors."""

VARIANCES: Mapping[str, float] = {"word": 4.0, "rule": 0.5, "signal": 0.3, "bias": 0.1}
"""The prior variance of a weight, by the group of its feature."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Lessons as numbers: a row each.

    `x` has a column per name, scaled by the prior's standard deviation. `offset` has the log of the
    votes of each class, `doubt` that of the doubt, `y` the class that people chose, `w` the weight.
    """

    x: csr_matrix
    offset: Floats
    doubt: Floats
    y: NDArray[np.int64]
    w: Floats

    def rows(self, places: NDArray[Any]) -> Data:
        """Return some of the lessons."""
        return Data(*(part[places] for part in vars(self).values()))


def learn_classes(examples: Sequence[Example], seal: Seal) -> ClassHead | None:
    """Return what these decisions teach about classes; None if they teach nothing about them."""
    used = [one for one in examples if one.lesson.field == "kind" and one.lesson.value in KINDS]
    views = [_without_people(one, seal) for one in used]
    counted = Counter(name for view in views for name in view.values)
    names = sorted(name for name, count in counted.items() if count >= MIN_LESSONS)
    if not names:
        return None
    deviations = np.sqrt([VARIANCES[group_of(name)] for name in names])
    data = _data(used, views, names, deviations)
    weights = _fit(data) * deviations[:, None]
    return ClassHead(KINDS, tuple(names), rounded(weights))


def _without_people(example: Example, seal: Seal) -> View:
    """Return the issue as the model sees it, without the names of the people who touched it."""
    view = view_of(seal, example.assessment)
    hide = pattern_of(parts_of(example.lesson.issue.people))
    return replace(view, text=hide.sub(MASK, view.text))


def _data(
    examples: Sequence[Example], views: Sequence[View], names: Sequence[str], deviations: Floats
) -> Data:
    column = {name: n for n, name in enumerate(names)}
    cells = [
        (row, column[name], value)
        for row, view in enumerate(views)
        for name, value in view.values.items()
        if name in column
    ]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
    x = csr_matrix((values, (rows, columns)), (len(views), len(names)), dtype=float)
    known = [with_floor(one.assessment.classification.shares) for one in examples]
    with np.errstate(divide="ignore"):
        offset = np.log([[shares[kind] for kind in KINDS] for shares, _ in known])
        doubt = np.log([doubt for _, doubt in known])
    return Data(
        csr_matrix(x @ diags(deviations)),
        offset,
        doubt,
        np.array([KINDS.index(one.lesson.value) for one in examples]),
        np.array([one.lesson.weight for one in examples]),
    )


def _fit(data: Data) -> Floats:
    """Return the most likely weights, in units of the prior's standard deviation."""
    x, y, w = data.x, data.y, data.w
    shape = x.shape[1], len(KINDS)
    truth = np.eye(len(KINDS))[y]

    def loss(flat: Floats) -> tuple[float, Floats]:
        odds = data.offset + x @ flat.reshape(shape)
        whole = logsumexp(np.column_stack([odds, data.doubt]), axis=1)
        likely = np.exp(odds - whole[:, None])
        cost = -float(w @ ((odds * truth).sum(axis=1) - whole)) + float(flat @ flat) / 2
        return cost, (x.T @ (w[:, None] * (likely - truth))).ravel() + flat

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(found.reshape(shape))
