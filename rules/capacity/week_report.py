"""Report on a week: whose time went where, against the targets; what waits; what to pull next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any

from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.finished import (
    ENOUGH,
    Finished,
    Unit,
    finished,
    share_sized,
    sizes,
    without_size,
)
from rules.capacity.flow import Flow, flow
from rules.capacity.frozen_week import FrozenWeek
from rules.capacity.learned import Learned
from rules.capacity.look_back import LookBack, is_due, look_back
from rules.capacity.next_pull import Candidate, Pull, next_pull
from rules.capacity.person_days import PersonDays, people_at_work, person_days
from rules.capacity.shares import Amounts, Standing, amounts, standings
from rules.capacity.work_history import Tree, WorkItem, value_at
from rules.capacity.working_days import WorkCalendar
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import takes_in

WEEK = timedelta(days=7)
WEEKS = 8
"""The weeks of the trend, and of the median that foretells the capacity of the next one."""


@dataclass(frozen=True)
class Measured:
    """The unit of a report. `sized` of `issues` have a size in the unit that was asked for.

    If these are too few, `unit` is another one than `asked`. `without` are those that have none.
    """

    unit: Unit
    asked: Unit
    sized: int
    issues: int
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeekReport:
    """The report on the seven days up to `until`; `week` is the ISO week of its last day.

    `work` is the work of the week in the unit of the report: person-days of everything in
    progress, or the sizes of what was finished. `before` are earlier weeks as they were posted,
    the oldest first; with this one they are at most eight. `learned` tells what people corrected;
    None if nobody looked.
    """

    project: str
    week: str
    since: datetime
    until: datetime
    measured: Measured
    work: Amounts
    standings: tuple[Standing, ...]
    done: Finished
    days: PersonDays
    flow: Flow
    pull: Pull | None
    tolerance: float
    wip_limit: int
    items: Mapping[str, WorkItem] = field(repr=False)
    before: tuple[FrozenWeek, ...] = ()
    learned: Learned | None = None
    look_back: LookBack | None = None

    @property
    def unplanned(self) -> float:
        """Return the share of unplanned work, in percent of all work."""
        every = self._sizes()
        whole = sum(every.values())
        return 100 * sum(every[key] for key in self.unplanned_work) / whole if whole else 0.0

    @property
    def unplanned_work(self) -> tuple[str, ...]:
        """Return the issues of the unplanned work."""
        return tuple(key for key in self._sizes() if key in self.flow.unplanned)

    def _sizes(self) -> dict[str, float]:
        parts = [*self.work.parts.values(), self.work.unplaced]
        return {key: size for part in parts for key, size in part.items()}

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return {
            "project": self.project,
            "week": self.week,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            **asdict(self.measured),
            "total": round(self.work.total, 3),
            "classes": [
                {**asdict(one), "amount": round(self.work.of(one.kind), 3)}
                for one in self.standings
            ],
            "issues": {kind: dict(parts) for kind, parts in self.work.parts.items()},
            "unplaced": dict(self.work.unplaced),
            "done": list(self.done.work),
            "closed": list(self.done.closed),
            "idle": self.days.idle,
            "nobody": dict(self.days.nobody),
            "unplanned": round(self.unplanned, 1),
            "created": list(self.flow.created),
            "accepted": list(self.flow.accepted),
            "started": list(self.flow.started),
            "waiting": [asdict(one) for one in self.flow.waiting],
            "over": {person: list(keys) for person, keys in self.flow.over.items()},
            "rules": {rule: list(keys) for rule, keys in self.flow.rules.items()},
            "pull": [asdict(one) for one in self.pull.chosen] if self.pull else [],
            "before": [one.to_json() for one in self.before],
            "look_back": asdict(self.look_back) if self.look_back else None,
        }

    def frozen(self) -> FrozenWeek:
        """Return what is kept of this week for ever."""
        by_kind = {kind: round(self.work.of(kind), 3) for kind in self.work.parts}
        unplaced = round(sum(self.work.unplaced.values()), 3)
        parts = {
            key: (kind, round(size, 3))
            for kind, part in self.work.parts.items()
            for key, size in part.items()
        }
        return FrozenWeek(self.week, self.measured.unit, by_kind, unplaced, parts)


def week_report(
    project: str,
    items: Sequence[WorkItem],
    rules: CapacityRules,
    until: datetime,
    before: Sequence[FrozenWeek] = (),
    learned: Learned | None = None,
) -> WeekReport:
    """Report on the seven days up to `until` (aware, in the project's time zone)."""
    since = until - WEEK
    tree = Tree.of(items)
    done = finished(tree, since, until, rules.no_work)
    days = _days(tree, rules.calendar, since, until)
    measured = _measured(tree, done, rules.unit, days)
    size = days.by_issue() if measured.unit == "person_days" else None
    work = amounts(tree, sizes(tree, done.work, measured.unit) if size is None else size)
    week = week_of(until - timedelta(days=1))
    oldest = week_of(until - timedelta(days=1) - (WEEKS - 1) * WEEK)
    earlier = tuple(one for one in before if oldest <= one.week < week)
    return WeekReport(
        project=project,
        week=week,
        since=since,
        until=until,
        measured=measured,
        work=work,
        standings=standings(work, rules.targets, rules.tolerance),
        done=done,
        days=days,
        flow=flow(tree, since, until, rules.wip_limit),
        pull=_pull(tree, rules, measured.unit, work, done, earlier, until),
        tolerance=rules.tolerance,
        wip_limit=rules.wip_limit,
        items=tree.items,
        before=earlier,
        learned=learned,
        look_back=look_back(tree, rules.calendar, until, rules.no_work) if is_due(week) else None,
    )


def week_of(moment: datetime) -> str:
    """Return the ISO week, such as 2026-W47."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def _days(tree: Tree, calendar: WorkCalendar, since: datetime, until: datetime) -> PersonDays:
    first, last = since.date(), until.date() - timedelta(days=1)
    begins, ends = (
        datetime.combine(day, time.min, calendar.zone) for day in (first, last + timedelta(days=1))
    )
    people = people_at_work(tree.items.values(), begins, ends)  # whole days, as they are counted
    return person_days(tree, calendar, first, last, people)


def _measured(tree: Tree, done: Finished, asked: Unit, days: PersonDays) -> Measured:
    """Return the unit of a report: the one asked for, if enough of the work has it."""
    if asked == "person_days":
        held, lost = len(days.by_issue()), len(days.nobody.keys() - days.by_issue().keys())
        return Measured(asked, asked, held, held + lost)
    sized, whole = share_sized(tree, done.work, asked)
    unit = asked if sized >= ENOUGH * whole else "count"
    return Measured(unit, asked, sized, whole, without_size(tree, done.work, asked))


def _pull(
    tree: Tree,
    rules: CapacityRules,
    unit: Unit,
    work: Amounts,
    finished_now: Finished,
    before: Sequence[FrozenWeek],
    until: datetime,
) -> Pull | None:
    """Return what to pull next; None if the week shows no work to foretell a capacity from.

    Without scipy it is None, too.
    """
    same = [one for one in before if one.unit == unit]
    whole = [one.total for one in same] + [work.total]
    capacity = rules.capacity if rules.capacity is not None else median(whole)
    if not capacity:
        return None
    done = {
        str(kind): work.of(kind) + sum(one.by_kind.get(kind, 0.0) for one in same) for kind in KINDS
    }
    days = _lasted(tree, rules.calendar, finished_now, until) if unit == "person_days" else []
    typical = _typical(unit, work, days)
    try:
        return next_pull(_candidates(tree, unit, typical, until), done, rules.targets, capacity)
    except ImportError:  # without the extra `report`
        return None


def _candidates(tree: Tree, unit: Unit, typical: float, until: datetime) -> list[Candidate]:
    """Return the accepted leaves that nobody has started and that no open issue blocks."""
    found = []
    for item in tree.items.values():
        kind = tree.kind(item.key)
        waits = value_at(item.categories, until) == "To Do" and not item.blocked
        waits = waits and item.categories[-1].value == "To Do"  # nor was it started since
        if waits and kind in KINDS and takes_in(item.verdict) and item.key not in tree.children:
            size = _expected(item, unit, typical)
            if size:
                found.append(Candidate(item.key, str(kind), size, item.score or 0.0))
    return found


def _lasted(tree: Tree, calendar: WorkCalendar, done: Finished, until: datetime) -> list[float]:
    """Return the person-days of the issues that were finished, over the weeks of the trend."""
    spent = _days(tree, calendar, until - WEEKS * WEEK, until).by_issue()
    return [spent[key] for key in done.work if spent.get(key)]


def _typical(unit: Unit, work: Amounts, lasted: Sequence[float]) -> float:
    """Return the median size of finished issues, else of what was worked on; 1 without any.

    An issue that is still in progress shows a part of its days only.
    """
    found = lasted or [size for part in work.parts.values() for size in part.values()]
    return 1.0 if unit == "count" or not found else median(found)


def _expected(item: WorkItem, unit: Unit, typical: float) -> float | None:
    """Return the size that an issue is expected to have; None if nothing tells."""
    return item.points or None if unit == "points" else typical
