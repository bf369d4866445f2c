"""Read what a team taught again when its file changes, and write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rules.problem import Problem
from rules.text_model.model_file import ModelFileError
from rules.text_model.team.model import TeamModel
from worker.atomic_write import write_whole
from worker.rulebooks.reload import stamp_of


@dataclass
class TextModelFiles:
    """The files of teams' models, as this process read them last."""

    _seen: dict[Path, tuple[str, int, int]] = field(default_factory=dict)
    _good: dict[Path, TeamModel] = field(default_factory=dict)
    _wrong: dict[Path, Problem] = field(default_factory=dict)

    def look(
        self, file: Path, first: TeamModel | None, key: bytes
    ) -> tuple[TeamModel | None, Problem | None]:
        """Return the model of a file, and the problem if the file can't be read.

        In that case it is the last good model, or `first` if there was none. `key` is the key of
        its seal.
        """
        stamp = stamp_of(str(file))
        if stamp[-1] >= 0 and stamp != self._seen.get(file):
            self._seen[file] = stamp
            self._wrong.pop(file, None)
            try:
                self._good[file] = TeamModel.load(file, key)
            except ModelFileError as error:
                self._wrong[file] = error.problem
        return self._good.get(file, first), self._wrong.get(file)


def in_use(file: Path, key: bytes) -> TeamModel | None:
    """Return the model of a file, or None if there is no file. Raises ModelError."""
    return TeamModel.load(file, key) if file.exists() else None


def save(file: Path, model: TeamModel) -> None:
    """Write a model to its file in one step. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, model.as_bytes())
