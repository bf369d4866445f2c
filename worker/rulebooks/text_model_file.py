"""Read the text model of a project again when its file changes, and write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rules.problem import Problem
from rules.text_model.model import TextModel, shipped
from rules.text_model.model_file import ModelFileError
from worker.atomic_write import write_whole
from worker.rulebooks.reload import stamp_of


@dataclass
class TextModelFiles:
    """The files of text models, as this process read them last."""

    _seen: dict[Path, tuple[str, int, int]] = field(default_factory=dict)
    _good: dict[Path, TextModel] = field(default_factory=dict)
    _wrong: dict[Path, Problem] = field(default_factory=dict)

    def look(self, file: Path, first: TextModel) -> tuple[TextModel, Problem | None]:
        """Return the model of a file, and the problem if the file can't be read.

        In that case it is the last good model, or `first` if there was none.
        """
        stamp = stamp_of(str(file))
        if stamp[-1] >= 0 and stamp != self._seen.get(file):
            self._seen[file] = stamp
            self._wrong.pop(file, None)
            try:
                self._good[file] = TextModel.load(file)
            except ModelFileError as error:
                self._wrong[file] = error.problem
        return self._good.get(file, first), self._wrong.get(file)


def in_use(file: Path) -> TextModel:
    """Return the model of a file, or the shipped one if there is no file. Raises ModelError."""
    return TextModel.load(file) if file.exists() else shipped()


def save(file: Path, model: TextModel) -> None:
    """Write a model to its file in one step. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, model.as_bytes())
