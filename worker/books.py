"""Rule files that change while Sluice runs: proven first, then taken; a bad one changes nothing."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rules import rulebook
from rules.rulebook import Rulebook, RulebookError
from worker.settings import Project

LOOK_S = 2.0
"""Files are looked at once in so many seconds: two calls to the system a file."""

PROOF_S = 10.0

log = logging.getLogger("sluice")

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of every file of a book."""


@dataclass(frozen=True)
class BookStatus:
    """What judges a project, and what is wrong with the file on disk, if anything is."""

    book: str
    file: str
    digest: str
    rules: int
    shadow: bool
    wrong: tuple[str, ...] = ()


@dataclass
class Books:
    """One process's look at the rule files of its projects."""

    proof_s: float = PROOF_S
    _next: float = 0.0
    _stamps: dict[str, Stamp] = field(default_factory=dict)
    _wrong: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def due(self) -> bool:
        """Whether it is time to look again."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + LOOK_S
        return True

    def look(self, projects: Mapping[str, Project]) -> dict[str, BookStatus | Project]:
        """The projects whose files changed: with the new book, or what is wrong with the file."""
        found: dict[str, BookStatus | Project] = {}
        for key, project in projects.items():
            if project.file is None:
                continue
            stamp = _stamp(project.book)
            if stamp == self._stamps.get(key):
                continue
            known = key in self._stamps
            self._stamps[key] = stamp
            if known or _differs(project.book):
                found[key] = self._changed(key, project)
        return found

    def _changed(self, key: str, project: Project) -> BookStatus | Project:
        assert project.file is not None
        wrong = _proven(project.file, self.proof_s)
        if not wrong:
            try:
                book = rulebook.load(project.file)
            except RulebookError as error:  # it changed again since it was proven
                wrong = tuple(map(str, error.problems))
            else:
                log.info("%s: rulebook %s@%s is live", key, book.name, book.digest)
                self._stamps[key] = _stamp(book)
                self._wrong.pop(key, None)
                return replace(project, book=book)
        self._wrong[key] = wrong
        for line in wrong:
            log.error("%s: keeps rulebook %s: %s", key, project.book.digest, line)
        return self.status(project)

    def status(self, project: Project) -> BookStatus:
        """The book of a project in a few words."""
        book = project.book
        file = str(project.file) if project.file else "ships with Sluice"
        wrong = self._wrong.get(project.key, ())
        return BookStatus(book.name, file, book.digest, len(book.rules), book.shadow, wrong)


def _proven(file: Path, seconds: float) -> tuple[str, ...]:
    """What is wrong with a rule file, found out in a process of its own."""
    command = [sys.executable, "-m", "rules.prove", str(file)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False, encoding="utf-8"
        )
    except subprocess.TimeoutExpired:
        return (f"{file}:1: takes longer than {seconds:g} s to build: make it smaller",)
    if done.returncode == 0:
        return ()
    said = tuple(line for line in done.stdout.splitlines() if line.strip())
    last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return said or (f"{file}:1: can't be built: {last}",)


def _stamp(book: Rulebook) -> Stamp:
    found = []
    for name in sorted(book.files):
        try:
            about = os.stat(name)  # noqa: PTH116 - names of books that ship are no paths
        except OSError:
            found.append((name, 0, -1))
        else:
            found.append((name, about.st_mtime_ns, about.st_size))
    return tuple(found)


def _differs(book: Rulebook) -> bool:
    """Whether a file is not what the book was read from, looked at for the first time."""
    try:
        files = {name: Path(name).read_bytes() for name in book.files if Path(name).exists()}
    except OSError:
        return True
    return any(hashlib.sha256(raw).hexdigest() != book.files[name] for name, raw in files.items())
