"""`sluice triage`, `explain`, `reconcile` and `report`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import click

from connector.layout import Layout
from connector.report import report_comment
from connector.update import Update
from rules.explain import why_not
from rules.issue import Assessment
from worker.cli.group import fail, main, plainly, settings, site_of, sites
from worker.pipeline import Gate, Outcome
from worker.settings import Settings
from worker.store import Locked
from worker.tasks import reconcile_site, runtime

MAX_CLAUSE = 150

SITE = click.option("--site", help="Which site, where sluice.yaml has several.")


@main.command()
@click.argument("key")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "raw", is_flag=True, help="Show the body of the write as Jira gets it.")
@SITE
@plainly
def triage(key: str, dry_run: bool, raw: bool, site: str | None) -> None:
    """Triage one issue now."""
    name, gate = _gate(site, key)
    now = datetime.now(timezone.utc)
    try:
        outcome = _triage(name, gate, key, now, dry_run)
    except Locked:
        fail(f"a worker is at {key} right now: try again in a moment")
    _not_foreign(gate, outcome)
    assert outcome.assessment is not None
    click.echo("\n".join(_headlines(outcome.assessment)))
    if outcome.update is None:
        click.echo("Nothing to write: the issue says so already.")
        return
    click.echo("Would write:" if dry_run else "Written:")
    if raw:
        click.echo(json.dumps(outcome.update.body(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_changes(outcome.update, outcome.assessment, gate.site.layout)))


def _changes(update: Update, assessment: Assessment, layout: Layout) -> Iterator[str]:
    """Each field with its value before and after, then the comment as it will read."""
    slots = {"kind": layout.kind, "verdict": layout.verdict, "score": layout.score}
    names = {name: (slot.id, slot.name) for name, slot in slots.items()}
    for name, (field, shown) in {**names, "priority": ("priority", "Priority")}.items():
        if field in update.fields:
            held = (getattr(assessment.issue.managed, name), getattr(assessment.proposed, name))
            before, after = (layout.shown(str(v)) if v is not None else "empty" for v in held)
            yield f"  {shown}: {before} → {after}"
    for operation in update.update.get("comment", ()):
        for verb, comment in operation.items():
            yield f"  comment, {'new' if verb == 'add' else 'edited'}:"
            yield from (f"    {line}" for line in comment["body"].splitlines())


def _triage(name: str, gate: Gate, key: str, now: datetime, dry_run: bool) -> Outcome:
    if dry_run:
        return gate.triage(key, now, dry_run=True)
    issue = gate.site.open(key)
    with runtime().store(name).lock(issue.id):
        # Read again: until the lock was ours, a worker may have written.
        return gate.triage(issue.id, now)


@main.command()
@click.argument("key")
@click.option(
    "--why-not", "silent", is_flag=True, help="Also the rules that did not fire, and why."
)
@SITE
@plainly
def explain(key: str, silent: bool, site: str | None) -> None:
    """Show why an issue is judged as it is: every rule that fired. Writes nothing."""
    _, gate = _gate(site, key)
    now = datetime.now(timezone.utc)
    outcome = gate.triage(key, now, dry_run=True)
    _not_foreign(gate, outcome)
    assessment = outcome.assessment
    assert assessment is not None
    click.echo("\n".join([*_headlines(assessment), *_fired(assessment)]))
    if silent:
        book = gate.projects[outcome.issue.project].book
        click.echo("\nRules that did not fire:")
        for silence in why_not(book, assessment, now):
            click.echo(f"  {silence.rule}")
            for clause, saw in silence.failed:
                click.echo(f"      {_short(clause)}\n          saw: {saw}")


def _short(clause: str) -> str:
    return clause if len(clause) <= MAX_CLAUSE else f"{clause[:MAX_CLAUSE]}…"


def _headlines(assessment: Assessment) -> list[str]:
    issue, decision, kind = assessment.issue, assessment.decision, assessment.classification
    measures = ", ".join(f"{name} {value:g}" for name, value in assessment.measures.items())
    words = {"kind": "class", "verdict": "gate"}
    kept = {words.get(k, k): v for k, v in vars(issue.kept).items() if v is not None}
    return [
        f"{issue.key}  {issue.summary}",
        f"  class     {kind.kind} (confidence {kind.confidence:.2f}, by {kind.source})",
        f"  score     {assessment.score:g} of 100 ({measures})",
        f"  gate      {decision.verdict}",
        f"  priority  {decision.priority or 'left alone'}",
        *([f"  kept      {', '.join(f'{k} {v}' for k, v in kept.items())}"] if kept else []),
        f"  rulebook  {assessment.book}@{assessment.rulebook}",
    ]


def _fired(assessment: Assessment) -> list[str]:
    width = max((len(f.rule) for f in assessment.firings), default=0)
    lines = [
        f"  {f.rule:<{width}}  {f.effect}\n  {'':<{width}}  {f.because}" for f in assessment.firings
    ]
    return ["", "Rules that fired:", *(lines or ["  none"])]


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
        refused += done.refused
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


def _gate(site: str | None, key: str) -> tuple[str, Gate]:
    """The gate of the site: named, or that of the key's project."""
    found = settings()
    project = found.projects.get(key.rsplit("-", 1)[0])
    name = project.site if project and site is None else site_of(found, site)
    return name, runtime().gate(name)


def _not_foreign(gate: Gate, outcome: Outcome) -> None:
    issue = outcome.issue
    if outcome.status == "foreign" and issue.project in gate.projects:
        fail(f"{issue.key}: it takes the weekly report, so it is no work to be judged")
    if outcome.status == "foreign":
        fail(f"{issue.key}: its project is not under the gate: add it in sluice.yaml")
