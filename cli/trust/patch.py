"""Write the changes of a rulebook for `sluice trust --patch`: a book of one's own, or a diff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from cli.app import fail
from cli.trust.read import Source
from rules.learning.trust.changes import Change, apply
from rules.learning.trust.suggestion import Suggestions
from rules.learning.trust.write_changes import edited, own_book
from rules.rulebook.file_format import overlay
from rules.rulebook.formatter.tidy import Untidy
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook
from worker.atomic_write import write_whole

DIFFS = (".patch", ".diff")
BOOKS = (".yaml", ".yml")


@dataclass(frozen=True)
class Patch:
    """A file to write, and the line that says how to use it."""

    file: Path
    text: str
    next: str


def patch(source: Source, tried: Suggestions, target: Path, now: datetime) -> Patch:
    """Return the changes as a file; exit with a message if they can't be written as asked.

    `target` is a rule file to write, a diff to write, or a folder: then it is a diff of the
    project's own rule file, or a rule file beside a shipped rulebook.
    """
    file = _file(source, target)
    return _diff(source, tried, file) if file.suffix in DIFFS else _book(source, tried, file, now)


def _file(source: Source, target: Path) -> Path:
    """Return the file to write for a target."""
    if target.suffix in (*DIFFS, *BOOKS) and not target.is_dir():
        return target
    if target.suffix and not target.is_dir():
        fail(f"--patch {target}: write a folder, a rule file (.yaml) or a diff (.patch)")
    if source.file is not None:
        return target / f"{source.file.stem}.patch"
    return target / f"{_name(source)}.yaml"


def _name(source: Source) -> str:
    """Return a name for a rulebook: the project's in small letters, or of the file of issues."""
    kept = (one if one.isalnum() and one.isascii() else "-" for one in Path(source.name).stem)
    return "".join(kept).lower().strip("-") or "team"


def _book(source: Source, tried: Suggestions, file: Path, now: datetime) -> Patch:
    """Return a rulebook that includes the one in use and overrides its rules."""
    if file.exists():
        fail(f"{file} exists: name another file, or remove it first")
    include = source.book.name
    if source.file is not None:
        if source.file.resolve().parent != file.resolve().parent:
            fail(f"--patch {file}: it has to include {source.file}, so put it in the same folder")
        include = source.file.name
    about = (
        f"Changes of {include} for {source.name}, suggested by `sluice trust` on {now:%Y-%m-%d}.\n"
        f"Chosen on the {tried.earlier} earlier of people's decisions, and tried on the {tried.of} "
        "later ones."
    )
    text = own_book(file.stem, include, about, tried.found)
    _check(text, file, source.book, tried.changes)
    try_it = f"sluice trust {source.asked} --book {file}"
    return Patch(
        file,
        text,
        f"See what people would say of it: {try_it}\nTo use it, put it into the folder of your "
        f"rulebooks and set `book: {file.stem}` in sluice.yaml.",
    )


def _diff(source: Source, tried: Suggestions, file: Path) -> Patch:
    """Return the unified diff of the project's own rule file."""
    if source.file is None:
        name = f"{_name(source)}.yaml"
        fail(f"{source.book.name} ships with Sluice, so it has no file to patch: --patch {name}")
    try:
        raw = source.file.read_bytes()
        text = edited(raw, str(source.file), tried.found)
    except OSError as error:
        fail(f"{source.file}: can't be read: {error.strerror}")
    except Untidy as error:
        fail(f"{source.file}: can't be patched: {error}. Or use --patch NAME{source.file.suffix}")
    _check(text, source.file, source.book, tried.changes)
    shown = _from_here(source.file)
    lines = "".join(_lines(raw.decode("utf-8"), text, shown.as_posix()))
    return Patch(file, lines, f"Apply it from here: patch -p1 < {file}\nor: git apply {file}")


def _from_here(file: Path) -> Path:
    """Return the path of a file from the current folder, if it is below it."""
    try:
        return file.resolve().relative_to(Path.cwd())
    except ValueError:
        return file


def _lines(before: str, after: str, name: str) -> Iterator[str]:
    """Yield the lines of a diff that `patch` and `git apply` take."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _check(text: str, file: Path, book: Rulebook, changes: list[Change]) -> None:
    """Raise RulebookError if the file is not valid; exit if it would judge otherwise."""
    beside = overlay.beside(file.name, file.parent.iterdir()) if file.parent.is_dir() else {}
    written = parse_book(text.encode(), str(file), (), beside).live()
    if _effects(written) != _effects(apply(book, changes)):
        fail(f"{file}: the changes can't be written there. Use --patch NAME.yaml")


def _effects(book: Rulebook) -> dict[str, tuple[object, object]]:
    return {rule.id: (rule.value, rule.ask) for rule in book.rules}


def write(found: Patch) -> None:
    """Write the file; exit with a message if that fails."""
    try:
        found.file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(found.file, found.text.encode())
    except OSError as error:
        fail(f"{found.file}: can't be written: {error.strerror}")
