"""The weekly training of projects' own text models."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from connector.client import JiraBusy, JiraRefused
from connector.field_mapping import LayoutError
from rules.facts.issue import Issue
from rules.learning.retrain import BookOf, lessons, news, retrain
from rules.text_model.model import ModelError, shipped
from worker.jobs.weekly_report import CHORE_S, put_off
from worker.process import Process
from worker.rulebooks import text_model_file
from worker.settings.load import Project
from worker.triage import SiteTriage

EVERY = timedelta(days=7)

log = logging.getLogger("sluice")


def retrain_on_time(runtime: Process, now: datetime) -> Mapping[str, str]:
    """Train the projects' own models anew, each once a week; what became of each file."""
    settings, said = runtime.config(), {}
    for file, projects in by_file(settings.projects.values()).items():
        store = runtime.store(projects[0].site)
        last = store.retrained(str(file))
        if settings.retrain_after and (last is None or now - last >= EVERY):
            with store.only("retrain", CHORE_S) as alone:
                if alone and not store.held():
                    said[file.name] = _outcome(runtime, file, projects, now)
    return said


def _outcome(runtime: Process, file: Path, projects: Sequence[Project], now: datetime) -> str:
    """What became of a file, in a line; where Jira is busy, the next hour tries again."""
    store = runtime.store(projects[0].site)
    try:
        said = _retrain(runtime, file, projects, now)
    except (JiraBusy, JiraRefused, LayoutError) as error:
        put_off(store, f"training {file.name}", error)
        return "put off"
    except (ModelError, OSError) as error:
        said = f"not trained: {error}"
    store.set_retrained(str(file), now)
    log.info("text model %s: %s", file.name, said)
    return said


def _retrain(runtime: Process, file: Path, projects: Sequence[Project], now: datetime) -> str:
    settings, old = runtime.config(), text_model_file.in_use(file)
    after, book_of = (
        settings.retrain_after,
        books_of(settings.projects, projects[0]),
    )
    taught = lessons(history(runtime.site_triage, projects), book_of, now)
    new = news(taught, old)
    if new < after:
        return f"{new} new corrections, {after} are waited for"
    result = retrain(taught, book_of, old, shipped(), now)
    held, before, after_it = result.old.issues, result.old.accuracy, result.new.accuracy
    if not result.better:
        return f"the old one is kept: right on {before:.0%} of {held}, a new one on {after_it:.0%}"
    text_model_file.save(file, result.model)
    return f"a new one, {result.model.digest}: right on {after_it:.0%} of {held}, not {before:.0%}"


HISTORY_DAYS = 365
"""What changed in so many days is learned from."""


def by_file(projects: Iterable[Project]) -> Mapping[Path, list[Project]]:
    """The projects that have a model of their own, by its file: some share one."""
    found: dict[Path, list[Project]] = {}
    for project in projects:
        if project.model_file:
            found.setdefault(project.model_file, []).append(project)
    return found


def books_of(projects: Mapping[str, Project], other: Project) -> BookOf:
    """The book that judges issues of a project; that of `other` where it is not under the gate."""
    return lambda key: projects.get(key, other).book.live()


def history(
    gate_of: Callable[[str], SiteTriage], projects: Iterable[Project], days: int = HISTORY_DAYS
) -> Iterator[Issue]:
    """The issues that changed lately, but for those that weekly reports are posted on."""
    for project in projects:
        changed = f'project = "{project.key}" AND updated >= -{days}d ORDER BY updated ASC'
        yield from searched(gate_of(project.site), changed)


def searched(gate: SiteTriage, jql: str) -> Iterator[Issue]:
    """The same of any query."""
    posts = {p.report.issue for p in gate.projects.values() if p.report}
    return (issue for issue in gate.site.search(jql) if issue.key not in posts)
