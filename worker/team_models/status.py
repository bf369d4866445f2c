"""Read the state of teams' models, for `rules status`, `doctor`, `GET /health`, `GET /metrics`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.problem import Problem
from worker.settings.settings import Project, Settings
from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS, Beside
from worker.store.rulebook_values import Rollout
from worker.team_models.active import problems
from worker.team_models.disk import ModelFiles


@dataclass(frozen=True)
class ModelStatus:
    """The model of a project: in use, on trial, beside; and the problems of its file.

    `here`: this host has the folder of the file, so the problems are those of this moment.
    """

    file: Path
    name: str
    in_use: str
    trial: Rollout | None = None
    beside: Beside | None = None
    wrong: tuple[Problem, ...] = ()
    here: bool = True

    @property
    def stopped(self) -> bool:
        """Return whether a new model was stopped and waits for approval."""
        return self.trial is not None and self.trial.stopped is not None

    def all_wrong(self, reported: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems of a project's files: those that workers reported, and of now."""
        others = (p for p in reported if not self.here or p.file != str(self.file))
        return tuple(dict.fromkeys((*others, *self.wrong)))

    def to_json(self) -> dict[str, Any]:
        """Return one JSON object."""
        return {
            "file": self.name,
            "in_use": self.in_use,
            "trial": self.trial and self.trial.to_json(),
            "beside": self.beside and self.beside.to_json(),
            "wrong": [problem.to_json() for problem in self.wrong],
        }


@dataclass
class Models:
    """The models of all projects, read at each question: a broken file is told at once."""

    settings: Settings
    _files: ModelFiles = field(init=False)
    _shelves: dict[str, Shelf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._files = ModelFiles(self.settings.model_key)

    def of(self, key: str) -> ModelStatus | None:
        """Return the state of a project's model; None if it has none. Raises StoreDown."""
        project = self.settings.projects.get(key)
        if project is None or project.model_file is None:
            return None
        shelf, file = self._shelf(project), project.model_file
        shelved, here, there = shelf.look(), file.parent.is_dir(), self._files.look(file)
        wrong = problems(shelf, shelved, file, there) if here else []
        standing, first = shelved.standing, there.model.digest if there.model else SHIPS
        return ModelStatus(
            file=file,
            name=shelf.name,
            in_use=standing.active or first,
            trial=standing.trial,
            beside=shelved.beside,
            wrong=tuple(wrong),
            here=here,
        )

    def _shelf(self, project: Project) -> Shelf:
        name, projects = project.model_name, self.settings.projects.values()
        if name not in self._shelves:
            sharing = [p.key for p in projects if p.model_name == name]
            self._shelves[name] = Shelf(self.settings.redis_url, name, sharing)
        return self._shelves[name]
