"""Read and write the copy of a team's model on disk, and its history beside it.

Redis is the source. The copy survives a wiped Redis.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from rules.problem import Problem
from rules.text_model.model_file import ModelFileError
from rules.text_model.team.model import TeamModel
from worker.atomic_write import write_whole
from worker.store.models.values import SHIPS, Memory


@dataclass(frozen=True)
class OnDisk:
    """A model file as it is now. Without `model` it is gone, or `wrong` tells why it is no use."""

    stamp: tuple[int, int] | None
    model: TeamModel | None = None
    wrong: Problem | None = None

    @property
    def gone(self) -> bool:
        """Return whether there is no file."""
        return self.stamp is None


@dataclass
class ModelFiles:
    """The model files, as this process read them last: a file is read again when it changes."""

    key: bytes = field(repr=False)
    _seen: dict[Path, OnDisk] = field(default_factory=dict)

    def look(self, file: Path) -> OnDisk:
        """Return the state of a file. Costs one system call if it did not change."""
        stamp = _stamp(file)
        before = self._seen.get(file)
        if before is None or before.stamp != stamp:
            self._seen[file] = before = self._read(file, stamp)
        return before

    def _read(self, file: Path, stamp: tuple[int, int] | None) -> OnDisk:
        if stamp is None:
            return OnDisk(None)
        try:
            return OnDisk(stamp, TeamModel.load(file, self.key))
        except ModelFileError as error:
            return OnDisk(stamp, wrong=error.problem)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def memory_file(file: Path) -> Path:
    """Return the file beside a model that holds its history."""
    return file.with_name(f"{file.stem}.history.json")


def read_memory(file: Path) -> Memory | None:
    """Return the history beside a model; None if there is none, or nobody can read it."""
    try:
        return Memory.from_json(json.loads(memory_file(file).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def write_memory(file: Path, memory: Memory) -> None:
    """Write the history beside a model. Raises OSError."""
    text = json.dumps(memory.to_json(), indent=1, ensure_ascii=False)
    raw = f"{text}\n".encode("utf-8", "surrogatepass")
    path = memory_file(file)
    if not (path.is_file() and path.read_bytes() == raw):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, raw)


def write_model(file: Path, digest: str, raw: bytes | None) -> None:
    """Make the file the copy of the model in use; what ships has none. Raises OSError."""
    if digest == SHIPS:
        file.unlink(missing_ok=True)
    elif raw is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, raw)
