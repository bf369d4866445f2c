"""Report a project's week: read what people worked on, post the comment, keep the figures."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from connector.capacity.comment import Reader, marker, report_comment
from connector.capacity.fetch_work import fetch_work
from connector.capacity.picture import draw
from connector.capacity.restatement import RESTATED, restatement
from connector.client import JiraRefused, Posted, ProjectNow, Site
from connector.comment.told import Audience
from connector.plan_update import Update
from rules.capacity.frozen_week import FrozenWeek, kept, restated
from rules.capacity.learned import Learned, class_changes
from rules.capacity.look_back import FORTNIGHT, is_due
from rules.capacity.week_report import WEEK, WeekReport, week_of, week_report
from rules.capacity.work_history import above
from rules.facts.issue import Note
from rules.facts.jira_json.json_values import dict_of, list_of
from worker.settings.settings import Project

log = logging.getLogger("sluice")

Done = Literal["added", "restated", "same"]

_WEEK = re.compile(r"[12]\d{3}-W\d{2}")

_FOOTER = "{color:#6b778c}"
"""The beginning of the last line of a report's comment."""


@dataclass(frozen=True)
class Week:
    """A project's report, for whom its comment is written, and the weeks that were posted.

    `audience`: who may read the comment on its issue in Jira.
    """

    report: WeekReport
    reader: Reader
    posted: tuple[FrozenWeek, ...] = ()
    note: Note | None = None
    attachments: frozenset[str] = frozenset()
    audience: Audience = field(default_factory=Audience)

    @property
    def comment(self) -> str:
        """Return the comment in wiki markup, without a picture."""
        return report_comment(self.report, self.reader)

    @property
    def picture_name(self) -> str:
        """Return the file name of the week's picture. It is the same for the same week."""
        return f"sluice-{self.report.project.lower()}-{self.report.week}.png"

    def picture(self) -> bytes | None:
        """Return the picture as a PNG; None where the extra `report` is not installed."""
        try:
            return draw(self.report, self.reader.language)
        except ImportError:
            return None


def read_week(
    site: Site, project: Project, until: datetime, learned: Learned | None = None
) -> Week:
    """Read the seven days up to `until`, with two requests for each 100 issues.

    `learned` has the last training and since when corrections count: they are counted here.
    """
    learned = learned or Learned(until - WEEK)
    week = week_of(until - timedelta(days=1))
    asked = project.report.issue if project.report else None
    there = _posted(site, asked, project.key, week)  # first: an issue that is gone costs one call
    place = site.place(project.id or project.key) or ProjectNow(f'"{project.key}"', project.key)
    span = FORTNIGHT if is_due(week) else WEEK
    first = min(until - span, learned.since)
    since = (first - timedelta(days=1)).date()  # Jira reads dates in its account's zone
    work = fetch_work(
        site, f'project = {place.id} AND (statusCategory != Done OR updated >= "{since}")'
    )
    items = [
        item if _is_of(item.key, place.key) else above(item)
        for item in work.items
        if item.key not in (asked, there.key)
    ]
    rules = project.capacity.naming(work.people)
    weeks = tuple(one.under(project.key, place.key) for one in _weeks(there.value))
    own = [one for one in work.issues if _is_of(one.key, place.key)]
    told = learned.counted(own, until)
    report = week_report(project.key, items, rules, until, weeks, told)
    if report.look_back:
        classes = class_changes(own, until - FORTNIGHT, until)
        report = replace(report, look_back=replace(report.look_back, classes=classes))
    slot = site.layout_of(project.key).kind
    reader = Reader(site.pages_url, slot.name, project.language, work.people)
    audience = project.telling.audience(there.project_type)
    return Week(report, reader, weeks, there.note, there.attachments, audience)


def _is_of(key: str, project: str) -> bool:
    return key.rpartition("-")[0] == project


def post_week(site: Site, issue: str, week: Week, today: date) -> Done:
    """Post the comment of a week once. What is another number later becomes a line of its own."""
    report, name = week.report, property_of(week.report.project)
    before = next((one for one in week.posted if one.week == report.week), None)
    if week.note is None:
        weeks = kept(week.posted, report.frozen())
        value = {"weeks": [one.to_json() for one in weeks]}
        # The picture first: killed in between, the next run finds it by its name.
        added = {"add": week.audience.body(_with_picture(site, issue, week))}
        properties = ({"key": name, "value": value},)
        _write(site, issue, week, added, properties)
        return "added"
    if before is None or not restated(before, report.frozen()):
        return "same"
    line = restatement(report, before, week.reader, f"{today:%Y-%m-%d}")
    body_now = _with_line(week.note.body, line)
    if body_now.split() == week.note.body.split():
        return "same"
    _write(site, issue, week, {"edit": {"id": week.note.id, **week.audience.body(body_now)}})
    return "restated"


def _write(
    site: Site,
    issue: str,
    week: Week,
    operation: Mapping[str, object],
    properties: tuple[Mapping[str, object], ...] = (),
) -> None:
    written = Update({}, {"comment": [operation]}, properties, notify=week.audience.notify)
    site.write(issue, written)


def _with_picture(site: Site, issue: str, week: Week) -> str:
    """Attach the picture, unless it is there, and return the comment that shows it.

    Where Jira takes no files, the comment is without it; so it is where customers would see them.
    """
    picture = None if week.audience.internal else week.picture()
    if picture is None:
        return week.comment
    if week.picture_name not in week.attachments:
        try:
            site.attach(issue, week.picture_name, picture, "image/png")
        except JiraRefused as error:
            log.warning("%s: the report has no picture: %s", issue, error)
            return week.comment
    return report_comment(week.report, week.reader, week.picture_name)


def property_of(project: str) -> str:
    """Return the name of the property that keeps the posted weeks of a project."""
    return f"sluice-capacity-{project.lower()}"


def week_end(week: str, day: int, clock: time, zone: ZoneInfo) -> datetime:
    """Return when the report of an ISO week is due, `day` being 0 for Monday; raise ValueError."""
    if not _WEEK.fullmatch(week):
        raise ValueError(f"{week!r} is no ISO week")
    monday = date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)
    after = 7 if day == 0 else 0  # on a Monday the week before is reported
    return datetime.combine(monday + timedelta(days=day + after), clock, zone)


def _posted(site: Site, issue: str | None, project: str, week: str) -> Posted:
    """Return what was posted of a week, and the weeks that were posted before."""
    if issue is None:
        return Posted(None, None, frozenset(), "")
    return site.posted(issue, marker(project, week), property_of(project))


def _weeks(value: object) -> tuple[FrozenWeek, ...]:
    """Return the weeks in the property. One of another form counts as not posted."""
    found = []
    for raw in list_of(dict_of(value).get("weeks")):
        try:
            found.append(FrozenWeek.from_json(raw))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return tuple(sorted(found, key=lambda one: one.week))


def _with_line(body: str, line: str) -> str:
    """Return a comment with a line before its last one, in place of an earlier such line."""
    lines = body.replace("\r\n", "\n").split("\n")
    foot = next((n for n, one in enumerate(lines) if one.startswith(_FOOTER)), len(lines))
    text = [one for one in lines[:foot] if not one.startswith(RESTATED)]
    return "\n".join([*text, line, *lines[foot:]])
