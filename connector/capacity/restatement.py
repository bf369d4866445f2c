"""Write the line of a week whose numbers are other ones now than when it was posted. Pure."""

from __future__ import annotations

from connector.capacity.comment import UNITS, Comment, Reader
from rules.capacity.frozen_week import FrozenWeek, moved
from rules.capacity.week_report import WeekReport
from rules.vocabulary.classes import KINDS

RESTATED = "(!) "
"""Begins the line that a week gets whose numbers are other ones now."""


def restatement(report: WeekReport, before: FrozenWeek, reader: Reader, date: str) -> str:
    """Return the line that says what is another number now than when the week was posted."""
    one, now = Comment(report, reader), report.frozen()
    changes = [
        f"{one.kind(kind)} {before.percent(kind):.0f} → {now.percent(kind):.0f} %"
        for kind in KINDS
        if round(before.percent(kind)) != round(now.percent(kind))
    ]
    if before.unit != now.unit:
        units = (one.texts.units[UNITS.index(week.unit)] for week in (before, now))
        changes.insert(0, " → ".join(units))
    line = one.texts.restated.format(date=date, changes=one.words.semicolon.join(changes))
    if keys := moved(before, now):  # an old or a large week does not keep its issues
        line = f"{line}{one.words.space}{one.texts.moved.format(issues=one.issues(keys))}"
    return RESTATED + line
