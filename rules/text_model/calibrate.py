"""Calibrate a model: find what to divide its log-odds by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.model_selection import KFold, PredefinedSplit, StratifiedKFold

FOLDS = 5


_Odds = Callable[[NDArray[Any], NDArray[Any]], "NDArray[Any] | None"]


def temperature(
    odds_of: _Odds, y: NDArray[Any], w: NDArray[Any], groups: Sequence[str | None] | None = None
) -> float:
    """What to divide log-odds by, so that 80 % means right in 8 of 10 (Guo et al., ICML 2017).

    Learned on texts that were held out, fold by fold: `odds_of` takes the places of those to learn
    from and of those to judge, and gives the log-odds of the latter, None where it can't.
    """
    return _heat(_held_out(odds_of, y, groups), y, w)


def _held_out(
    odds_of: _Odds, y: NDArray[Any], groups: Sequence[str | None] | None = None
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Places of texts, and the log-odds by models that did not see these; a pair a fold."""
    folds = ((test, odds_of(train, test)) for train, test in _splits(y, groups))
    return [(test, odds) for test, odds in folds if odds is not None]


def _heat(
    held: Sequence[tuple[NDArray[Any], NDArray[Any]]], y: NDArray[Any], w: NDArray[Any]
) -> float:
    """The temperature of held-out log-odds; 1 where nothing was held out."""
    if not held:
        return 1.0
    places, parts = zip(*held, strict=True)
    odds, at = np.vstack(parts), np.concatenate(places)
    y, w = y[at], w[at]

    def loss(log_heat: float) -> float:
        likely = log_softmax(odds / np.exp(log_heat), axis=1)
        return float(-(w * likely[np.arange(len(y)), y]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def _cooling(
    odds_of: _Odds,
    y: NDArray[Any],
    w: NDArray[Any],
    groups: Sequence[str | None] | None,
    cjk: NDArray[np.bool_],
) -> float:
    """By how much the temperature of Chinese differs, where no group has any Chinese.

    Found on texts of which others like them were learned from. It is taken for granted that a
    stranger's Chinese makes a model as much too sure as a stranger's English.
    """
    grouped = np.array([group is not None for group in groups or ()])
    if not grouped.any() or not cjk.any() or (grouped & cjk).any():
        return 1.0
    held = _held_out(odds_of, y)
    return _heat(held, y, w * cjk) / _heat(held, y, w * grouped)


def _splits(
    y: NDArray[Any], groups: Sequence[str | None] | None
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """What is learned from and what is held out, fold by fold."""
    if groups is not None and len({*groups}) > 1:
        named = sorted({group for group in groups if group is not None})
        folds_of = [-1 if group is None else named.index(group) for group in groups]
        yield from PredefinedSplit(folds_of).split()  # -1: always learned from
        return
    kinds = np.bincount(y)
    folds = min(FOLDS, int(kinds[kinds > 0].min()))
    if folds > 1:
        yield from StratifiedKFold(folds, shuffle=True, random_state=0).split(y, y)
    elif len(y) > 1:
        yield from KFold(min(FOLDS, len(y)), shuffle=True, random_state=0).split(y)
