"""Find the team's model that this process judges with: the same as all others within seconds."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from rules.problem import Problem
from rules.text_model.model_file import ModelFileError
from rules.text_model.team.model import TeamModel
from worker.store.models.state import Shelf, Shelved
from worker.store.models.values import SHIPS, Memory, ModelEntry
from worker.team_models import actions, disk
from worker.team_models.disk import ModelFiles, OnDisk

REPLACED = "the file was replaced"
"""Stands for the person in the history of a model that somebody put on disk."""

log = logging.getLogger("sluice")


@dataclass(frozen=True)
class InUse:
    """The model that judges, None for what ships, and the one that judges beside it.

    `missing`: the model in use is another one that this process can't get.
    """

    model: TeamModel | None = None
    beside: TeamModel | None = None
    wrong: tuple[Problem, ...] = ()
    missing: bool = False
    on_disk: str = ""
    """The digest of the model in this host's file; empty if there is none."""


class _Copied(NamedTuple):
    """What the copy on disk was made for: changes in Redis, the model in use, the file before."""

    changes: str
    active: str
    stamp: tuple[int, int] | None


@dataclass
class ActiveModels:
    """The models of this process. The last good one of a file stays if Redis loses it."""

    key: bytes = field(default=b"", repr=False)
    _files: ModelFiles = field(init=False)
    _models: dict[str, dict[str, TeamModel]] = field(default_factory=dict)
    """By the name of the file, then by digest: those of the last look."""
    _last: dict[str, TeamModel] = field(default_factory=dict)
    _offered: dict[str, OnDisk] = field(default_factory=dict)
    _copied: dict[str, _Copied] = field(default_factory=dict)
    _unwritten: dict[str, Problem] = field(default_factory=dict)
    """Why the copy on disk could not be written, such as a full disk."""

    def __post_init__(self) -> None:
        self._files = ModelFiles(self.key)

    def look(self, shelf: Shelf, file: Path, now: datetime) -> InUse:
        """Return the model that judges now. Begins with the file if Redis knows of none."""
        found, shelved = self._files.look(file), shelf.look()
        if shelved.standing.active is None:
            self._seed(shelf, file, found, now)
            shelved = shelf.look()
        if self._offer(shelf, found, shelved, now):
            shelved = shelf.look()
        if shelved.standing.over(now):
            actions.end_trial(shelf, now)
            shelved = shelf.look()
        self._copy(shelf, shelved, file, found)
        on_disk = found.model.digest if found.model else ""
        return replace(self._in_use(shelf, shelved, file), on_disk=on_disk)

    def load(self, shelf: Shelf, digest: str, file: Path) -> TeamModel | None:
        """Return a model of the shelf, None for what ships. Raises ModelFileError."""
        if digest == SHIPS:
            return None
        known = self._models.setdefault(shelf.name, {})
        if digest not in known:
            known[digest] = self._fetch(shelf, digest, file)
        return known[digest]

    def _fetch(self, shelf: Shelf, digest: str, file: Path) -> TeamModel:
        raw = shelf.bytes_of(digest)
        if raw is None:
            here = (self._files.look(file).model, self._last.get(shelf.name))
            same = next((one for one in here if one and one.digest == digest), None)
            if same is None:
                raise ModelFileError(file, f"has not the model {digest}, and Redis has lost it")
            shelf.keep_bytes(digest, same.as_bytes())
            return same
        return TeamModel.load(Path(f"{shelf.name} in Redis"), self.key, raw)

    def _seed(self, shelf: Shelf, file: Path, found: OnDisk, now: datetime) -> None:
        """Tell Redis of the model of the file, or of this process, if it knows of none.

        A file that was on trial when Redis was wiped is on trial again.
        """
        memory = disk.read_memory(file)
        here = [one for one in (found.model, self._last.get(shelf.name)) if one]
        model = next((one for one in here if memory is None or _was_used(memory, one)), None)
        memory = memory or Memory()
        if model:
            entry = memory.entry(model.digest) or _of_file(model, now)
            shelf.keep_bytes(model.digest, model.as_bytes())
            lost = memory.in_use if memory.in_use not in (SHIPS, model.digest) else ""
            shelf.seed(model.digest, actions.entered(memory, entry, used=True), lost)
            return
        lost = memory.in_use if memory.in_use != SHIPS else ""
        shelf.seed(SHIPS, replace(memory, in_use=SHIPS), lost)
        if found.model and _on_trial(memory, found.model):
            shelf.keep_bytes(found.model.digest, found.model.as_bytes())
            shelf.begin(found.model.digest, now)

    def _offer(self, shelf: Shelf, found: OnDisk, shelved: Shelved, now: datetime) -> bool:
        """Put a model on trial that somebody put on disk. Redis knows older copies."""
        if found.model is None or self._offered.get(shelf.name) is found:
            return False
        self._offered[shelf.name] = found
        digest, standing = found.model.digest, shelved.standing
        if digest in (standing.active, standing.judging) or digest in shelf.memory().known:
            return False
        entry = _of_file(found.model, now)
        if actions.take(shelf, entry, found.model.as_bytes(), now) == "on trial":
            log.info("%s: a new model %s was put there: it is on trial", shelf.name, digest)
        return True

    def _copy(self, shelf: Shelf, shelved: Shelved, file: Path, found: OnDisk) -> None:
        """Keep file and history on disk up to date, and write a file that is gone again.

        A broken file is left to people, until they remove it or another model is in use.
        """
        active, before = shelved.standing.active or SHIPS, self._copied.get(shelf.name)
        now = _Copied(shelved.changes, active, found.stamp)
        gone = found.gone and active != SHIPS
        if now == before and not gone:
            return
        self._copied[shelf.name] = now
        older = found.model is not None and found.model.digest != active
        try:
            # Nothing is removed here: a first model on trial has no other copy on disk.
            if active != SHIPS and (gone or older or (before and before.active != active)):
                raw = shelf.bytes_of(active)
                disk.write_model(file, active, raw)
                if gone and raw:
                    log.warning("%s was gone: the model %s is written again", file, active)
            memory = shelf.memory()
            if memory != Memory():
                disk.write_memory(file, memory)
        except OSError as error:
            message = f"can't be written: {error.strerror}. A wiped Redis would lose the model"
            if shelf.name not in self._unwritten:
                log.warning("%s: %s %s", file, message, active)
            self._unwritten[shelf.name] = Problem(str(file), 0, f"{message} {active}")
        else:
            self._unwritten.pop(shelf.name, None)

    def _in_use(self, shelf: Shelf, shelved: Shelved, file: Path) -> InUse:
        wrong = problems(shelf, shelved, file, self._files.look(file))
        if shelf.name in self._unwritten:
            wrong.append(self._unwritten[shelf.name])
        wanted, missing = shelved.standing.judging or SHIPS, False
        model: TeamModel | None
        try:
            model = self.load(shelf, wanted, file)
        except ModelFileError as error:
            model, missing = self._last.get(shelf.name), True
            wrong.append(error.problem)
        if model and not missing:
            self._last[shelf.name] = model
        beside = None
        if shelved.beside:
            try:
                beside = self.load(shelf, shelved.beside.digest, file)
            except ModelFileError as error:
                wrong.append(error.problem)
        self._models[shelf.name] = {one.digest: one for one in (model, beside) if one}
        return InUse(model, beside, tuple(wrong), missing)


