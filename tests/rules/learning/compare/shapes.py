"""Simulated decisions of two models about the same issues, with known accuracy.

Each issue has a true class. Each model sees the class through noise, and knows how strong its
noise is, so it is calibrated: the votes of a class are the probability of that class. What makes a
model better is less noise. The noise of two models of one issue is correlated, since they read the
same text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.learning.compare.decisions import NONE, Decisions

Floats = NDArray[np.float64]

LIMIT = 0.6
MIX = np.array([0.45, 0.40, 0.15])
CLASSES = len(MIX)


@dataclass(frozen=True)
class Shape:
    """Two models: the share of all issues that each decides right, and how they differ.

    They differ on `part` of the issues only, and there by noise of correlation `alike`. `bold`
    multiplies the challenger's log-odds: above 1 it is surer than it should be. `confirmed`: for
    each issue on which the old one is wrong, so many others come from issues that it has right.
    """

    before: float
    after: float
    alike: float = 0.9
    part: float = 1.0
    bold: float = 1.0

    def draw(self, count: int, dice: np.random.Generator) -> tuple[Decisions, Decisions]:
        """Return the decisions of both models about some issues."""
        truth = dice.choice(CLASSES, count, p=MIX)
        first = dice.normal(size=(count, CLASSES))
        other = dice.normal(size=(count, CLASSES))
        second = self.alike * first + np.sqrt(1 - self.alike**2) * other
        old = _votes(_odds(truth, first, strength(self.before)))
        there = min(self.before + (self.after - self.before) / self.part, 0.99)
        new = _votes(_odds(truth, second, strength(round(there, 4))) * self.bold)
        same = dice.random(count) >= self.part
        new[same] = old[same]
        return decided(truth, old), decided(truth, new)


def decided(truth: NDArray[np.int64], votes: Floats) -> Decisions:
    """Return the decisions by the share of votes of each class."""
    guess, confidence = votes.argmax(axis=1), votes.max(axis=1)
    return Decisions(
        truth=truth,
        chosen=np.where(confidence >= LIMIT, guess, NONE),
        guess=guess,
        confidence=confidence,
        likely=votes[np.arange(len(truth)), truth],
        weight=np.ones(len(truth)),
    )


def corrected(
    old: Decisions, new: Decisions, corrections: int, confirmations: int
) -> tuple[Decisions, Decisions]:
    """Return the first issues on which the old model is not right, and the first where it is."""
    wrong, right = np.flatnonzero(~old.right), np.flatnonzero(old.right)
    places = np.concatenate([wrong[:corrections], right[:confirmations]])
    return old.rows(places), new.rows(places)


def weighed(found: Decisions, weight: Floats) -> Decisions:
    """Return the decisions with other weights."""
    return replace(found, weight=weight)


@cache
def strength(right: float) -> float:
    """Return how far the true class stands out of the noise, so that `right` are decided right."""
    dice = np.random.default_rng(0)
    truth = dice.choice(CLASSES, 40_000, p=MIX)
    noise = dice.normal(size=(len(truth), CLASSES))
    low, high = 0.0, 6.0
    for _ in range(24):
        middle = (low + high) / 2
        found = decided(truth, _votes(_odds(truth, noise, middle)))
        low, high = (middle, high) if found.right.mean() < right else (low, middle)
    return (low + high) / 2


def _odds(truth: NDArray[np.int64], noise: Floats, stands_out: float) -> Floats:
    seen = stands_out * np.eye(CLASSES)[truth] + noise
    return np.asarray(stands_out * seen + np.log(MIX))


def _votes(odds: Floats) -> Floats:
    raised = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
