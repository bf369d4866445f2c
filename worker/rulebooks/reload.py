"""Rule files that change while Sluice runs: proven first, then taken; a bad one changes nothing."""

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

PROOF_S = 10.0

MOST_FILES = 500
"""So many files of a folder are looked at: an include may name any of them."""

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of every file of a book, and of the others in its folder."""

Proof = Callable[[str, Callable[[], tuple[Problem, ...]]], "tuple[Problem, ...] | None"]
"""Has one process prove contents for all: what is wrong, or None while another one is at it."""


@dataclass(frozen=True)
class Look:
    """A rule file as this process saw it last: the last good book, and what is wrong with it now.

    `changed`: the book is not the one of the look before.
    """

    stamp: Stamp
    book: Rulebook
    wrong: tuple[Problem, ...] = ()
    changed: bool = False


@dataclass
class Books:
    """One process's look at its rule files; `proof_s` limits the proof of a changed one."""

    proof_s: float = PROOF_S
    _looks: dict[Path, Look] = field(default_factory=dict)

    def look(self, file: Path, known: Rulebook, prove: Proof) -> Look:
        """The file as it is now. `known` is the book that this process began with."""
        before = self._looks.get(file)
        stamp = _stamp(file, before.book if before else known)
        if before and before.stamp == stamp:
            self._looks[file] = replace(before, changed=False)
        elif before is None and not _differs(file, known):
            self._looks[file] = Look(stamp, known)
        else:
            found = self._prove(file, before or Look(stamp, known), stamp, prove)
            self._looks[file] = found or before or Look((), known)
        return self._looks[file]

    def _prove(self, file: Path, before: Look, stamp: Stamp, prove: Proof) -> Look | None:
        wrong = prove(_contents(file, stamp), lambda: _proven(file, self.proof_s))
        if wrong is None:
            return None
        if not wrong:
            try:
                book = load.load(file)
            except RulebookError as error:  # it changed again since it was proven
                wrong = tuple(error.problems)
            else:
                return Look(_stamp(file, book), book, (), book.digest != before.book.digest)
        return Look(stamp, before.book, wrong)


def alone(_: str, prove: Callable[[], tuple[Problem, ...]]) -> tuple[Problem, ...]:
    """Each process proves for itself."""
    return prove()


def _proven(file: Path, seconds: float) -> tuple[Problem, ...]:
    """Return what is wrong with a rule file, found out in a process of its own."""
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
    except ValueError:  # it crashed before it could say what is wrong
        found = ()
    last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return found or (Problem(str(file), 1, f"can't be built: {last}"),)


def _stamp(file: Path, book: Rulebook) -> Stamp:
    # The whole folder: a file that can't be used may include others that we have not heard of.
    beside = (p for p in file.parent.glob("*") if p.suffix in (".yaml", ".yml"))
    names = {str(file), *book.files, *map(str, islice(beside, MOST_FILES))}
    return tuple(map(stamp_of, sorted(names)))


def stamp_of(name: str) -> tuple[str, int, int]:
    """What tells a file from what it was: name, time of change and size, -1 where it is gone."""
    try:
        about = os.stat(name)  # noqa: PTH116 - names of books that ship are no paths
    except OSError:
        return name, 0, -1
    return name, about.st_mtime_ns, about.st_size


def _contents(file: Path, stamp: Stamp) -> str:
    """What a proof is good for: the bytes of the file and of those that it may include."""
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
    """Whether a file is not what the book was read from, looked at for the first time."""
    try:
        files = {name: Path(name).read_bytes() for name in book.files if Path(name).exists()}
    except OSError:
        return True
    changed = any(hashlib.sha256(raw).hexdigest() != book.files[n] for n, raw in files.items())
    return changed or not file.is_file()
