"""Evaluate classifications: per class, by coverage, and their calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rules.assess.assessment import Classification
from rules.learning.evaluation.labelled_issues import Sample, trained, unrelated
from rules.learning.training_extra import require_training_extra
from rules.vocabulary.classes import KINDS, UNDECIDED, Kind

BINS = 10
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

Classifier = Callable[[Sample], Classification]


@dataclass(frozen=True)
class ClassFigures:
    """Precision, recall and F1 of one class, and its number of issues."""

    precision: float
    recall: float
    f1: float
    issues: int


@dataclass(frozen=True)
class Bin:
    """Issues of similar confidence: mean confidence, share that is right, and count."""

    confidence: float
    right: float
    issues: int


@dataclass(frozen=True)
class Evaluation:
    """The figures of a classification of labelled issues.

    F1 and accuracy use the best guess, also for undecided issues. `coverage` is the share of
    decided issues, `accuracy_decided` the accuracy on them. `surest` is the accuracy on the issues
    with the highest confidence, by their share (0.5 to 1). `ece` is the expected calibration error
    over ten bins (Naeini et al., AAAI 2015).
    """

    issues: int
    macro_f1: float
    accuracy: float
    coverage: float
    accuracy_decided: float
    surest: dict[float, float]
    ece: float
    per_class: dict[Kind, ClassFigures]
    confusion: list[list[int]]
    bins: tuple[Bin, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values; `confusion` has a row per true class, in the order of `classes`."""
        return {"classes": list(KINDS), **asdict(self)}


def evaluate(truth: Sequence[str], found: Sequence[Classification]) -> Evaluation:
    """Compare classifications with the true classes (same order, at least one issue).

    Raises ModelError where scikit-learn is not installed.
    """
    require_training_extra()
    # Imported here, since it takes a second and every command imports this file.
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    guess = [one.guess or "none" for one in found]
    right = np.array([a == b for a, b in zip(truth, guess, strict=True)])
    decided = np.array([one.kind != UNDECIDED for one in found])
    confidence = np.array([one.confidence for one in found])
    parts = precision_recall_fscore_support(truth, guess, labels=KINDS, zero_division=0.0)
    per_class = {kind: _figures([float(part[n]) for part in parts]) for n, kind in enumerate(KINDS)}
    bins = tuple(_bins(confidence, right))
    gaps = (one.issues * abs(one.confidence - one.right) for one in bins)
    return Evaluation(
        issues=len(truth),
        macro_f1=round(float(np.mean(parts[2])), 3),
        accuracy=round(float(right.mean()), 3),
        coverage=round(float(decided.mean()), 3),
        accuracy_decided=round(float(right[decided].mean()), 3) if decided.any() else 0.0,
        surest=_surest(confidence, right),
        ece=round(sum(gaps) / len(truth), 3),
        per_class=per_class,
        confusion=confusion_matrix(truth, guess, labels=[*KINDS, "none"])[: len(KINDS)].tolist(),
        bins=bins,
    )


def kinds_of(samples: Iterable[Sample]) -> list[str]:
    """Return the labels of the samples."""
    return [sample.kind for sample in samples]


def _figures(parts: Sequence[float]) -> ClassFigures:
    precision, recall, f1, issues = parts
    return ClassFigures(round(precision, 3), round(recall, 3), round(f1, 3), int(issues))


def _surest(confidence: Any, right: Any) -> dict[float, float]:
    ordered = right[np.argsort(-confidence, kind="stable")]
    counts = {share: max(round(share * len(right)), 1) for share in SHARES}
    return {share: round(float(ordered[:count].mean()), 3) for share, count in counts.items()}


def _bins(confidence: Any, right: Any) -> Iterable[Bin]:
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        inside = places == place
        if inside.any():
            means = float(confidence[inside].mean()), float(right[inside].mean())
            yield Bin(round(means[0], 3), round(means[1], 3), int(inside.sum()))


def unseen(
    samples: Sequence[Sample],
    training: Sequence[Sample],
    classifier: Callable[[Any], Classifier],
) -> list[Classification]:
    """Classify each source by a model trained on the other sources (cross-validation).

    The model sees no issue of the source and none of its projects.
    """
    found: dict[int, Classification] = {}
    for source in Counter(sample.source for sample in samples):
        tested = [s for s in samples if s.source == source]
        judge = classifier(trained(unrelated(training, tested)))
        found |= {n: judge(s) for n, s in enumerate(samples) if s.source == source}
    return [found[n] for n in range(len(samples))]
