"""The weekly training of projects' own text models."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from connector.client import JiraBusy, JiraRefused
from connector.field_mapping import LayoutError
from rules.learning.retrain import lessons, news, retrain
from rules.learning.training_extra import require_training_extra
from rules.text_model.model import ModelError, shipped
from worker.jobs.weekly_report import CHORE_S, put_off
from worker.process import Runtime
from worker.rulebooks import text_model_file
from worker.settings.load import Project

EVERY = timedelta(days=7)

log = logging.getLogger("sluice")


def retrain_on_time(runtime: Runtime, now: datetime) -> Mapping[str, str]:
    """Train the projects' own models anew, each once a week; what became of each file."""
    settings, said = runtime.config(), {}
    for file, projects in text_model_file.by_file(settings.projects.values()).items():
        store = runtime.store(projects[0].site)
        last = store.retrained(str(file))
        if settings.retrain_after and (last is None or now - last >= EVERY):
            with store.only("retrain", CHORE_S) as alone:
                if alone and not store.held():
                    said[file.name] = _outcome(runtime, file, projects, now)
    return said


def _outcome(runtime: Runtime, file: Path, projects: Sequence[Project], now: datetime) -> str:
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


def _retrain(runtime: Runtime, file: Path, projects: Sequence[Project], now: datetime) -> str:
    require_training_extra()  # before a year of issues is read
    settings, old = runtime.config(), text_model_file.in_use(file)
    after, book_of = (
        settings.retrain_after,
        text_model_file.books_of(settings.projects, projects[0]),
    )
    taught = lessons(text_model_file.history(runtime.gate, projects), book_of, now)
    new = news(taught, old)
    if new < after:
        return f"{new} new corrections, {after} are waited for"
    result = retrain(taught, book_of, old, shipped(), now)
    held, before, after_it = result.old.issues, result.old.accuracy, result.new.accuracy
    if not result.better:
        return f"the old one is kept: right on {before:.0%} of {held}, a new one on {after_it:.0%}"
    text_model_file.save(file, result.model)
    return f"a new one, {result.model.digest}: right on {after_it:.0%} of {held}, not {before:.0%}"