def problems(shelf: Shelf, shelved: Shelved, file: Path, found: OnDisk) -> list[Problem]:
    """Return what is wrong with the file of a model, while Redis has the one in use."""
    active = shelved.standing.active or SHIPS
    wrong = []
    if found.wrong:
        wrong.append(found.wrong)
    if found.gone and active != SHIPS:
        message = (
            f"is gone: the model {active} stays in use, from Redis. A worker writes the file again "
            "with its next look. To remove the model: `sluice model rollback` names the others"
        )
        wrong.append(Problem(str(file), 0, message))
    if shelved.lost:
        message = (
            f"the model {shelved.lost} that was in use is lost, on disk and in Redis: what ships "
            "judges. Put the file back, or train again"
        )
        wrong.append(Problem(str(file), 0, message))
    return wrong


def _was_used(memory: Memory, model: TeamModel) -> bool:
    """Return whether a model was in use, by its history. Where what ships was in use, none was."""
    entry = memory.entry(model.digest)
    used = entry is not None and entry.used
    return memory.in_use == model.digest or (used and memory.in_use != SHIPS)


def _on_trial(memory: Memory, model: TeamModel) -> bool:
    entry = memory.entry(model.digest)
    return entry is not None and not entry.used and not entry.fate


def _of_file(model: TeamModel, now: datetime) -> ModelEntry:
    return ModelEntry(model.digest, now.replace(microsecond=0), REPLACED)
