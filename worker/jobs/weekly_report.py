"""Post the weekly reports, each at its hour."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import LayoutError
from rules.capacity.learned import Learned, Training, last_trainings
from rules.capacity.week_report import WEEK, week_of
from rules.facts.times import moment
from rules.text_model.team.model import TeamModel
from worker.failures import outage
from worker.jobs.week import Week, post_week, read_week
from worker.process import Process
from worker.settings.file_format import ReportModel
from worker.settings.settings import Project
from worker.store.redis import StoreDown
from worker.store.work_queue import Store

CHORE_S = 3_600
"""The time limit of jobs that read an entire site, in seconds."""

REFUSED_S = 3_600
"""A report that Jira refused is tried again after so many seconds: a person has to act first."""

LOOK_BACK = timedelta(days=90)
"""Corrections that are older are not counted, so that a report reads few issues."""

log = logging.getLogger("sluice")


def report_on_time(runtime: Process, now: datetime) -> Mapping[str, str]:
    """Post the reports that are due. Return the outcome of each project."""
    posted = {}
    for key, project in runtime.config().projects.items():
        store = runtime.store(project.site)
        moment = project.report and due(project.report, now, store.reported(key))
        if not moment or store.report_paused(key):
            continue
        with store.leases.held("report") as alone:
            if alone and not store.held():
                try:
                    posted[key] = post_report(runtime, key, project, moment)
                except (JiraBusy, JiraRefused, LayoutError) as error:
                    if not isinstance(error, JiraBusy):  # it reads an entire project each time
                        store.pause_report(key, REFUSED_S)
                    postpone(store, f"the report of {key}", error)
                except StoreDown:
                    raise
                except Exception:  # an error of ours in one project must not stop the others
                    log.exception("the report of %s failed", key)
                    store.pause_report(key, REFUSED_S)
    return posted


def post_report(runtime: Process, key: str, project: Project, until: datetime) -> str:
    """Post the report of the seven days up to `until`, and store that it was posted."""
    site = runtime.site_triage(project.site).site
    assert project.report is not None
    week = read_week(site, project, until, learning(runtime, project, until))
    outcome = post_week(site, project.report.issue, week, until.date())
    keep_page(runtime.store(project.site), key, week)
    runtime.store(project.site).set_reported(key, until)
    return outcome


def learning(runtime: Process, project: Project, until: datetime) -> Learned:
    """Return since when corrections of a project wait for a training, and when that comes.

    Where nothing is learned, the corrections of the seven days are counted.
    """
    if not project.model_file:
        return Learned(until - WEEK)
    training, before = trainings(runtime, project, until)
    since = before if training else before or learned_until(project.team)
    after = runtime.config().retrain_after or None
    return Learned(max(since or until - LOOK_BACK, until - LOOK_BACK), {}, after, training)


def trainings(
    runtime: Process, project: Project, until: datetime
) -> tuple[Training | None, datetime | None]:
    """Return the last training of the seven days, and the time of the one before it."""
    shelf = runtime.shelf(project)
    if shelf is None:
        return None, None
    history, shelved = shelf.memory().history, shelf.look()
    training, before = last_trainings(history, until - WEEK, until)
    if training is None:
        return None, before
    waiting = {shelved.beside.digest} if shelved.beside else set()
    trial = shelved.standing.trial
    waiting |= {trial.digest} if trial and trial.stopped is not None else set()
    waits = any(one.digest in waiting for one in history if one.at == training.at)
    return replace(training, waits=waits), before


def learned_until(team: TeamModel | None) -> datetime | None:
    """Return the time of the latest decision that a team's model learned from, if it tells."""
    told = team.info.get("until") if team else None
    times = map(moment, told.values() if isinstance(told, Mapping) else [told])
    return max((one for one in times if one), default=None)


def keep_page(store: Store, project: str, week: Week) -> None:
    """Keep the page of a week as it was posted first, for the web process to show."""
    if store.pages.read(project, week.report.week) is not None:
        return
    from connector.capacity.page import page  # jinja2, which only this needs

    found = page(week.report, week.reader, week.picture())
    store.pages.keep(project, week.report.week, found)


def due(report: ReportModel, now: datetime, reported: datetime | None) -> datetime | None:
    """Return the latest time that the report was due, or None if it was posted since.

    Times are in the report's own time zone. A missed report is posted later, but the first report
    is always of this week.
    """
    here = now.astimezone(ZoneInfo(report.timezone))
    back = (here.weekday() - report.weekday) % 7
    moment = datetime.combine(here.date() - timedelta(days=back), report.time, here.tzinfo)
    if moment > here:
        moment -= timedelta(days=7)
    if reported is None:
        return moment if week_of(moment) == week_of(here) else None
    return moment if reported < moment else None


def postpone(store: Store, what: str, error: Exception) -> None:
    """Leave a job for its next time, and pause what Jira's answer is about, if that is sure."""
    if isinstance(error, JiraBusy) and not error.doubtful:
        outage.hold(store, error)
        if store.pauses.current():  # the log has the trouble's own line
            return
    log.warning("%s is postponed: %s", what, error)
