"""Text models of projects: read again when their file changes, trained anew when it is time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rules.problem import Problem
from rules.text_model.model import ModelFileError, TextModel, shipped
from worker.atomic_write import write_whole
from worker.rulebooks.reload import stamp_of


@dataclass
class Models:
    """One process's look at the files of text models."""

    _seen: dict[Path, tuple[str, int, int]] = field(default_factory=dict)
    _good: dict[Path, TextModel] = field(default_factory=dict)
    _wrong: dict[Path, Problem] = field(default_factory=dict)

    def look(self, file: Path, known: TextModel) -> tuple[TextModel, Problem | None]:
        """The model of a file as it is now, and what is wrong with the file.

        Where it can't be read the last good one goes on, at first the one that is `known`.
        """
        stamp = stamp_of(str(file))
        if stamp[-1] >= 0 and stamp != self._seen.get(file):
            self._seen[file] = stamp
            self._wrong.pop(file, None)
            try:
                self._good[file] = TextModel.load(file)
            except ModelFileError as error:
                self._wrong[file] = error.problem
        return self._good.get(file, known), self._wrong.get(file)


def in_use(file: Path) -> TextModel:
    """The model of a file; the one that ships as long as there is none. May raise ModelError."""
    return TextModel.load(file) if file.exists() else shipped()


def save(file: Path, model: TextModel) -> None:
    """Put a model where workers look for it, in one step. OSError where that can't be done."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, model.as_bytes())
