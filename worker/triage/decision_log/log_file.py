"""Append lines to one file from several processes: whole lines, a size limit, no surprise.

A line is one write under the file's lock. A file that logrotate moved is opened anew, and one that
it truncated goes on at its new end.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MODE = 0o600


@dataclass(frozen=True)
class LogFile:
    """A file of lines; over `max_bytes` it becomes `.1`, and so on up to `keep` older ones."""

    path: Path
    max_bytes: int
    keep: int

    def append(self, line: bytes) -> None:
        """Append one line, whole or not at all. Raises OSError."""
        with self._locked() as file:
            size = os.fstat(file).st_size
            if size and size + len(line) > self.max_bytes:
                self._rotate()
                with self._locked() as fresh:
                    return _write(fresh, line)
            _write(file, line)
        return None

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Open the file that has the name now, and lock it."""
        while True:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_current(file):
                    yield file
                    return
            finally:
                os.close(file)  # and with it the lock

    def _is_current(self, file: int) -> bool:
        """Return whether no other process moved the file before it was locked."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(file), self.path.stat())
        return False

    def _rotate(self) -> None:
        older = [self.path.with_name(f"{self.path.name}.{n}") for n in range(1, self.keep + 1)]
        for target, source in reversed(list(zip(older, [self.path, *older], strict=False))):
            with suppress(FileNotFoundError):
                source.replace(target)
        if not older:
            self.path.unlink()


def _write(file: int, line: bytes) -> None:
    """Write a line at the end; take back a part of it if the disk is full."""
    size = os.fstat(file).st_size
    torn = size and os.pread(file, 1, size - 1) != b"\n"  # the machine went down in a write
    whole = (b"\n" if torn else b"") + line
    done = 0
    try:
        done = os.write(file, whole)
    finally:
        if done != len(whole):
            os.ftruncate(file, size)
    if done != len(whole):
        raise OSError(28, "No space left on device")
