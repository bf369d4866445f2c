"""Look back on two weeks: predictions against what happened, and decisions that people changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from rules.capacity.finished import NO_WORK, counted, finished
from rules.capacity.learned import ClassChange
from rules.capacity.person_days import people_at_work, person_days
from rules.capacity.work_history import Tree, WorkItem
from rules.capacity.working_days import WorkCalendar
from rules.vocabulary.verdicts import STRICTEST, takes_in

FORTNIGHT = timedelta(days=14)
LONGEST = timedelta(days=182)
"""Issues that were started earlier are not compared: reading their days would take long."""

LEAST = 8
"""The fewest issues whose order says anything."""

Prediction = Literal["points", "effort"]


@dataclass(frozen=True)
class LookBack:
    """What came of decisions, as keys of issues.

    `compared` has, by issue that was accepted and finished, the prediction and the person-days
    spent. `rank` is Spearman's correlation of both, None under 8 issues or if all are equal.
    `changed` are those of `decided` of which a person changed class, gate or priority later.
    `classes` has those of which people changed the class.
    """

    predicted: Prediction
    compared: Mapping[str, tuple[float, float]]
    rank: float | None
    answered: tuple[str, ...]
    reopened: tuple[str, ...]
    paid: tuple[str, ...]
    taken: tuple[str, ...]
    decided: tuple[str, ...]
    changed: tuple[str, ...]
    classes: tuple[ClassChange, ...] = ()


def is_due(week: str) -> bool:
    """Return whether the report of an ISO week has a look back: each with an even number."""
    return int(week[-2:]) % 2 == 0


def look_back(
    tree: Tree, calendar: WorkCalendar, until: datetime, no_work: frozenset[str] = NO_WORK
) -> LookBack:
    """Look back on the 14 days up to `until` (aware, in the project's time zone)."""
    since = until - FORTNIGHT
    items = tree.items.values()
    done = finished(tree, since, until, no_work).work
    predicted, compared = _compared(tree, calendar, done, until)
    leaves = counted(tree, done)
    created = [one.key for one in items if since < one.created <= until]
    decided = {one.key: at for one in items if (at := _decided(one, since, until))}
    return LookBack(
        predicted=predicted,
        compared=compared,
        rank=_rank([*compared.values()]),
        answered=tuple(one.key for one in items if _left(one, "needs_info", since, until)),
        reopened=tuple(one.key for one in items if _left(one, STRICTEST, since, until)),
        paid=tuple(key for key in leaves if tree.kind(key) == "tech_debt"),
        taken=tuple(key for key in counted(tree, created) if _is_debt(tree, key)),
        decided=tuple(decided),
        changed=tuple(key for key, at in decided.items() if _changed(tree.items[key], at, until)),
    )


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, ties by their mean rank; None if one side is constant."""
    left, right = _ranks(one), _ranks(other)
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])


def _ranks(values: Sequence[float]) -> np.ndarray:
    _, place, counts = np.unique(np.asarray(values, float), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: np.ndarray = (last - (counts - 1) / 2)[place]
    return means


def _rank(pairs: Sequence[tuple[float, float]]) -> float | None:
    if len(pairs) < LEAST:
        return None
    return spearman([a for a, _ in pairs], [b for _, b in pairs])


def _compared(
    tree: Tree, calendar: WorkCalendar, done: Iterable[str], until: datetime
) -> tuple[Prediction, dict[str, tuple[float, float]]]:
    """Return prediction and person-days of the accepted issues that were done.

    Of story points and Sluice's effort, the prediction is the one that more of them have. An
    effort that Sluice wrote after the start is none.
    """
    earliest = until - LONGEST
    accepted = [
        one
        for one in (tree.items[key] for key in done)
        if takes_in(one.verdict) and one.started and one.started >= earliest
    ]
    spent = _spent(tree, calendar, accepted, until)
    counts = {
        "points": sum(one.points is not None for one in accepted),
        "effort": sum(_effort(one) is not None for one in accepted),
    }
    predicted: Prediction = "effort" if counts["effort"] > counts["points"] else "points"
    guesses = {one.key: one.points if predicted == "points" else _effort(one) for one in accepted}
    found = {
        key: (guess, spent[key])
        for key, guess in guesses.items()
        if guess is not None and spent.get(key)
    }
    return predicted, found


def _effort(item: WorkItem) -> float | None:
    early = item.decided and item.started and item.decided <= item.started
    return item.effort if early else None


def _spent(
    tree: Tree, calendar: WorkCalendar, items: Sequence[WorkItem], until: datetime
) -> dict[str, float]:
    starts = [one.started for one in items if one.started]
    if not starts:
        return {}
    since = min(starts).astimezone(until.tzinfo)
    people = people_at_work(tree.items.values(), since, until)
    last = until.date() - timedelta(days=1)
    return person_days(tree, calendar, since.date(), last, people).by_issue()


def _left(item: WorkItem, verdict: str, since: datetime, until: datetime) -> bool:
    """Return whether the gate had a verdict and was moved from it in a period, and stayed so."""
    left = False
    for before, after in zip(item.gates, item.gates[1:], strict=False):
        if after.since > until:
            break
        if after.value == verdict:
            left = False
        elif before.value == verdict:
            left = since < after.since
    return left


def _is_debt(tree: Tree, key: str) -> bool:
    return tree.kind(key) == "tech_debt" and tree.items[key].verdict != STRICTEST


def _decided(item: WorkItem, since: datetime, until: datetime) -> datetime | None:
    """Return when Sluice decided first, if that was in a period."""
    at = next((one.at for one in item.writes if one.ours), None)
    return at if at and since < at <= until else None


def _changed(item: WorkItem, after: datetime, until: datetime) -> bool:
    return any(not one.ours and after < one.at <= until for one in item.writes)
