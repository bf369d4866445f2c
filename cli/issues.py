"""`sluice triage`, `explain`, `reconcile` and `report`: work on the issues of a site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from cli import render_assessment
from cli.app import fail, plainly, settings, site_of, sites
from connector.comment.triage_comment import comment
from connector.http.errors import JiraBusy, JiraRefused
from connector.layout.field_mapping import Layout, LayoutError
from connector.layout.left_out import said_left_out
from connector.plan_update import Update
from rules.assess.assessment import Assessment
from rules.testing.decisions import decision
from rules.vocabulary.managed_fields import MANAGED_NAMES
from rules.vocabulary.plural import many
from worker.jobs.week import Week, post_week, read_week, week_end
from worker.jobs.weekly_report import due, keep_page, learning
from worker.settings.file_format import ReportModel
from worker.settings.settings import Project
from worker.store.work_queue import Locked
from worker.tasks import reconcile_site, this_process
from worker.triage.left_alone import waits
from worker.triage.site_triage import Outcome, SiteTriage

FILE = click.Path(path_type=Path, dir_okay=False)
SITE = click.option("--site", help="The site, if sluice.yaml has several.")


@click.command()
@click.argument("key")
@click.option("--dry-run", is_flag=True, help="Show the update without writing it.")
@click.option(
    "--json", "raw", is_flag=True, help="Print only the JSON body of the update; {} for none."
)
@SITE
@plainly
def triage(key: str, dry_run: bool, raw: bool, site: str | None) -> None:
    """Triage one issue now."""
    name, site_triage = site_triage_of(site, key)
    now = datetime.now(UTC)
    try:
        outcome = _triage(name, site_triage, key, now, dry_run)
    except Locked:
        fail(f"a worker triages {key} at the moment: try again in a few seconds")
    not_foreign(site_triage, outcome)
    if outcome.status == "left alone" and not raw:
        click.echo(f"Nothing to write: {render_assessment.why_nothing(outcome)}.")
        return
    outcome = site_triage.judged(outcome, now)
    assert outcome.assessment is not None
    if raw:
        body = outcome.update.body() if outcome.update else {}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    language = site_triage.projects[outcome.project].language
    click.echo("\n".join(render_assessment.headlines(outcome.assessment, language)))
    if outcome.update is None:
        click.echo(f"Nothing to write: {render_assessment.why_nothing(outcome)}.")
        return
    click.echo("Would write:" if dry_run else "Written:")
    layout = site_triage.site.layout_of(outcome.project)
    click.echo("\n".join(_changes(outcome.update, outcome.assessment, layout)))
    _say_left_out(layout, outcome)


def _changes(update: Update, assessment: Assessment, layout: Layout) -> Iterator[str]:
    """Yield each changed field with its values before and after, then the comment."""
    for name in MANAGED_NAMES:
        slot = layout.slot(name)
        if slot.id in update.fields:
            held = (assessment.issue.managed.get(name), assessment.proposed.get(name))
            before, after = (layout.shown(str(v)) if v is not None else "empty" for v in held)
            yield f"  {slot.name}: {before} → {after}"
    for field, operations in update.update.items():
        if field != "comment":
            yield from (f"  {field}: {v} {w}" for one in operations for v, w in one.items())
    if layout.why and layout.why.id in update.fields:
        yield f"  {layout.why.name}:"
        yield from (f"    {line}" for line in str(update.fields[layout.why.id]).splitlines())
    for operation in update.update.get("comment", ()):
        yield from _comment(operation)


_VERBS = {"add": "new", "edit": "edited", "remove": "a second one, removed"}


def _comment(operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield an operation on a comment: whether it is new, who may read it, its lines."""
    for verb, written in operation.items():
        level = written.get("visibility")
        readers = [
            *(["internal note"] if written.get("properties") else []),
            *([f"only for the {level['type']} {level['value']}"] if level else []),
        ]
        yield f"  comment, {', '.join([_VERBS[verb], *readers])}:"
        yield from (f"    {line}" for line in written.get("body", "").splitlines())


def _triage(name: str, site_triage: SiteTriage, key: str, now: datetime, dry_run: bool) -> Outcome:
    issue = site_triage.site.open(key)
    if dry_run:
        return site_triage.plan(issue, now, asked=True)
    with this_process().store(name).lock(issue.id):
        # Read again: a worker may have written before we had the lock.
        return this_process().triage(name, issue.id, now, asked=True)


