"""Reload rule files that change: each is checked first, and a bad one changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from rules.problem import Problem
from rules.rulebook import load, yaml_source
from rules.rulebook.rulebook import Rulebook, RulebookError

CHECK_S = 10.0

MOST_FILES = 500
"""The most files of a folder to look at: an include may name any of them."""

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file of a book and of its folder."""

CheckOnce = Callable[[str, Callable[[], tuple[Problem, ...]]], "tuple[Problem, ...] | None"]
"""Check contents once for all processes: the problems, or None if another process is at it."""


@dataclass(frozen=True)
class FileState:
    """A rule file as this process read it last: the last good book and the problems of the file.

    `changed`: the book is another one than at the look before.
    """

    stamp: Stamp
    book: Rulebook
    wrong: tuple[Problem, ...] = ()
    changed: bool = False


@dataclass
class RuleFiles:
    """The rule files, as this process read them last; `check_s` limits the time of a check."""

    check_s: float = field(default_factory=lambda: CHECK_S)
    _looks: dict[Path, FileState] = field(default_factory=dict)

    def look(self, file: Path, first: Rulebook, check_once: CheckOnce) -> FileState:
        """Return the current state of a file; `first` is the first book of this process."""
        before = self._looks.get(file)
        stamp = _stamp(file, before.book if before else first)
        if before and before.stamp == stamp:
            self._looks[file] = replace(before, changed=False)
        elif before is None and not _differs(file, first):
            self._looks[file] = FileState(stamp, first)
        else:
            found = self._checked(file, before or FileState(stamp, first), stamp, check_once)
            self._looks[file] = found or before or FileState((), first)
        return self._looks[file]

    def _checked(
        self, file: Path, before: FileState, stamp: Stamp, check_once: CheckOnce
    ) -> FileState | None:
        wrong = check_once(_contents(file, stamp), lambda: _check_file(file, self.check_s))
        if wrong is None:
            return None
        if not wrong:
            try:
                book = load.load(file)
            except RulebookError as error:  # it changed again since the check
                wrong = tuple(error.problems)
            else:
                return FileState(_stamp(file, book), book, (), book.digest != before.book.digest)
        return FileState(stamp, before.book, wrong)


def alone(_: str, check: Callable[[], tuple[Problem, ...]]) -> tuple[Problem, ...]:
    """Check in this process, without the others."""
    return check()


def _check_file(file: Path, seconds: float) -> tuple[Problem, ...]:
    """Return the problems of a rule file, checked in a process of its own."""
    command = [sys.executable, "-m", "worker.rulebooks.smoke_test", str(file)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False, encoding="utf-8"
        )
    except subprocess.TimeoutExpired:
        message = f"takes longer than {seconds:g} s to build: make it smaller"
        return (Problem(str(file), 1, message),)
    if done.returncode == 0:
        return ()
    try:
        found = tuple(map(Problem.from_json, json.loads(done.stdout)))
    except ValueError:  # it crashed before it printed the problems
        found = ()
    last = (done.stderr.strip().splitlines() or ["it ended without a message"])[-1]
    return found or (Problem(str(file), 1, f"can't be built: {last}"),)


def _stamp(file: Path, book: Rulebook) -> Stamp:
    # The whole folder: a file that can't be used may include files that are unknown yet.
    beside = (p for p in file.parent.glob("*") if p.suffix in (".yaml", ".yml"))
    names = {str(file), *book.files, *map(str, islice(beside, MOST_FILES))}
    return tuple(map(stamp_of, sorted(names)))


def stamp_of(name: str) -> tuple[str, int, int]:
    """Return name, time of change and size of a file, size -1 if it is gone."""
    try:
        about = os.stat(name)  # noqa: PTH116 - shipped books have names, not paths
    except OSError:
        return name, 0, -1
    return name, about.st_mtime_ns, about.st_size


def _contents(file: Path, stamp: Stamp) -> str:
    """Return the digest of a file and of those that it may include: one check per digest."""
    digest = hashlib.sha256(str(file).encode())
    for name, _, size in stamp:
        digest.update(f"\0{name}\0{size}\0".encode())
        try:
            with open(name, "rb") as part:  # noqa: PTH123 - as above
                digest.update(part.read(yaml_source.MAX_BYTES + 1))
        except OSError:
            continue
    return digest.hexdigest()


def _differs(file: Path, book: Rulebook) -> bool:
    """Return whether a file differs from the one that the book was read from."""
    try:
        files = {name: Path(name).read_bytes() for name in book.files if Path(name).exists()}
    except OSError:
        return True
    changed = any(hashlib.sha256(raw).hexdigest() != book.files[n] for n, raw in files.items())
    # A book that was kept in Redis, because its file could not be used, names no file.
    return changed or not file.is_file() or str(file) not in book.files
