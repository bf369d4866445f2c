"""Find a rulebook that `sluice.yaml` names: shipped, in the rule folder, or at a path."""

from __future__ import annotations

from pathlib import Path

from rules.problem import nearest
from rules.rulebook import load
from rules.rulebook.file_format.overlay import book_of
from rules.rulebook.rulebook import Rulebook

ENDINGS = (".yaml", ".yml")


class NoBook(ValueError):
    """No rulebook has this name, or two have it. The message lists the names."""


def find(name: str, folder: Path, rules: Path) -> tuple[Rulebook, Path | None]:
    """Return a rulebook and its file, None for a shipped one.

    `name` is a path from `folder`, or a name in `rules`. Raises NoBook, or RulebookError if the
    file can't be used.
    """
    if name.endswith(ENDINGS):
        return load.load(folder / name), folder / name
    shipped, file = load.shipped_names(), _named(name, rules)
    if file and name in shipped:
        raise NoBook(f'"{name}" is a shipped rulebook and also {file}: rename the file')
    if file:
        return load.load(file), file
    if name in shipped:
        return load.shipped(name), None
    there = [*shipped, *names(rules)]
    hint = nearest(name, there) or f": choose one of {', '.join(there)}"
    raise NoBook(f'no rulebook "{name}", shipped or in {rules}{hint}; a path ends in .yaml')


def file_of(name: str, folder: Path, rules: Path) -> Path | None:
    """Return the file of a rulebook that `sluice.yaml` names, None for a shipped one."""
    return folder / name if name.endswith(ENDINGS) else _named(name, rules)


def names(rules: Path) -> list[str]:
    """Return the names of the rulebooks in a folder."""
    files = (file for ending in ENDINGS for file in rules.glob(f"*{ending}"))
    return sorted({file.stem for file in files if not is_test(file) and not book_of(file)})


def is_test(file: Path) -> bool:
    """Return whether a file holds tests of rulebooks, judged by its name."""
    return file.stem.endswith("_test")


def _named(name: str, rules: Path) -> Path | None:
    files = (rules / f"{name}{ending}" for ending in ENDINGS)
    return next((file for file in files if file.parent == rules and file.is_file()), None)
