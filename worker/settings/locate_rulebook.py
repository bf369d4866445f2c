"""Where a rulebook is that `sluice.yaml` names: with Sluice, in the rule folder, at a path."""

from __future__ import annotations

from pathlib import Path

from rules.problem import nearest
from rules.rulebook import load
from rules.rulebook.file_format.overlay import book_of
from rules.rulebook.rulebook import Rulebook

ENDINGS = (".yaml", ".yml")


class NoBook(ValueError):
    """No book has that name, or two have it; `str()` says which there are."""


def find(name: str, folder: Path, rules: Path) -> tuple[Rulebook, Path | None]:
    """A book and its file: by a path from `folder`, or by its name in `rules`; None if it ships.

    Raises NoBook, and RulebookError where the file can't be used.
    """
    if name.endswith(ENDINGS):
        return load.load(folder / name), folder / name
    shipped, file = load.shipped_names(), _named(name, rules)
    if file and name in shipped:
        raise NoBook(f'"{name}" comes with Sluice and is {file} as well: rename the file')
    if file:
        return load.load(file), file
    if name in shipped:
        return load.shipped(name), None
    there = [*shipped, *names(rules)]
    hint = nearest(name, there) or f": there is {' and '.join(there)}"
    raise NoBook(f'no book "{name}" comes with Sluice or is in {rules}{hint}; a path ends in .yaml')


def names(rules: Path) -> list[str]:
    """The names of the books in a folder of rule files."""
    files = (file for ending in ENDINGS for file in rules.glob(f"*{ending}"))
    return sorted({file.stem for file in files if not is_test(file) and not book_of(file)})


def is_test(file: Path) -> bool:
    """Whether a file by its name holds tests of books, and no book."""
    return file.stem.endswith("_test")


def _named(name: str, rules: Path) -> Path | None:
    files = (rules / f"{name}{ending}" for ending in ENDINGS)
    return next((file for file in files if file.parent == rules and file.is_file()), None)
