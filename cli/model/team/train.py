"""Learn what a team teaches: `sluice model train`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.app import fail, plainly, settings
from cli.model.data_options import FILE
from cli.model.team.shelves import model_in_use, offer, opened, who
from cli.progress import progress
from rules.facts.issue import Issue, Managed
from rules.facts.jsonl import RowError, issue_from_row, read_rows
from rules.learning.evidence.feedback import BookOf, Ranks
from rules.learning.evidence.lessons import Lesson
from rules.learning.evidence.weights import HALF_LIFE_DAYS
from rules.learning.training_extra import require_training_extra
from rules.rulebook.load import find
from rules.text_model.model_file import ModelError
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import KINDS
from rules.vocabulary.plural import many
from worker.atomic_write import write_whole
from worker.jobs.retrain import HISTORY_DAYS, books_of, by_file, history, ranks_of, searched
from worker.jobs.training import Course, Trained
from worker.jobs.training import train as train_model
from worker.settings.settings import Project, Settings
from worker.store.models.values import Memory
from worker.tasks import this_process

KEY = "SLUICE_MODEL_KEY"


@dataclass(frozen=True)
class Source:
    """The issues to learn from, their rulebooks, the file of the model and the key of its seal.

    After `half_life_days`, a decision weighs half as much as a new one. `ranks` are those of the
    site's priorities.
    """

    issues: Iterable[Issue]
    book_of: BookOf
    output: Path
    key: bytes
    project: Project | None = None
    """The project whose model is trained; None if the model is only written to a file."""
    half_life_days: float = HALF_LIFE_DAYS
    ranks: Ranks = field(default_factory=dict)


@click.command()
@click.argument("project", required=False)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    help="Learn from issues updated in this many days.  [365]",
)
@click.option("--jql", help="Learn from the issues of this query instead.")
@click.option("--issues", type=FILE, help="Learn from a JSON Lines file; people set `cls`.")
@click.option("--book", default="default", show_default=True, help="Rulebook for --issues.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only write the model to this file (default: put it on trial in the project).",
)
@click.option(
    "--shadow",
    is_flag=True,
    help="Let it judge beside the model in use and write nothing, until it is approved.",
)
@click.option("--approve", is_flag=True, help="Agree to what would ask a person first.")
@plainly
def train(
    project: str | None,
    days: int | None,
    jql: str | None,
    issues: Path | None,
    book: str,
    output: Path | None,
    shadow: bool,
    approve: bool,
) -> None:
    """Learn from what people of a project decided on its issues.

    Classes that people set or corrected have the most weight, then classes that the rulebook
    derives from type, labels and components. The new model is compared with the old one on all
    decisions that the old one did not learn from, in order of time. It replaces the old one only if
    it is significantly better, and nothing got worse. In its first hour it may rewrite
    `rewrite_cap` issues: `sluice model history` shows it.
    """
    now = datetime.now(UTC)
    if sum(given is not None for given in (days, jql, issues)) > 1:
        fail("--days, --jql and --issues exclude each other: use only one of them")
    if issues:
        if project:
            fail(f"--issues reads a file, and {project} means issues in Jira: use only one of them")
        source = _of_file(issues, book, output)
    else:
        source = _of_site(project, days, jql, output)
    try:
        require_training_extra()  # before all issues are read
        old = _in_use(source, now)
        course = _read(source, now)
        lessons = course.lessons(now)
        click.echo(_summary(lessons, len(course.issues)))
        with progress("training and evaluating"):
            trained = train_model(course, lessons, old, now, approved=approve)
    except ModelError as error:
        fail(error)
    _say(trained)
    if (model := trained.offered) is None:
        return
    if source.project is None:
        if trained.result.asks:
            fail("nothing is written. To agree, run this command again with --approve")
        _write(model, source.output)
        return
    entry = trained.entry(model, who(), now)
    why = [*(["trained with --shadow"] if shadow else []), *trained.result.asks]
    click.echo(offer(source.project, entry, model.as_bytes(), now, why))


def _say(trained: Trained) -> None:
    result = trained.result
    click.echo(result.comparison.line)
    for one in result.contradicted:
        click.echo(f"contradicted: {one}")
    click.echo(f"{trained.outcome}: {result.reason}")


def _in_use(source: Source, now: datetime) -> TeamModel | None:
    """Return the model that judges now; None is what ships."""
    if source.project:
        return model_in_use(source.project, now)
    return TeamModel.load(source.output, source.key) if source.output.exists() else None


def _of_file(file: Path, book: str, output: Path | None) -> Source:
    if output is None:
        fail("--issues needs --output, the file of the model")
    rulebook = find(book)

    def read() -> Iterator[Issue]:
        for number, row in enumerate(read_rows(file), 1):
            kind = row.get("cls")
            if kind is not None and kind not in KINDS:
                expected = f'"cls" has to be one of {", ".join(KINDS)}, or missing'
                raise RowError(f"{file}: row {number}: {expected}")
            issue = issue_from_row(row, number, rulebook.custom)
            yield replace(issue, kept=Managed(kind=kind))

    key = os.environ.get(KEY, "").strip().lower().encode()
    return Source(read(), lambda _: rulebook, output, _key(key))


def _of_site(project: str | None, days: int | None, jql: str | None, output: Path | None) -> Source:
    found = settings()
    chosen = _chosen(found, project)
    file = output or chosen.model_file
    if file is None:
        fail(
            f"{chosen.key} has no model file. Add one to sluice.yaml, such as "
            f"`model: models/{chosen.key.lower()}.npz`, or use --output"
        )
    # Projects that share a file train it together.
    them = [chosen] if output or jql else by_file(found.projects.values())[file]
    if jql:
        issues = searched(this_process().site_triage(chosen.site), jql)
    else:
        issues = history(this_process().site_triage, them, days or HISTORY_DAYS)
    key, book_of = _key(found.model_key), books_of(found.projects, chosen)
    project_of_it = None if output else chosen
    ranks = ranks_of(this_process().site_triage, them)
    return Source(issues, book_of, file, key, project_of_it, chosen.half_life_days, ranks)


def _key(key: bytes) -> bytes:
    if not key:
        fail(f"{KEY} is not set: set it to a random key, such as of `openssl rand -hex 32`")
    return key


def _chosen(found: Settings, project: str | None) -> Project:
    own = [p for p in found.projects.values() if p.model_file]
    if project is None and len({p.model_file for p in own}) == 1:
        return own[0]
    if project is None or project not in found.projects:
        fail(f"name a project: one of {', '.join(found.projects)}")
    return found.projects[project]


def _read(source: Source, now: datetime) -> Course:
    """Read the issues."""
    memory = opened(source.project, now)[0].memory() if source.project else Memory()
    issues = []
    with progress("reading issues") as advance:
        for issue in source.issues:
            issues.append(issue)
            advance()
    return Course(issues, source.book_of, source.key, memory, source.half_life_days, source.ranks)


def _summary(lessons: list[Lesson], read: int) -> str:
    classes = Counter(one.by for one in lessons if one.field == "kind")
    by_hand = Counter(one.field for one in lessons if one.by_hand)
    used = len({one.issue.key for one in lessons})
    return (
        f"{many(read, 'issue')}: people set the class of {by_hand['kind']:,}, the gate of "
        f"{by_hand['verdict']:,} and the priority of {by_hand['priority']:,}; type and labels give "
        f"the class of {classes['book']:,}, {read - used:,} are not used"
    )


def _write(model: TeamModel, output: Path) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_whole(output, model.as_bytes())
    except OSError as error:
        fail(f"{output}: can't be written: {error.strerror}")
    click.echo(f"{output}: model {model.digest}")
