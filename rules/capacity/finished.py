"""Tell which issues were finished in a period, and what size each of them counts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rules.capacity.work_history import Tree, WorkItem
from rules.vocabulary.verdicts import STRICTEST

Unit = Literal["person_days", "points", "time_spent", "count"]

NO_WORK = frozenset(
    (
        *("won't do", "won't fix", "wont fix", "wontfix", "duplicate", "cannot reproduce"),
        *("can't reproduce", "declined", "rejected", "invalid", "not a bug", "incomplete"),
        *("obsolete", "abandoned", "known error", "works as designed", "not a problem"),
        *(
            "不做",
            "不修复",
            "不会修复",
            "重复",
            "重复问题",
            "无法重现",
            "无法复现",
            "已拒绝",
            "拒绝",
        ),
        *("无效", "已废弃", "不是问题", "不予处理"),
    )
)
"""Resolutions that mean that no work was done, in lower case. `sluice.yaml` can name others."""

ENOUGH = 0.7
"""A unit that fewer of the finished issues have is not used: a report by it would mislead."""


@dataclass(frozen=True)
class Finished:
    """The keys of what was moved to done: `work`, and what was `closed` without any work.

    What Sluice rejected is in neither.
    """

    work: tuple[str, ...]
    closed: tuple[str, ...]


def finished(
    tree: Tree, since: datetime, until: datetime, no_work: frozenset[str] = NO_WORK
) -> Finished:
    """Return what was moved to done after `since` and up to `until`, and not undone by then."""
    work: list[str] = []
    closed: list[str] = []
    for item in tree.items.values():
        done = item.finished(until)
        if done is None or not since < done <= until or item.verdict == STRICTEST:
            continue
        closed_only = (item.resolution or "").strip().lower().replace("’", "'") in no_work
        (closed if closed_only else work).append(item.key)
    return Finished(tuple(work), tuple(closed))


def counted(tree: Tree, keys: Iterable[str]) -> list[str]:
    """Return the issues that count as one each: no sub-task, and nothing that has children.

    A sub-task stands for its parent, and an epic is the sum of its stories.
    """
    return [
        key
        for key in keys
        if not _is_part(tree, tree.items[key])
        and all(tree.items[one].subtask for one in tree.children.get(key, ()))
    ]


def _is_part(tree: Tree, item: WorkItem) -> bool:
    return item.subtask and item.parent in tree.items


def points(tree: Tree, keys: Iterable[str]) -> dict[str, float]:
    """Return the story points of issues: at the leaf that has them, else at the parent."""
    return {
        key: float(tree.items[key].points or 0)
        for key in keys
        if tree.items[key].points and not any(below.points for below in tree.below(key))
    }


def time_spent(tree: Tree, keys: Iterable[str]) -> dict[str, float]:
    """Return the hours that people logged on each issue itself."""
    return {key: float(tree.items[key].spent or 0) for key in keys if tree.items[key].spent}


def sizes(tree: Tree, keys: Iterable[str], unit: Unit) -> Mapping[str, float]:
    """Return the size of each finished issue that has one, in a unit other than person-days."""
    if unit == "points":
        return points(tree, keys)
    if unit == "time_spent":
        return time_spent(tree, keys)
    return dict.fromkeys(counted(tree, keys), 1.0)


def share_sized(tree: Tree, keys: Iterable[str], unit: Unit) -> tuple[int, int]:
    """Return how many of the counted issues have a size in a unit, and how many there are."""
    whole = counted(tree, keys)
    return len(whole) - len(without_size(tree, whole, unit)), len(whole)


def without_size(tree: Tree, keys: Iterable[str], unit: Unit) -> tuple[str, ...]:
    """Return the counted issues that have no size in a unit."""
    sized = {"points": _has_points, "time_spent": _has_time}.get(unit)
    return tuple(key for key in counted(tree, keys) if sized and not sized(tree, key))


def _has_points(tree: Tree, key: str) -> bool:
    near = [*tree.above(key), *tree.below(key)]
    return any(item.points for item in near)


def _has_time(tree: Tree, key: str) -> bool:
    return any(item.spent for item in (tree.items[key], *tree.below(key)))
