"""Compare the finished work of a week with the capacity targets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from rules.capacity.learned import Learned
from rules.facts.issue import Issue
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import takes_in

WINDOW = timedelta(days=7)
BEST = 5

Unit = Literal["points", "count"]


@dataclass(frozen=True)
class Shares:
    """The percent of each class in an amount of work; `total` is in the unit of the report.

    `unclassed` counts issues without a class, `unsized` issues without story points if the unit is
    points. Both are left out of the percentages.
    """

    percent: Mapping[str, float]
    total: float
    issues: int
    unclassed: int = 0
    unsized: int = 0


@dataclass(frozen=True)
class CapacityReport:
    """A report on the seven days up to `until`, and the best issues to start next.

    `week` is the ISO week, such as 2026-W47. `under` is the class furthest under its target, or
    None. `classes` are the classes with a target or with finished work. `learned` tells what people
    corrected; None if nobody looked.
    """

    project: str
    week: str
    since: datetime
    until: datetime
    unit: Unit
    done: Shares
    doing: Shares
    targets: Mapping[str, float]
    classes: tuple[str, ...]
    under: str | None
    best: tuple[Issue, ...]
    learned: Learned | None = None


def report(
    project: str,
    issues: Sequence[Issue],
    targets: Mapping[str, float],
    until: datetime,
    unit: Unit = "points",
    learned: Learned | None = None,
) -> CapacityReport:
    """Report on the seven days up to `until` (aware, in the project's time zone)."""
    since = until - WINDOW
    done = [issue for issue in issues if _done(issue, since, until)]
    doing = [issue for issue in issues if issue.fields.get("statuscategory") == "In Progress"]
    if not any(_points(issue) for issue in [*done, *doing]):
        unit = "count"
    done_shares, doing_shares = shares(done, unit), shares(doing, unit)
    under = furthest_under(done_shares if done_shares.total else doing_shares, targets)
    return CapacityReport(
        project=project,
        week=week_of(until),
        since=since,
        until=until,
        unit=unit,
        done=done_shares,
        doing=doing_shares,
        targets=targets,
        classes=_classes(targets, done_shares, doing_shares),
        under=under,
        best=best(issues, under) if under else (),
        learned=learned,
    )


def _classes(targets: Mapping[str, float], *shares: Shares) -> tuple[str, ...]:
    """Return the classes to show, in the order of the table of classes."""
    return tuple(
        kind for kind in KINDS if kind in targets or any(part.percent[kind] for part in shares)
    )


def week_of(moment: datetime) -> str:
    """Return the ISO week, such as 2026-W47."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def shares(issues: Iterable[Issue], unit: Unit) -> Shares:
    """Return the percent of each class, by story points or by number of issues."""
    issues = list(issues)
    classed = [issue for issue in issues if issue.managed.kind in KINDS]
    sized = [issue for issue in classed if unit == "count" or _points(issue)]
    amounts = dict.fromkeys(map(str, KINDS), 0.0)
    for issue in sized:
        amounts[str(issue.managed.kind)] += _points(issue) if unit == "points" else 1.0
    total = sum(amounts.values())
    return Shares(
        percent={kind: 100 * amount / total if total else 0.0 for kind, amount in amounts.items()},
        total=total,
        issues=len(issues),
        unclassed=len(issues) - len(classed),
        unsized=len(classed) - len(sized),
    )


def furthest_under(actual: Shares, targets: Mapping[str, float]) -> str | None:
    """Return the class with the largest gap to its target, in percentage points, or None."""
    if not actual.total:
        return None
    gaps = {kind: targets.get(kind, 0.0) - actual.percent[kind] for kind in actual.percent}
    kind = max(gaps, key=lambda name: gaps[name])
    return kind if gaps[kind] > 0 else None


def best(issues: Iterable[Issue], kind: str, count: int = BEST) -> tuple[Issue, ...]:
    """Return the accepted issues of a class that are not started, the highest score first."""
    waiting = [
        issue
        for issue in issues
        if issue.managed.kind == kind
        and takes_in(issue.managed.verdict)
        and issue.fields.get("statuscategory") not in ("In Progress", "Done")
    ]
    return tuple(sorted(waiting, key=lambda i: (-(i.managed.score or 0), i.key))[:count])


def _done(issue: Issue, since: datetime, until: datetime) -> bool:
    resolved = issue.fields.get("resolved")
    in_time = isinstance(resolved, datetime) and since < resolved <= until
    return in_time and issue.fields.get("statuscategory") == "Done"


def _points(issue: Issue) -> float:
    points = issue.fields.get("points")
    return float(points) if isinstance(points, int | float) and points > 0 else 0.0
