"""`sluice triage`, `explain`, `reconcile` and `report`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import click

from cli import render_assessment
from cli.app import fail, main, plainly, settings, site_of, sites
from connector.capacity_comment import report_comment
from connector.field_mapping import Layout
from connector.plan_update import Update
from rules.assess.assessment import Assessment
from rules.vocabulary.managed_fields import MANAGED_NAMES
from worker.settings.load import Settings
from worker.store.work_queue import Locked
from worker.tasks import reconcile_site, runtime
from worker.triage import Gate, Outcome

SITE = click.option("--site", help="Which site, where sluice.yaml has several.")


@main.command()
@click.argument("key")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "raw", is_flag=True, help="Show the body of the write as Jira gets it.")
@SITE
@plainly
def triage(key: str, dry_run: bool, raw: bool, site: str | None) -> None:
    """Triage one issue now."""
    name, gate = gate_of(site, key)
    now = datetime.now(timezone.utc)
    try:
        outcome = _triage(name, gate, key, now, dry_run)
    except Locked:
        fail(f"a worker is at {key} right now: try again in a moment")
    not_foreign(gate, outcome)
    assert outcome.assessment is not None
    language = gate.projects[outcome.issue.project].language
    click.echo("\n".join(render_assessment.headlines(outcome.assessment, language)))
    if outcome.update is None:
        shadow = outcome.status == "shadow"
        why = "the book is in shadow" if shadow else "the issue says so already"
        click.echo(f"Nothing to write: {why}.")
        return
    click.echo("Would write:" if dry_run else "Written:")
    if raw:
        click.echo(json.dumps(outcome.update.body(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_changes(outcome.update, outcome.assessment, gate.site.layout)))


def _changes(update: Update, assessment: Assessment, layout: Layout) -> Iterator[str]:
    """Each field with its value before and after, then the comment as it will read."""
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
        for verb, comment in operation.items():
            yield f"  comment, {'new' if verb == 'add' else 'edited'}:"
            yield from (f"    {line}" for line in comment["body"].splitlines())


def _triage(name: str, gate: Gate, key: str, now: datetime, dry_run: bool) -> Outcome:
    issue = gate.site.open(key)
    if dry_run:
        return gate.plan(issue, now)
    with runtime().store(name).lock(issue.id):
        # Read again: until the lock was ours, a worker may have written.
        return runtime().triage(name, issue.id, now)


@main.command()
@click.argument("key")
@click.option(
    "--why-not", "silent", is_flag=True, help="Also the rules that did not fire, and why."
)
@SITE
@plainly
def explain(key: str, silent: bool, site: str | None) -> None:
    """Show why an issue is judged as it is: every rule that fired. Writes nothing."""
    _, gate = gate_of(site, key)
    now = datetime.now(timezone.utc)
    outcome = gate.plan(gate.site.open(key), now)
    not_foreign(gate, outcome)
    show(gate, outcome, now, silent)


def show(gate: Gate, outcome: Outcome, now: datetime, silent: bool) -> None:
    """Print why an issue is judged as it is; also by the rules in shadow, where there are any."""
    assessment = outcome.assessment
    assert assessment is not None
    project = gate.projects[outcome.issue.project]
    book = project.book
    click.echo(_told(assessment, project.language))
    if outcome.status == "shadow":
        click.echo("\nThe book is in shadow: nothing of this is written.")
    for shadow in outcome.shadows:
        what = (
            "rules" if shadow.rulebook == book.digest else f"book {shadow.book}@{shadow.rulebook}"
        )
        if shadow.rulebook != assessment.rulebook:
            click.echo(f"\nWith the {what} in shadow:")
            click.echo(_told(shadow, project.language))
    if silent:
        click.echo("\n".join(render_assessment.silent(book.live(), assessment, now)))


def _told(assessment: Assessment, language: str) -> str:
    headlines = render_assessment.headlines(assessment, language)
    return "\n".join([*headlines, *render_assessment.fired(assessment)])


@main.command()
@SITE
@click.option("--recent", is_flag=True, help="Only what changed since the last pass.")
@plainly
def reconcile(site: str | None, recent: bool) -> None:
    """Find the issues whose decision is missing or stale, and queue them."""
    refused: list[str] = []
    for name in sites(settings(), site):
        done = reconcile_site(name, full=not recent)
        click.echo(f"{name}: {done.read} issues read, {done.queued} stale and queued")
        refused += [*done.refused, *done.stopped]
    if refused:
        fail(*refused)


@main.command()
@click.option("--post", is_flag=True, help="Write it as a comment; without, only show it.")
@click.option("--project", help="Only this project.")
@plainly
def report(post: bool, project: str | None) -> None:
    """Where the capacity of the last seven days went, against the targets."""
    found = settings()
    if project is not None and project not in found.projects:
        fail(f"no project {project}: sluice.yaml has {', '.join(found.projects)}")
    for key in [project] if project else found.projects:
        _report(found, key, post)


def _report(found: Settings, key: str, post: bool) -> None:
    project = found.projects[key]
    gate = runtime().gate(project.site)
    zone = ZoneInfo(project.report.timezone if project.report else "UTC")
    until = datetime.now(zone)
    result = gate.report(project, until)
    if not post:
        click.echo(report_comment(result, project.language) + "\n")
    elif project.report is None:
        fail(f"{key}: name the issue that takes the report under projects.{key}.report")
    else:
        said = gate.post(project, result)
        runtime().store(project.site).set_reported(key, until)
        click.echo(f"{key}: {result.week}: comment {said} on {project.report.issue}")


def gate_of(site: str | None, key: str) -> tuple[str, Gate]:
    """The gate of the site: named, or that of the key's project."""
    found = settings()
    project = found.projects.get(key.rsplit("-", 1)[0])
    name = project.site if project and site is None else site_of(found, site)
    return name, runtime().gate(name)


def not_foreign(gate: Gate, outcome: Outcome) -> None:
    """Exit with a word on an issue that the gate does not judge."""
    issue = outcome.issue
    if outcome.status == "foreign" and issue.project in gate.projects:
        fail(f"{issue.key}: it takes the weekly report, so it is no work to be judged")
    if outcome.status == "foreign":
        fail(f"{issue.key}: its project is not under the gate: add it in sluice.yaml")