@click.command()
@click.argument("key")
@click.option(
    "--why-not", "silent", is_flag=True, help="Show the rules that did not fire, too, and why."
)
@click.option(
    "--json", "raw", is_flag=True, help="Print the decision as JSON, with what a team taught."
)
@SITE
@plainly
def explain(key: str, silent: bool, raw: bool, site: str | None) -> None:
    """Show the decision on an issue and every rule that fired. Writes nothing."""
    _, site_triage = site_triage_of(site, key)
    now = datetime.now(UTC)
    outcome = site_triage.judged(site_triage.plan(site_triage.site.open(key), now), now)
    not_foreign(site_triage, outcome)
    if raw:
        assert outcome.assessment is not None
        language = site_triage.projects[outcome.project].language
        layout = site_triage.site.layout_of(outcome.project)
        body = comment(outcome.assessment, layout, language)
        told = decision(outcome.assessment, body)
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    show(site_triage, outcome, now, silent)


def show(site_triage: SiteTriage, outcome: Outcome, now: datetime, silent: bool) -> None:
    """Print the decision on an issue and its rules; the same in shadow, if there is one."""
    assessment = outcome.assessment
    assert assessment is not None
    project = site_triage.projects[outcome.project]
    book = project.book
    click.echo(_lines(assessment, project.language))
    if outcome.status in ("shadow", "left alone"):
        click.echo(f"\nNothing is written: {render_assessment.why_nothing(outcome)}.")
    _say_left_out(site_triage.site.layout_of(outcome.project), outcome)
    for shadow in outcome.shadows:
        what = (
            "rules"
            if shadow.rulebook == book.digest
            else f"rulebook {shadow.book}@{shadow.rulebook}"
        )
        if shadow.rulebook != assessment.rulebook:
            click.echo(f"\nWith the {what} in shadow:")
            click.echo(_lines(shadow, project.language))
    if silent:
        click.echo("\n".join(render_assessment.silent(book.live(), assessment, now)))


def _say_left_out(layout: Layout, outcome: Outcome) -> None:
    """Say which fields are not written, since Jira refuses them on issues of this type."""
    kind = str(outcome.issue.fields.get("type") or "this type")
    for line in said_left_out(outcome.left_out | outcome.doubtful, layout, kind):
        click.echo(line)


def _lines(assessment: Assessment, language: str) -> str:
    headlines = render_assessment.headlines(assessment, language)
    return "\n".join([*headlines, *render_assessment.fired(assessment, language)])


@click.command()
@SITE
@click.option("--recent", is_flag=True, help="Only the issues that changed since the last pass.")
@plainly
def reconcile(site: str | None, recent: bool) -> None:
    """Queue the issues whose decision is missing or stale."""
    refused: list[str] = []
    for name in sites(settings(), site):
        done = reconcile_site(name, full=not recent)
        click.echo(f"{name}: {many(done.read, 'issue')} read, {done.queued} stale and queued")
        if done.waiting:
            click.echo(f"{name}: {waits(done.waiting)}")
        if done.skipped:
            click.echo(f"{name}: {done.skipped}")
        refused += [*done.refused, *done.stopped]
    if refused:
        fail(*refused)


@click.command()
@click.option("--post", is_flag=True, help="Post the comment. Without it, print it.")
@click.option("--project", help="Only this project.")
@click.option("--week", metavar="YYYY-Www", help="This week, such as 2026-W47.  [the last one]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--html", type=FILE, help="Write the page of one project to this file.")
@click.option("--png", type=FILE, help="Write the picture of one project to this file.")
@plainly
def report(
    post: bool,
    project: str | None,
    week: str | None,
    as_json: bool,
    html: Path | None,
    png: Path | None,
) -> None:
    """Report whose time went where in a week, against the targets.

    Without --week and --post, the report is on the last seven days. What was posted stays: if the
    numbers of a week are other ones later, --post adds a line to its comment.
    """
    found = settings()
    if project is not None and project not in found.projects:
        fail(f"no project {project}: sluice.yaml has {', '.join(found.projects)}")
    keys = [project] if project else [*found.projects]
    if (html or png) and len(keys) > 1:
        fail("a file holds one project: name it with --project")
    wrong = []
    for key in keys:
        try:
            _report(found.projects[key], post, week, as_json, html, png)
        except (JiraBusy, JiraRefused, LayoutError, NotPosted) as error:
            wrong.append(f"{key}: {error}")  # the other projects still get their report
    if wrong:
        fail(*wrong)


