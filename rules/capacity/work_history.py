"""Define the history of an issue for capacity: when it was in progress, and who had it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from rules.vocabulary.classes import UNDECIDED


class Span(NamedTuple):
    """A value from `since` on, until the next span. Times are aware."""

    since: datetime
    value: str | None


class Write(NamedTuple):
    """A change of class, gate or priority: by Sluice (`ours`), a person or another program."""

    at: datetime
    ours: bool


@dataclass(frozen=True)
class WorkItem:
    """An issue with its histories of status category and assignee.

    The spans are in order of time; the last one lasts. `parent` is the key of the issue above: of a
    sub-task its story, of a story its epic. `kind` is its own class, None if it has none. `spent`
    is logged work in hours. `subtask`: its type is one of Jira's sub-task types. `unplanned`: its
    type or labels say that it is an incident. `blocked`: an open issue blocks it. `gates` are the
    values of the gate, in Sluice's names; `verdict` is the one of today. `rules` are the ids of
    the rules behind Sluice's last decision, of the time `decided`. `effort` is
    what it predicted. `writes` are the changes of its fields, in order of time.
    """

    key: str
    created: datetime
    categories: tuple[Span, ...]
    assignees: tuple[Span, ...] = ()
    gates: tuple[Span, ...] = ()
    parent: str | None = None
    kind: str | None = None
    summary: str = ""
    points: float | None = None
    spent: float | None = None
    resolution: str | None = None
    verdict: str | None = None
    score: float | None = None
    subtask: bool = False
    unplanned: bool = False
    blocked: bool = False
    rules: tuple[str, ...] = ()
    decided: datetime | None = None
    effort: float | None = None
    writes: tuple[Write, ...] = ()

    @cached_property
    def progress(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """Return the times in progress; the end of the last one is None if it lasts."""
        return tuple(
            (since, until)
            for since, until, category in lasting(self.categories)
            if category == "In Progress"
        )

    def finished(self, until: datetime) -> datetime | None:
        """Return when the issue was moved to done, if that was not undone by `until`."""
        done: datetime | None = None
        for span in self.categories:
            if span.since > until:
                break
            if span.value != "Done":
                done = None
            elif done is None:
                done = span.since
        return done

    @property
    def started(self) -> datetime | None:
        """Return when the issue was in progress for the first time."""
        return next((span.since for span in self.categories if span.value == "In Progress"), None)


def above(item: WorkItem) -> WorkItem:
    """Return an issue of another project, that is only there to give its class to those below.

    Its own work is not the project's: it has no history, and was created before all time.
    """
    start = datetime.fromtimestamp(0, UTC)
    return WorkItem(item.key, start, (), parent=item.parent, kind=item.kind, summary=item.summary)


def lasting(spans: Sequence[Span]) -> Iterator[tuple[datetime, datetime | None, str | None]]:
    """Yield start, end and value of each span; the end of the last one is None."""
    ends = [*(span.since for span in spans[1:]), None]
    for span, end in zip(spans, ends, strict=False):
        yield span.since, end, span.value


def value_at(spans: Sequence[Span], at: datetime) -> str | None:
    """Return the value of a history at a time; None before its first span."""
    return next((span.value for span in reversed(spans) if span.since <= at), None)


@dataclass(frozen=True)
class Tree:
    """Issues by key, with the issues above and below each."""

    items: Mapping[str, WorkItem]
    children: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, items: Iterable[WorkItem]) -> Tree:
        """Build the tree. Of two issues with one key the last counts."""
        by_key = {item.key: item for item in items}
        below: dict[str, list[str]] = {}
        for item in by_key.values():
            if item.parent in by_key and item.parent != item.key:
                below.setdefault(str(item.parent), []).append(item.key)
        return cls(by_key, {key: tuple(keys) for key, keys in below.items()})

    def above(self, key: str) -> Iterator[WorkItem]:
        """Yield the issue and those above it, the nearest first. A circle ends the way up."""
        seen: set[str] = set()
        at: str | None = key
        while at is not None and at in self.items and at not in seen:
            seen.add(at)
            yield self.items[at]
            at = self.items[at].parent

    def below(self, key: str) -> Iterator[WorkItem]:
        """Yield all issues below an issue, without itself."""
        seen, waiting = {key}, [*self.children.get(key, ())]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                yield self.items[one]
                waiting += self.children.get(one, ())

    def kind(self, key: str) -> str | None:
        """Return the class of an issue: its own, else that of the nearest issue above it.

        Undecided is no class.
        """
        kinds = (item.kind for item in self.above(key))
        return next((kind for kind in kinds if kind and kind != UNDECIDED), None)
