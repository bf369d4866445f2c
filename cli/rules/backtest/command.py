"""`sluice rules backtest`: judge past issues by a new rulebook. Writes nothing to Jira."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from cli.app import fail, plainly, settings, site_of
from cli.progress import progress
from cli.rules.backtest.html import page
from cli.rules.backtest.issues import Past, of_file, of_site
from cli.rules.backtest.text import lines
from cli.rules.group import NOW, time_of
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError
from rules.rulebook import load
from rules.rulebook.rulebook import Rulebook
from rules.testing.backtest import KEEP, Backtest, backtest
from rules.testing.decisions import by_own_scores
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from rules.vocabulary.languages import LANGUAGES
from rules.vocabulary.plural import many
from worker.atomic_write import write_whole
from worker.settings.settings import Project, Settings
from worker.triage.site_triage import open_site_triage

MAX_KEEP = 100_000
_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_INTERRUPTED = 130


@dataclass(frozen=True)
class Options:
    """The options of the command line."""

    new: str
    old: str | None
    issues: Path | None
    jql: str | None
    days: int | None
    project: str | None
    site: str | None
    limit: int | None
    language: str | None
    now: str | None
    with_shadow: bool
    html: Path | None
    raw: Path | None
    keep: int


@dataclass(frozen=True)
class Case:
    """The issues to judge, the rulebooks, the language of the reasons and what the team taught."""

    new: Rulebook
    old: Rulebook | None
    language: str
    past: Past
    team: TeamModel | None = None


@click.command("backtest")
@click.option("--new", required=True, help="The rulebook to try: a file or a shipped name.")
@click.option("--old", help="The rulebook to compare with. Default: the active one.")
@click.option(
    "--issues",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judge the issues of a file of JSON Lines.",
)
@click.option("--jql", help="Judge the issues of the site that a query finds.")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="Judge the issues changed in the last N days."
)
@click.option(
    "--project", help="With --days: only this project. Its active rulebook is the old one."
)
@click.option("--site", help="The site, if sluice.yaml has several.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N issues.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the reasons.")
@NOW
@click.option("--with-shadow", is_flag=True, help="Use the shadow rules of the new rulebook, too.")
@click.option("--html", type=_FILE, help="Write a report as an HTML page.")
@click.option("--json", "raw", type=_FILE, help="Write the result as JSON; - prints it.")
@click.option(
    "--keep",
    default=KEEP,
    show_default=True,
    type=click.IntRange(0, MAX_KEEP),
    help="Report at most N changed issues, those with the largest changes first.",
)
@plainly
def backtest_command(**given: Any) -> None:
    """Judge past issues by two rulebooks and show the changes. Writes nothing to Jira."""
    options = Options(**given)
    if sum(source is not None for source in (options.issues, options.jql, options.days)) != 1:
        fail("choose the issues by one of --issues FILE, --jql QUERY or --days N")
    now = time_of(options.now)
    case = _from_file(options, now) if options.issues else _from_site(options, now)
    result = _run(case, now, options.keep)
    _report(result, options, now)


def _from_file(options: Options, now: datetime) -> Case:
    assert options.issues
    new, old = _books(options)
    language = options.language or "en"
    past = of_file(options.issues, [new, *([old] if old else [])], language, now)
    return Case(new, old, language, past.first(options.limit))


def _from_site(options: Options, now: datetime) -> Case:
    new, old = _books(options)
    found = settings()
    site, project = _place(found, options)
    old = old or (project or _only(found, site)).book.live()
    language = options.language or (project.language if project else "en")
    past = of_site(found, site, _jql(options, found, site), (new, old), language, now)
    return Case(new, old, language, past.first(options.limit), project.team if project else None)


def _books(options: Options) -> tuple[Rulebook, Rulebook | None]:
    """Return both rulebooks, without their shadow rules unless --with-shadow is given."""
    new, old = load.find(options.new), load.find(options.old) if options.old else None
    return new if options.with_shadow else new.live(), old.live() if old else None


def _place(found: Settings, options: Options) -> tuple[str, Project | None]:
    """Return the site and the project: the named one, or the only one of the site, or None."""
    project = found.projects.get(options.project) if options.project else None
    if options.project and project is None:
        fail(f"no project {options.project}: sluice.yaml has {', '.join(found.projects)}")
    site = project.site if project and not options.site else site_of(found, options.site)
    mine = list(found.of_site(site).values())
    return site, project or (mine[0] if len(mine) == 1 else None)


def _only(found: Settings, site: str) -> Project:
    """Return a project of the site. Exits if the projects have different rulebooks."""
    mine = found.of_site(site)
    if len({project.book.digest for project in mine.values()}) != 1:
        fail(f"give the old rulebook by --old, or a project by --project: {', '.join(mine)}")
    return next(iter(mine.values()))


def _jql(options: Options, found: Settings, site: str) -> str:
    if options.jql is not None:
        return options.jql
    keys = [options.project] if options.project else list(found.of_site(site))
    places = open_site_triage(found.sites[site], found.of_site(site)).places
    of_projects = " OR ".join(places.jql(key) for key in keys)
    return f"({of_projects}) AND updated >= -{options.days}d ORDER BY key ASC"


def _settled(case: Case, now: datetime) -> Case:
    """Return the case with bands by quantiles, if a rulebook has them, set by its own issues."""
    books = [case.new, *([case.old] if case.old else [])]
    if not any(book.shares for book in books):
        return case
    issues = [*case.past.issues]
    new, *old = (by_own_scores(book, issues, shipped(), now, case.team) for book in books)
    past = replace(case.past, issues=issues)
    return replace(case, new=new, old=old[0] if old else None, past=past)


def _run(case: Case, now: datetime, keep: int) -> Backtest:
    case = _settled(case, now)
    books = filter(None, (case.new, case.old))
    judges = [Judge(book, case.language, shipped(), team=case.team) for book in books]
    read = 0

    def counted() -> Iterator[Issue | RowError]:
        nonlocal read
        with progress("judging", case.past.total) as advance:
            for issue in case.past.issues:
                yield issue
                read += 1
                advance()

    try:
        old = judges[1] if case.old else None
        return backtest(counted(), judges[0], old, now, case.past.writes, keep)
    except KeyboardInterrupt:
        _interrupted(read)
    except OSError as error:
        fail(f"{error.filename}: can't be read: {error.strerror}")
    finally:
        for judge in judges:
            judge.close()


def _interrupted(read: int) -> NoReturn:
    click.echo(f"\nsluice: interrupted after {many(read, 'issue')}; no report is written", err=True)
    sys.exit(_INTERRUPTED)


def _report(result: Backtest, options: Options, now: datetime) -> None:
    """Print the report and write the files. Exits with status 1 if no issue was judged."""
    data = json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n"
    if options.html:
        write_report(options.html, page(result, now))
    if options.raw:
        write_report(options.raw, data)
    if Path("-") not in (options.html, options.raw):
        click.echo("\n".join(lines(result)))
    if not result.judged:
        fail("no issue to judge")


def write_report(file: Path, text: str) -> None:
    """Write a report to a file, or print it for -."""
    # JSON can hold half of a character, which can't be written.
    content = text.encode("utf-8", "replace")
    if str(file) == "-":
        click.echo(content, nl=False)
        return
    try:
        write_whole(file, content)
    except OSError as error:
        fail(f"{file}: can't be written: {error.strerror}")