LONG_AGO = datetime.fromtimestamp(0, UTC)
"""With it as the last report, the last complete week is due: no running week is frozen."""

NO_REPORT = ReportModel(issue="NONE-1")
"""The day, time and time zone of a project that posts no report."""


class NotPosted(Exception):
    """The report of a project can't be posted; the message says why."""


def _report(
    project: Project,
    post: bool,
    week: str | None,
    as_json: bool,
    html: Path | None,
    png: Path | None,
) -> None:
    """Print, write or post the report of a project."""
    if post and project.report is None:
        raise NotPosted(f"set projects.{project.key}.report.issue in sluice.yaml")
    site = this_process().site_triage(project.site).site
    until = _until(project, week, post)
    found = read_week(site, project, until, learning(this_process(), project, until))
    if as_json:
        click.echo(json.dumps(found.report.as_json(), ensure_ascii=False, indent=2))
    _write_files(found, html, png)
    if not post:
        if not (as_json or html or png):
            click.echo(found.comment + "\n")
    elif project.report:
        store = this_process().store(project.site)
        with store.leases.held("report") as alone:
            if not alone:
                raise NotPosted("a worker posts reports at the moment: try again in a minute")
            action = post_week(site, project.report.issue, found, until.date())
            keep_page(store, project.key, found)
            store.set_reported(project.key, max(until, store.reported(project.key) or until))
        click.echo(
            f"{project.key}: {found.report.week}: comment {action} on {project.report.issue}"
        )


def _write_files(found: Week, html: Path | None, png: Path | None) -> None:
    """Write the page and the picture."""
    picture = found.picture() if html or png else None
    if png and picture is None:
        fail("the picture needs matplotlib: install sluice with the extra `report`")
    try:
        if png and picture:
            png.write_bytes(picture)
        if html:
            from connector.capacity.page import page  # jinja2, which only this needs

            html.write_text(page(found.report, found.reader, picture), encoding="utf-8")
    except OSError as error:
        fail(f"{error.filename}: can't be written: {error.strerror}")


def _until(project: Project, week: str | None, post: bool) -> datetime:
    """Return the end of the week to report on, in the project's time zone."""
    asked = project.report or NO_REPORT
    zone = ZoneInfo(asked.timezone)
    if week is None:
        now = datetime.now(zone)
        return (due(asked, now, LONG_AGO) or now) if post else now
    try:
        end = week_end(week, asked.weekday, asked.time, zone)
    except ValueError:
        fail(f"{week} is no week: write one such as 2026-W47")
    if end > datetime.now(zone):  # what is in progress now would take the days to come
        fail(f"{week} is not over: its report is due on {end:%Y-%m-%d %H:%M}")
    return end


def site_triage_of(site: str | None, key: str) -> tuple[str, SiteTriage]:
    """Return the site and its triage: the named site, or the one of the key's project.

    Jira may have renamed the project's key. Then each site is asked, if there are several.
    """
    found, named = settings(), key.rsplit("-", 1)[0]
    project = found.projects.get(named)
    if site is None and project is None and len(found.sites) > 1:
        project = next((p for p in found.projects.values() if is_called(p, named)), None)
    name = project.site if project and site is None else site_of(found, site)
    return name, this_process().site_triage(name)


def is_called(project: Project, key: str) -> bool:
    """Return whether Jira calls a project by this key; False if Jira does not answer."""
    try:
        place = this_process().site_triage(project.site).places.place(project.key)
    except (JiraBusy, JiraRefused):
        return False
    return place is not None and place.key == key


def not_foreign(site_triage: SiteTriage, outcome: Outcome) -> None:
    """Exit with a message if Sluice does not judge the issue."""
    issue = outcome.issue
    if outcome.status == "foreign" and site_triage.project_of(issue):
        fail(f"{issue.key}: the weekly report is posted here, so Sluice does not judge it")
    if outcome.status == "foreign":
        fail(f"{issue.key}: its project is not in sluice.yaml: add it there")
