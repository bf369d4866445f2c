"""Measure a model of signals on texts whose signals are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.text_model.signals.model import SignalModel, language
from rules.text_model.signals.samples import Sample

BINS = 10
MEAN = "mean"


@dataclass(frozen=True)
class Figures:
    """How well a signal is read; `texts` is the number of texts that state it.

    Precision and recall are those of what is not below the limit of the signal.
    """

    signal: str
    texts: int
    precision: float
    recall: float
    average_precision: float
    calibration_error: float


def figures(model: SignalModel, samples: Sequence[Sample], spoken: str) -> list[Figures]:
    """Return the figures of each signal on the texts of one language, and at last their means."""
    some = [sample for sample in samples if language(sample.text) == spoken]
    if not some:
        return []
    likely = model.likely([sample.said for sample in some])
    limits = model.limits_of(spoken)
    table = [*_each(model, some, likely, limits)]
    parts = [[getattr(one, name) for one in table] for name in _MEANS]
    means = (float(np.mean(part)) for part in parts)
    return [*table, Figures(MEAN, len(some), *means)]


_MEANS = ("precision", "recall", "average_precision", "calibration_error")


def _each(
    model: SignalModel,
    samples: Sequence[Sample],
    likely: NDArray[np.float32],
    limits: NDArray[np.float32],
) -> Iterator[Figures]:
    for column, name in enumerate(model.signals):
        stated = np.array([name in sample.stated for sample in samples])
        found = likely[:, column]
        sure = found >= limits[column]
        right = float((sure & stated).sum())
        yield Figures(
            name,
            int(stated.sum()),
            right / max(float(sure.sum()), 1.0),
            right / max(float(stated.sum()), 1.0),
            average_precision(stated, found),
            calibration_error(stated, found),
        )


def average_precision(stated: NDArray[np.bool_], found: NDArray[np.float32]) -> float:
    """Return the mean of the precision at each text that states the signal."""
    ranked = stated[np.argsort(-found, kind="stable")]
    if not ranked.any():
        return 0.0
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean())


def calibration_error(stated: NDArray[np.bool_], found: NDArray[np.float32]) -> float:
    """Return the mean distance of probability and share of texts, over bins of probability."""
    bins = np.minimum((found * BINS).astype(int), BINS - 1)
    parts = ((found[bins == n], stated[bins == n]) for n in range(BINS))
    return float(sum(abs(some.sum() - right.sum()) for some, right in parts) / len(found))
