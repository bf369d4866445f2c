"""Follow issues through a week: created, accepted, started, done; what waits, and who has much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.capacity.work_history import Tree, WorkItem, value_at
from rules.vocabulary.verdicts import takes_in

WAITING = ("needs_info", "review")
"""The verdicts with which an issue waits for a person."""

WIP_LIMIT = 3
"""The most issues that one person should have in progress."""


@dataclass(frozen=True)
class Waiting:
    """An issue that waits for a person: its verdict, and for how many days already."""

    key: str
    verdict: str
    days: float


@dataclass(frozen=True)
class Flow:
    """What happened in a period, as keys of issues; and what waits at its end, the longest first.

    `unplanned` was created and started in the period, or is an incident that was worked on.
    `over` has, by person, the issues in progress of everybody who has more than the limit. `rules`
    has, by rule, the issues that it helped to decide in the period. Both: most issues first.
    """

    created: tuple[str, ...]
    accepted: tuple[str, ...]
    started: tuple[str, ...]
    unplanned: frozenset[str]
    waiting: tuple[Waiting, ...]
    over: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, tuple[str, ...]]


def flow(tree: Tree, since: datetime, until: datetime, limit: int = WIP_LIMIT) -> Flow:
    """Return the flow of issues after `since` and up to `until`."""
    items = [item for item in tree.items.values() if item.created <= until]

    def within(moment: datetime | None) -> bool:
        return moment is not None and since < moment <= until

    return Flow(
        created=_keys(item for item in items if within(item.created)),
        accepted=_keys(item for item in items if within(_accepted(item, until))),
        started=_keys(item for item in items if within(item.started)),
        unplanned=frozenset(
            item.key
            for item in items
            if item.unplanned or (within(item.created) and within(item.started))
        ),
        waiting=tuple(sorted(_waiting(items, until), key=lambda one: (-one.days, one.key))),
        over=_over(tree, until, limit),
        rules=_rules(item for item in items if within(item.decided)),
    )


def _keys(items: Iterable[WorkItem]) -> tuple[str, ...]:
    return tuple(item.key for item in items)


def _accepted(item: WorkItem, until: datetime) -> datetime | None:
    """Return since when the gate takes the issue in without a break; None if it does not."""
    found: datetime | None = None
    for span in item.gates:
        if span.since > until:
            break
        found = (found or span.since) if takes_in(span.value) else None
    return found


def _waiting(items: Iterable[WorkItem], until: datetime) -> Iterator[Waiting]:
    for item in items:
        verdict = value_at(item.gates, until)
        if verdict in WAITING and value_at(item.categories, until) != "Done":
            since = next(s.since for s in reversed(item.gates) if s.since <= until)
            yield Waiting(item.key, verdict, (until - since).total_seconds() / 86_400)


def _over(tree: Tree, until: datetime, limit: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for item in tree.items.values():
        person = value_at(item.assignees, until)
        leaf = not any(_doing(below, until) for below in tree.below(item.key))
        if person and leaf and _doing(item, until):
            found.setdefault(person, []).append(item.key)
    most = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return {who: tuple(keys) for who, keys in most if len(keys) > limit}


def _rules(items: Iterable[WorkItem]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for item in items:
        for rule in dict.fromkeys(item.rules):
            found.setdefault(rule, []).append(item.key)
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return {rule: tuple(keys) for rule, keys in ordered}


def _doing(item: WorkItem, at: datetime) -> bool:
    return value_at(item.categories, at) == "In Progress"
