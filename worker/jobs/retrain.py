"""Train projects' own text models once a week."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import LayoutError
from rules.facts.issue import Issue
from rules.learning.compare.known import count_new
from rules.learning.evidence.feedback import BookOf, Ranks
from rules.learning.training_extra import require_training_extra
from rules.text_model.model_file import ModelError
from worker.jobs.training import Course, Trained, must_unlearn, train
from worker.jobs.weekly_report import postpone
from worker.process import Process
from worker.settings.settings import Project
from worker.store.models.state import Shelf
from worker.team_models import actions
from worker.triage.site_triage import SiteTriage

EVERY = timedelta(days=7)

log = logging.getLogger("sluice")


def retrain_on_time(runtime: Process, now: datetime) -> Mapping[str, str]:
    """Train the projects' own models, each once a week. Return the outcome for each file."""
    settings, outcomes = runtime.config(), {}
    for file, projects in by_file(settings.projects.values()).items():
        store = runtime.store(projects[0].site)
        last = store.retrained(projects[0].model_name)
        if settings.retrain_after and (last is None or now - last >= EVERY):
            with store.leases.held("retrain") as alone:
                if alone and not store.held():
                    outcomes[file.name] = _outcome(runtime, file, projects, now)
    return outcomes


def _outcome(runtime: Process, file: Path, projects: Sequence[Project], now: datetime) -> str:
    """Train a file's model and return the outcome. If Jira is busy, the next hour tries again."""
    store = runtime.store(projects[0].site)
    try:
        outcome = _retrain(runtime, file, projects, now)
    except (JiraBusy, JiraRefused, LayoutError) as error:
        postpone(store, f"training {file.name}", error)
        return "postponed"
    except ModelError as error:
        outcome = f"not trained: {error}"
    store.set_retrained(projects[0].model_name, now)
    log.info("team's model %s: %s", file.name, outcome)
    return outcome


def _retrain(runtime: Process, file: Path, projects: Sequence[Project], now: datetime) -> str:
    require_training_extra()  # before a year of issues is read
    settings, shelf = runtime.config(), runtime.shelf(projects[0])
    assert shelf is not None
    old = runtime.models.look(shelf, file, now).model
    course = Course(
        [*history(runtime.site_triage, projects)],
        books_of(settings.projects, projects[0]),
        settings.model_key,
        shelf.memory(),
        projects[0].half_life_days,
        ranks_of(runtime.site_triage, projects),
    )
    lessons = course.lessons(now)
    new, after = count_new(lessons, old), settings.retrain_after
    if new < after and not must_unlearn(course.memory):
        return f"waiting for corrections: {new} of {after}"
    trained = train(course, lessons, old, now)
    for one in trained.result.contradicted:
        log.warning("team's model %s: contradicted: %s", file.name, one)
    return _offer(runtime, shelf, trained, now)


def _offer(runtime: Process, shelf: Shelf, trained: Trained, now: datetime) -> str:
    """Put the new model on trial, or beside the one in use. Return the outcome."""
    model, result = trained.offered, trained.result
    if model is None:
        return f"old model kept: {result.reason}"
    why = [*result.asks]
    if before := shelf.memory().rolled_back:
        why.append(f"a person rolled back {before}, the model before it")
    entry = trained.entry(model, WEEKLY, now)
    taken = actions.take(shelf, entry, model.as_bytes(), now, why)
    if taken == "on trial":
        runtime.judge_all_again(shelf.name)
    waits = f", {'; '.join(why)}" if why else ""
    return f"new model {entry.digest} is {taken}{waits}: {result.comparison.line}"


WEEKLY = "weekly training"


MOST_RECORDS = 1_000
"""The most records that are read one by one, on Data Center: questions and answers need them."""

HISTORY_DAYS = 365
"""The default age of the issues to learn from, in days since their last update."""


def by_file(projects: Iterable[Project]) -> Mapping[Path, list[Project]]:
    """Return the projects that have their own model, by its file. Projects can share a file."""
    found: dict[Path, list[Project]] = {}
    for project in projects:
        if project.model_file:
            found.setdefault(project.model_file, []).append(project)
    return found


def ranks_of(gate_of: Callable[[str], SiteTriage], projects: Iterable[Project]) -> Ranks:
    """Return the ranks of the sites' priorities. Of equal names the first counts."""
    found: dict[str, float] = {}
    for site in dict.fromkeys(project.site for project in projects):
        found = {**gate_of(site).site.priorities.ranks, **found}
    return found


def books_of(projects: Mapping[str, Project], other: Project) -> BookOf:
    """Return a function from project key to its active rulebook. Unknown projects use `other`'s."""
    return lambda key: projects.get(key, other).book.live()


def history(
    gate_of: Callable[[str], SiteTriage], projects: Iterable[Project], days: int = HISTORY_DAYS
) -> Iterator[Issue]:
    """Yield the recently updated issues of projects, without those for weekly reports."""
    for project in projects:
        gate = gate_of(project.site)
        of_project = gate.places.jql(project.key)
        yield from searched(gate, f"{of_project} AND updated >= -{days}d ORDER BY updated ASC")


def searched(gate: SiteTriage, jql: str) -> Iterator[Issue]:
    """Yield the issues of a query with their changelog, without those for weekly reports.

    Their projects have the keys of sluice.yaml, by which rulebooks and lessons go.
    """
    for issue in gate.site.search(jql, changelog=True, records=MOST_RECORDS):
        if not gate.places.takes_reports(issue):
            yield gate.places.named(issue)
