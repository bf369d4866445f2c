"""Write the record of each decision to the log, with the rulebooks and models beside it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rules.text_model.model_file import ModelFileError
from rules.text_model.team.model import TeamModel
from worker.settings.settings import DecisionLogSettings, Project
from worker.triage.decision_log.log_file import MODE, LogFile
from worker.triage.decision_log.record import CannotReplay, judged_by, record
from worker.triage.site_triage import Outcome

MOST_BYTES = 2 * 1024 * 1024
"""The longest line. The record of a larger issue goes without its texts."""

ALL_TEXTS = ("text", "comments")

log = logging.getLogger("sluice")


@dataclass
class DecisionLog:
    """The decision log of this process. What can't be written is told, and stops no triage."""

    settings: DecisionLogSettings
    _told: str = ""
    _beside: set[str] = field(default_factory=set)

    def write(self, project: Project, outcome: Outcome, now: datetime) -> bool:
        """Write the record of a triage. Return False if it could not be written."""
        if outcome.assessment is None:
            return True
        try:
            self._keep(project)
            self._file.append(self._line(project, outcome, now))
        except Exception as error:
            why = getattr(error, "strerror", None) or repr(error)
            if why != self._told:
                log.error("decisions are not logged in %s: %s", self.settings.file, why)
            self._told = why
            return False
        if self._told:
            log.info("decisions are logged again in %s", self.settings.file)
        self._told = ""
        return True

    @property
    def _file(self) -> LogFile:
        given = self.settings
        return LogFile(given.file, int(given.max_mb * 1024 * 1024), given.keep)

    def _line(self, project: Project, outcome: Outcome, now: datetime) -> bytes:
        found = outcome.assessment
        assert found is not None
        for mask in (self.settings.mask, (*self.settings.mask, *ALL_TEXTS)):
            row = record(project, outcome.issue, found, now, status=outcome.status, mask=mask)
            line = json.dumps(row, separators=(",", ":")).encode() + b"\n"
            if len(line) <= MOST_BYTES:
                return line
        raise ValueError(f"the record of {outcome.issue.key} has over {MOST_BYTES} bytes")

    def _keep(self, project: Project) -> None:
        """Keep rulebook and model beside the log, each once by its digest."""
        book = judged_by(project).digest
        self._keep_one(f"{book}.book.json", lambda: project.book.text().encode("utf-8"))
        if team := project.team:
            self._keep_one(f"{team.digest}.model", team.as_bytes)

    def _keep_one(self, name: str, content: Callable[[], bytes]) -> None:
        file = beside(self.settings.file) / name
        if name in self._beside and file.exists():
            return
        file.parent.mkdir(mode=0o700, exist_ok=True)
        if not file.exists():
            part = file.with_name(f"{name}.{os.getpid()}")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE), "wb") as new:
                new.write(content())
            part.replace(file)
        self._beside.add(name)


def beside(file: Path) -> Path:
    """Return the folder beside a log that has rulebooks and models, by digest."""
    return file.with_name(f"{file.name}.sources")


def book_beside(folder: Path, digest: str) -> str:
    """Return the source of a rulebook. Raise CannotReplay."""
    return _read(folder / f"{digest}.book.json", f"the rulebook @{digest}").decode("utf-8")


def model_beside(folder: Path, digest: str, key: bytes) -> TeamModel:
    """Return a team's model. Raise CannotReplay."""
    file = folder / f"{digest}.model"
    raw = _read(file, f"the team's model {digest}")
    try:
        return TeamModel.load(file, key, raw)
    except ModelFileError as error:
        raise CannotReplay(str(error.problem)) from None


def _read(file: Path, what: str) -> bytes:
    if not file.name.split(".")[0].isalnum():
        raise CannotReplay(f"{what}: this is no digest")
    try:
        return file.read_bytes()
    except OSError as error:
        raise CannotReplay(f"{what} is not in {file}: {error.strerror}") from None
