"""`sluice triage`, `explain`, `reconcile` and `report`: work on the issues of a site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from cli import render_assessment
from cli.app import fail, plainly, settings, site_of, sites
from connector.capacity_comment import report_comment
from connector.field_mapping import Layout, LayoutError
from connector.http_errors import JiraBusy, JiraRefused
from connector.plan_update import Update
from connector.triage_comment import comment
from rules.assess.assessment import Assessment
from rules.testing.decisions import decision
from rules.vocabulary.managed_fields import MANAGED_NAMES
from rules.vocabulary.plural import many
from worker.jobs.weekly_report import learning
from worker.settings.settings import Settings
from worker.store.work_queue import Locked
from worker.tasks import reconcile_site, this_process
from worker.triage import Outcome, SiteTriage

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
    assert outcome.assessment is not None
    if raw:
        body = outcome.update.body() if outcome.update else {}
        click.echo(json.dumps(body, indent=2, ensure_ascii=False))
        return
    language = site_triage.projects[outcome.issue.project].language
    click.echo("\n".join(render_assessment.headlines(outcome.assessment, language)))
    if outcome.update is None:
        shadow = outcome.status == "shadow"
        why = "the rulebook is in shadow" if shadow else "the issue is up to date"
        click.echo(f"Nothing to write: {why}.")
        return
    click.echo("Would write:" if dry_run else "Written:")
    click.echo("\n".join(_changes(outcome.update, outcome.assessment, site_triage.site.layout)))


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
    for operation in update.update.get("comment", ()):
        for verb, written in operation.items():
            yield f"  comment, {'new' if verb == 'add' else 'edited'}:"
            yield from (f"    {line}" for line in written["body"].splitlines())


def _triage(name: str, site_triage: SiteTriage, key: str, now: datetime, dry_run: bool) -> Outcome:
    issue = site_triage.site.open(key)
    if dry_run:
        return site_triage.plan(issue, now)
    with this_process().store(name).lock(issue.id):
        # Read again: a worker may have written before we had the lock.
        return this_process().triage(name, issue.id, now)


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
    outcome = site_triage.plan(site_triage.site.open(key), now)
    not_foreign(site_triage, outcome)
    if raw:
        assert outcome.assessment is not None
        language = site_triage.projects[outcome.issue.project].language
        body = comment(outcome.assessment, site_triage.site.layout, language)
        told = decision(outcome.assessment, body)
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    show(site_triage, outcome, now, silent)


def show(site_triage: SiteTriage, outcome: Outcome, now: datetime, silent: bool) -> None:
    """Print the decision on an issue and its rules; the same in shadow, if there is one."""
    assessment = outcome.assessment
    assert assessment is not None
    project = site_triage.projects[outcome.issue.project]
    book = project.book
    click.echo(_lines(assessment, project.language))
    if outcome.status == "shadow":
        click.echo("\nThe rulebook is in shadow: nothing is written.")
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
        refused += [*done.refused, *done.stopped]
    if refused:
        fail(*refused)


@click.command()
@click.option(
    "--post", is_flag=True, help="Post the report as a comment. Without it, print the report."
)
@click.option("--project", help="Only this project.")
@plainly
def report(post: bool, project: str | None) -> None:
    """Report the capacity used in the last seven days, against the targets."""
    found = settings()
    if project is not None and project not in found.projects:
        fail(f"no project {project}: sluice.yaml has {', '.join(found.projects)}")
    wrong = []
    for key in [project] if project else found.projects:
        try:
            _report(found, key, post)
        except (JiraBusy, JiraRefused, LayoutError, ReportUnset) as error:
            wrong.append(f"{key}: {error}")  # the other projects still get their report
    if wrong:
        fail(*wrong)


class ReportUnset(Exception):
    """The settings name no issue for the report of a project."""


def _report(found: Settings, key: str, post: bool) -> None:
    """Print or post the report of a project."""
    project = found.projects[key]
    site_triage = this_process().site_triage(project.site)
    zone = ZoneInfo(project.report.timezone if project.report else "UTC")
    until = datetime.now(zone)
    result = site_triage.report(project, until, learning(this_process(), project, until))
    if not post:
        click.echo(report_comment(result, project.language) + "\n")
    elif project.report is None:
        raise ReportUnset(f"set projects.{key}.report.issue in sluice.yaml")
    else:
        action = site_triage.post(project, result)
        this_process().store(project.site).set_reported(key, until)
        click.echo(f"{key}: {result.week}: comment {action} on {project.report.issue}")


def site_triage_of(site: str | None, key: str) -> tuple[str, SiteTriage]:
    """Return the site and its triage: the named site, or the one of the key's project."""
    found = settings()
    project = found.projects.get(key.rsplit("-", 1)[0])
    name = project.site if project and site is None else site_of(found, site)
    return name, this_process().site_triage(name)


def not_foreign(site_triage: SiteTriage, outcome: Outcome) -> None:
    """Exit with a message if Sluice does not judge the issue."""
    issue = outcome.issue
    if outcome.status == "foreign" and issue.project in site_triage.projects:
        fail(f"{issue.key}: the weekly report is posted here, so Sluice does not judge it")
    if outcome.status == "foreign":
        fail(f"{issue.key}: its project is not in sluice.yaml: add it there")
