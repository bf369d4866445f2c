"""`sluice model train`: let a team's own history move the text model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import click

from cli.app import fail, plainly, settings
from cli.model.data_options import FILE
from cli.model.group import model
from cli.progress import progress
from rules.facts.issue import Issue, Managed
from rules.facts.jsonl import RowError, issue_from_row, read_rows
from rules.learning.feedback import Lesson
from rules.learning.retrain import BookOf, Retrained, lessons, retrain
from rules.rulebook.load import find
from rules.text_model.model import ModelError, TextModel, shipped
from rules.vocabulary.classes import KINDS
from worker.jobs.retrain import HISTORY_DAYS, books_of, by_file, history, searched
from worker.rulebooks import text_model_file
from worker.settings.load import Project, Settings
from worker.tasks import this_process


@dataclass(frozen=True)
class Course:
    """What is to be learned: issues, by which books, into which file."""

    issues: Iterable[Issue]
    book_of: BookOf
    output: Path


@model.command()
@click.argument("project", required=False)
@click.option("--days", type=click.IntRange(1, 3650), help="What changed in so many days.  [365]")
@click.option("--jql", help="What a query finds, in place of the project's last year.")
@click.option("--issues", type=FILE, help="A JSON Lines file; `cls` is a class that a person set.")
@click.option("--book", default="default", show_default=True, help="With --issues: the rulebook.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The model's file; without it, the one that sluice.yaml names for the project.",
)
@plainly
def train(
    project: str | None,
    days: int | None,
    jql: str | None,
    issues: Path | None,
    book: str,
    output: Path | None,
) -> None:
    """Learn from a team's own issues, and keep the old model unless the new one is better.

    Classes that people set or corrected in Jira count most, then those that the rulebook finds in
    type, labels and components alone. The latest are held out to compare the two.
    """
    now = datetime.now(timezone.utc)
    if sum(source is not None for source in (days, jql, issues)) > 1:
        fail("--days, --jql and --issues each say what to learn from: choose one of them")
    if issues:
        if project:
            fail(f"--issues reads a file, {project} means what is in Jira: choose one of the two")
        course = _of_file(issues, book, output)
    else:
        course = _of_site(project, days, jql, output)
    try:
        old = text_model_file.in_use(course.output)
        taught, read = _read(course, now)
        click.echo(_told(taught, read))
        with progress("learning, and trying the result"):
            result = retrain(taught, course.book_of, old, shipped(), now)
    except ModelError as error:
        fail(error)
    click.echo("\n".join(_compared(result, old)))
    _keep(result, course.output)


def _of_file(file: Path, book: str, output: Path | None) -> Course:
    if output is None:
        fail("--issues needs --output: where the model is to go")
    judged_by = find(book)

    def read() -> Iterator[Issue]:
        for number, row in enumerate(read_rows(file), 1):
            kind = row.get("cls")
            if kind is not None and kind not in KINDS:
                said = f'"cls" has to be one of {", ".join(KINDS)}, or left out'
                raise RowError(f"{file}: row {number}: {said}")
            issue = issue_from_row(row, number, judged_by.custom)
            yield replace(issue, kept=Managed(kind=kind))

    return Course(read(), lambda _: judged_by, output)


def _of_site(project: str | None, days: int | None, jql: str | None, output: Path | None) -> Course:
    found = settings()
    chosen = _chosen(found, project)
    file = output or chosen.model_file
    if file is None:
        fail(
            f"{chosen.key} has no model of its own: give it one in sluice.yaml, such as "
            f"`model: models/{chosen.key.lower()}.npz`, or name a file by --output"
        )
    if jql:
        issues = searched(this_process().site_triage(chosen.site), jql)
    else:
        # The file is learned by all projects that share it.
        them = [chosen] if output else by_file(found.projects.values())[file]
        issues = history(this_process().site_triage, them, days or HISTORY_DAYS)
    return Course(issues, books_of(found.projects, chosen), file)


def _chosen(found: Settings, project: str | None) -> Project:
    own = [p for p in found.projects.values() if p.model_file]
    if project is None and len({p.model_file for p in own}) == 1:
        return own[0]
    if project is None or project not in found.projects:
        fail(f"name a project: one of {', '.join(found.projects)}")
    return found.projects[project]


def _read(course: Course, now: datetime) -> tuple[list[Lesson], int]:
    read = 0

    def counted() -> Iterator[Issue]:
        nonlocal read
        with progress("reading issues") as advance:
            for issue in course.issues:
                yield issue
                read += 1
                advance()

    return lessons(counted(), course.book_of, now), read


def _told(taught: list[Lesson], read: int) -> str:
    counted = Counter(lesson.by for lesson in taught)
    return (
        f"{read:,} issues read: the class of {counted['person']:,} was set by people, of "
        f"{counted['book']:,} it follows from type and labels, of {counted['left']:,} it was left "
        f"as Sluice wrote it; {read - len(taught):,} teach nothing"
    )


def _compared(result: Retrained, old: TextModel) -> Iterator[str]:
    held = result.old.issues
    yield f"tried on the latest {held} that people set or left, by rules and model together:"
    for name, digest, figures in (
        ("old", old.digest, result.old),
        ("new", result.model.digest, result.new),
    ):
        right = round(figures.accuracy * held)
        yield f"  {name} {digest}  {right} of {held} right, {figures.coverage:.0%} decided"
    yield f"  only the new one is right on {result.gained}, only the old one on {result.lost}"


def _keep(result: Retrained, output: Path) -> None:
    if not result.better:
        click.echo("the new one is not better, or by no more than chance: the old one is kept")
        return
    try:
        text_model_file.save(output, result.model)
    except OSError as error:
        fail(f"{output}: can't be written: {error.strerror}")
    click.echo(f"{output}: model {result.model.digest}; workers take it within seconds")
