"""Learn how a team's people class issues, as a shift of the opinion of rules and text model.

The method is multinomial logistic regression with the votes as its offset and a Gaussian prior at
zero, so that without evidence everything stays as it ships (Chelba and Acero, "Adaptation of
Maximum Entropy Capitalizer", EMNLP 2004). Some decisions are mistakes: the share of these is
chosen by cross-validation, and so is how far to go (`tune_classes.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

from rules.assess.team import view_of
from rules.learning.evidence.lessons import Example
from rules.learning.teach.tune_classes import Chosen, Data, fit, tuned
from rules.text_model.features import BODY, TITLE
from rules.text_model.model import shipped
from rules.text_model.model_file import rounded
from rules.text_model.redact_names import MASK, parts_of, pattern_of
from rules.text_model.team.classes import ClassHead, with_floor
from rules.text_model.team.seal import Name, Seal
from rules.text_model.team.view import View, group_of
from rules.vocabulary.classes import KINDS

MIN_LESSONS = 2
"""Features of fewer lessons are left out: most are names, numbers or typing errors."""

VARIANCES: Mapping[str, float] = {
    "word": 16.0,
    "rule": 0.5,
    "signal": 0.05,
    "undecided": 10.0,
    "bias": 0.005,
}
"""The prior variance of a weight, by the group of its feature.

Where the votes decide, what all issues have in common (bias) hardly counts: the mix of classes
changes from month to month. Where they don't, it is the best guess.
"""

IN_BODY = 0.1
"""The factor of the variance for a word of the body. Bodies have many words that say nothing."""

COMMON = 6
"""How much less a common word may change: the exponent of its rarity."""

LEAST_REST = 0.2
"""The least factor of the variance for a rule that spoke on issues of one wording only."""

TELLING = 0.5
"""The least rarity of a word that makes a wording: "button" does, "the" does not."""

FEW = 6
"""So many issues more without a word in common are assumed: a few may have one by chance."""

RECENT = timedelta(days=60)
"""The age of a decision, from the newest one, up to which it may overrule older ones."""

NEWEST = (0.1, 0.2)
"""The shares of the decisions that are recent: the newest of all."""


def learn_classes(
    examples: Sequence[Example], seal: Seal, chosen: Chosen | None = None
) -> ClassHead | None:
    """Return what these decisions teach about classes; None if they teach nothing about them.

    Decisions without a time have to be in the order of time. `chosen` are the settings; None
    chooses them by cross-validation, which takes twenty times as long.
    """
    used = [one for one in examples if one.lesson.field == "kind" and one.lesson.value in KINDS]
    views = [_without_people(one, seal) for one in used]
    counted = Counter(name for view in views for name in view.values)
    names = sorted(name for name, count in counted.items() if count >= MIN_LESSONS)
    if not names:
        return None
    deviations = np.sqrt(_variances(names, views))
    data = _data(used, views, names, deviations)
    chosen = chosen or tuned(data)
    # Every issue that will be judged is a recent one, so that all parts count there.
    weights = sum(np.vsplit(fit(data, chosen.mistakes), 1 + len(NEWEST)))
    weights = chosen.trust * weights * deviations[:, None]
    return ClassHead(KINDS, tuple(names), rounded(weights))


def _without_people(example: Example, seal: Seal) -> View:
    """Return the issue as the model sees it, without the names of the people who touched it."""
    view = view_of(seal, example.assessment)
    hide = pattern_of(parts_of(example.lesson.issue.people))
    return replace(view, text=hide.sub(MASK, view.text))


def _variances(names: Sequence[str], views: Sequence[View]) -> NDArray[np.float64]:
    """Return the prior variance of each weight."""
    words: dict[str, Name] = {}
    for view in views:
        words |= view.words
    telling = {
        name
        for name, word in words.items()
        if word[0] == TITLE and shipped().rarity(word) >= TELLING
    }
    return np.array([_variance(name, views, words, telling) for name in names])


def _variance(
    name: str, views: Sequence[View], words: Mapping[str, Name], telling: Collection[str]
) -> float:
    """Return the prior variance of a weight. Words that are common everywhere get little."""
    group = group_of(name)
    if group == "rule":
        return VARIANCES[group] * max(1 - _alike(name, views, telling), LEAST_REST)
    if group != "word":
        return VARIANCES[group]
    block, _ = words[name]
    rare = shipped().rarity(words[name]) ** COMMON
    return VARIANCES[group] * rare * (IN_BODY if block == BODY else 1.0)


def _alike(rule: str, views: Sequence[View], telling: Collection[str]) -> float:
    """Return how alike the titles are on which a rule spoke: the share with the same word.

    The rule may speak on many other issues. So if people's decisions on it are all about one
    wording, they are better explained by the wording.
    """
    spoke = [view for view in views if rule in view.values]
    counted = Counter(name for view in spoke for name in view.values if name in telling)
    return max(counted.values(), default=0) / (len(spoke) + FEW)


def _data(
    examples: Sequence[Example],
    views: Sequence[View],
    names: Sequence[str],
    deviations: NDArray[np.float64],
) -> Data:
    """Return the lessons as numbers.

    Each feature has a column for all lessons, and further ones for the recent ones (Daumé III,
    "Frustratingly Easy Domain Adaptation", ACL 2007). So a new meaning of a word needs not outvote
    the old one.
    """
    x = csr_matrix(_cells(views, names) @ diags(deviations))
    changing = x @ diags(_can_change(names))
    known = [with_floor(one.assessment.classification.shares) for one in examples]
    with np.errstate(divide="ignore"):
        offset = np.log([[shares[kind] for kind in KINDS] for shares, _ in known])
        doubt = np.log([doubt for _, doubt in known])
    return Data(
        csr_matrix(hstack([x, *(diags(_recent(examples, part)) @ changing for part in NEWEST)])),
        offset,
        doubt,
        np.array([KINDS.index(one.lesson.value) for one in examples]),
        np.array([one.lesson.weight for one in examples]),
    )


def _can_change(names: Sequence[str]) -> NDArray[np.float64]:
    """Return 1 for each feature with a meaning that people can change, and 0 for the others."""
    return np.array([float(group_of(name) in ("word", "rule")) for name in names])


def _cells(views: Sequence[View], names: Sequence[str]) -> csr_matrix:
    column = {name: n for n, name in enumerate(names)}
    cells = [
        (row, column[name], value)
        for row, view in enumerate(views)
        for name, value in view.values.items()
        if name in column
    ]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
    return csr_matrix((values, (rows, columns)), (len(views), len(names)), dtype=float)


def _recent(examples: Sequence[Example], share: float) -> NDArray[np.float64]:
    """Return 1 for each lesson of the newest share, and 0 for the others."""
    first = math.floor(len(examples) * (1 - share))
    times = [one.lesson.at for one in examples if one.lesson.at]
    if len(times) < len(examples):
        return (np.arange(len(examples)) >= first).astype(float)
    since = max(sorted(times)[first], max(times) - RECENT)
    return np.array([float(at >= since) for at in times])
