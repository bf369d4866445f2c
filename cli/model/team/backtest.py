"""`sluice model backtest`: judge open issues by a team's new model. Writes nothing to Jira."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.app import fail, plainly, settings
from cli.model.data_options import FILE
from cli.model.team.shelves import opened, project_of
from cli.progress import progress
from cli.rules.backtest.command import MAX_KEEP, write_report
from cli.rules.backtest.html import page
from cli.rules.backtest.issues import Past, of_file, of_site
from cli.rules.backtest.text import lines
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook
from rules.testing.backtest import KEEP, Backtest, backtest
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from worker.store.models.values import SHIPS
from worker.tasks import this_process

_OUT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@dataclass(frozen=True)
class Case:
    """The issues, the rulebook, and the two models; None is what ships."""

    book: Rulebook
    language: str
    past: Past
    old: TeamModel | None
    new: TeamModel | None


@click.command("backtest")
@click.argument("target", metavar="PROJECT|FILE.jsonl")
@click.option("--model", type=FILE, help="The new model. Default: the one that waits or is tried.")
@click.option("--book", default="default", show_default=True, help="Rulebook for FILE.jsonl.")
@click.option("--html", type=_OUT, help="Write a report as an HTML page.")
@click.option("--json", "raw", type=_OUT, is_flag=False, flag_value="-", help="Write JSON [-].")
@click.option(
    "--keep",
    default=KEEP,
    show_default=True,
    type=click.IntRange(0, MAX_KEEP),
    help="Report at most N changed issues, those with the largest changes first.",
)
@plainly
def backtest_command(
    target: str, model: Path | None, book: str, html: Path | None, raw: Path | None, keep: int
) -> None:
    """Show what a new model would decide otherwise, on the open issues or those of a file.

    It is compared with the model in use; for a file, with what ships. Values of people are kept.
    Writes nothing to Jira.
    """
    now = datetime.now(UTC)
    is_file = target.endswith(".jsonl") or Path(target).is_file()
    case = _of_file(Path(target), model, book, now) if is_file else _of_site(target, model, now)
    result = _run(case, now, keep)
    if html:
        write_report(html, page(result, now))
    if raw:
        write_report(Path(raw), json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n")
    if "-" not in (str(html), str(raw)):
        click.echo("\n".join(lines(result)))
    if not result.judged:
        fail("no issue to judge")


def _of_file(file: Path, model: Path | None, name: str, now: datetime) -> Case:
    if not file.is_file():
        fail(f"{file}: no such file. Name a project of sluice.yaml, or a file of JSON Lines")
    if model is None:
        fail("a file of issues needs --model, the file of the new model")
    key = os.environ.get("SLUICE_MODEL_KEY", "").strip().lower().encode()
    book = find(name).live()
    new = TeamModel.load(model, key)
    return Case(book, "en", of_file(file, [book], "en", now), None, new)


def _of_site(name: str, model: Path | None, now: datetime) -> Case:
    found = settings()
    project = project_of(found, name)
    gate = this_process().site_triage(project.site)  # looks at rulebook and model
    project = gate.projects[name]
    shelf, _ = opened(project, now)
    assert project.model_file
    shelved = shelf.look()
    old = this_process().models.load(shelf, shelved.standing.active or SHIPS, project.model_file)
    if model:
        new: TeamModel | None = TeamModel.load(model, found.model_key)
    else:
        waits = shelved.standing.trial or shelved.beside
        if waits is None:
            fail(f"{name}: no new model is on trial or waits. Name the file of one by --model")
        new = this_process().models.load(shelf, waits.digest, project.model_file)
    book = project.book.live().with_edges(project.edges)
    jql = f"{gate.places.jql(name)} AND statusCategory != Done ORDER BY key ASC"
    past = of_site(found, project.site, jql, [book], project.language, now)
    return Case(book, project.language, past, old, new)


def _run(case: Case, now: datetime, keep: int) -> Backtest:
    new, old = (
        Judge(case.book, case.language, shipped(), team=team) for team in (case.new, case.old)
    )

    def counted() -> Iterator[Issue | RowError]:
        with progress("judging", case.past.total) as advance:
            for issue in case.past.issues:
                yield issue
                advance()

    names = _name(case.old), _name(case.new)
    try:
        return backtest(counted(), new, old, now, case.past.writes, keep, names)
    finally:
        new.close()
        old.close()


def _name(model: TeamModel | None) -> str:
    return f"model {model.digest}" if model else "what ships"
