"""`sluice rules test`: run the examples of rule files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree  # nosec B405 # it writes XML and reads none

import click

from cli.app import fail, plainly
from rules.rulebook.load import find
from rules.rulebook.rulebook import RulebookError
from rules.testing.run_examples import (
    Run,
    run_examples,
    run_tests,
    tests_in,
    unreached,
    without_examples,
)
from rules.vocabulary.plural import many
from worker.atomic_write import write_whole
from worker.settings.locate_rulebook import ENDINGS, is_test


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--require-examples", is_flag=True, help="Fail if a rule has no example.")
@click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to a file."
)
@plainly
def test_files(paths: tuple[Path, ...], require_examples: bool, junit: Path | None) -> None:
    """Run the examples in rule files and *_test.yaml, of files or folders (default: this folder).

    Issues are judged as on 15 January 2026, or on the day under `now:` in a test file, so that
    results stay the same.
    """
    files = list(_files(paths or (Path(),)))
    if not files:
        fail("no rule file here: give a file or a folder")
    runs, broken = _runs(files)
    failed = [result for run in runs for result in run.results if result.wrong]
    for result in failed:
        click.echo(str(result), err=True)
    if junit:
        _write(junit, _junit(runs))
    missing = [p for run in runs for p in without_examples(run.book)] if require_examples else []
    for problem in dict.fromkeys(missing):
        click.echo(str(problem), err=True)
    _coverage(runs)
    if failed or missing or broken:
        unread = f", {many(broken, 'file')} can't be used" if broken else ""
        fail(f"{len(failed)} failed, {many(len(missing), 'rule')} without an example{unread}")


def _runs(files: Sequence[Path]) -> tuple[list[Run], int]:
    """Run the files. Return the runs and the number of files that can't be used."""
    runs, broken = [], 0
    for file in files:
        try:
            runs.append(_run(file))
        except RulebookError as error:
            click.echo(str(error), err=True)
            broken += 1
    return runs, broken


def _write(file: Path, content: bytes) -> None:
    try:
        write_whole(file, content)
    except OSError as error:
        fail(f"{file}: can't be written: {error.strerror}")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            books = (f for f in sorted(path.glob("*.y*ml")) if _is_book(f))
            yield from dict.fromkeys((*books, *tests_in(path)))
        else:
            yield path


def _is_book(file: Path) -> bool:
    """Return whether a file is a rule file: it has the key `book:` and is not a test file."""
    if file.suffix not in ENDINGS or not file.is_file():
        return False
    try:
        with file.open("rb") as lines:
            return any(line.startswith(b"book:") for line in lines) and not is_test(file)
    except OSError:
        return True  # the run reports why it can't be read


def _run(file: Path) -> Run:
    return run_tests(file) if is_test(file) else run_examples(find(str(file)))


def _coverage(runs: Sequence[Run]) -> None:
    total = sum(len(run.results) for run in runs)
    passed = sum(not result.wrong for run in runs for result in run.results)
    rules_, never = unreached(runs)
    click.echo(f"{passed} of {many(total, 'example')} passed")
    click.echo(f"{rules_ - len(never)} of {many(rules_, 'rule')} fired")
    if never:
        click.echo(f"never fired: {', '.join(rule.id for rule in never)}")


def _junit(runs: Sequence[Run]) -> bytes:
    root = ElementTree.Element("testsuites")
    for run in runs:
        wrong = sum(bool(result.wrong) for result in run.results)
        name, count = run.book.name, str(len(run.results))
        suite = ElementTree.SubElement(
            root, "testsuite", name=name, tests=count, failures=str(wrong), errors="0"
        )
        for result in run.results:
            case = ElementTree.SubElement(
                suite, "testcase", name=_printable(result.name), classname=name, file=result.file
            )
            if result.wrong:
                message = _printable("; ".join(result.wrong))
                ElementTree.SubElement(
                    case, "failure", message=message
                ).text = f"line {result.line}"
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _printable(text: str) -> str:
    """Return a text with a question mark for each character that XML does not allow."""
    return "".join(char if char.isprintable() else "?" for char in text)
