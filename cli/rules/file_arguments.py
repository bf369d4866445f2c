"""The rule files that a command line names: files, or folders that hold some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.app import fail
from rules.rulebook.file_format.overlay import book_of
from worker.settings.locate_rulebook import ENDINGS, is_test


def rule_files(paths: Sequence[Path], tests: bool = False) -> Iterator[Path]:
    """The files, and of each folder every YAML file in it; those of tests only where asked for.

    An overlay is checked with its book, so the book stands for it.
    """
    for path in paths:
        if not path.is_dir():
            book = book_of(path)
            yield book if book and book.is_file() else path
            continue
        found = [f for f in sorted(path.iterdir()) if f.suffix in ENDINGS and not book_of(f)]
        books = [file for file in found if tests or not is_test(file)]
        if not books:
            fail(f"{path}: there is no rule file in this folder")
        yield from books
