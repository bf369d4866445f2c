"""`sluice check`: check the set-up."""

from __future__ import annotations

import click

from cli.app import fail, settings
from connector.capacity.report_extra import lacks
from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import LayoutError, screen_problems
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.plural import many
from rules.vocabulary.verdicts import MILDEST
from worker.settings.settings import Project, Settings
from worker.store.broker import Broker
from worker.store.model_values import SHIPS
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.team_models.status import Models
from worker.triage import SiteTriage, open_site_triage


@click.command()
def check() -> None:
    """Check the settings, rule files, sites and Redis, and report all problems."""
    found = settings()
    click.echo(
        f"{found.file}: {many(len(found.sites), 'site')}, "
        f"{many(len(found.projects), 'project')}: well-formed"
    )
    wrong = [problem for name in found.sites for problem in _site_problems(found, name)]
    wrong += _queue_problems(found)
    if wrong:
        fail(*wrong)
    click.echo("all is well")


def _queue_problems(found: Settings) -> list[str]:
    """Return the problems of the queue, if it is not in the store's Redis."""
    try:
        if not found.queue_in_store:
            Broker(found.broker_url).waiting()
    except StoreDown as error:
        return [f"SLUICE_BROKER_URL: {error}"]
    return []


def _site_problems(found: Settings, name: str) -> list[str]:
    """Return the problems of a site, a line each."""
    problems = []
    try:
        Store(found.redis_url, name).health()
    except StoreDown as error:
        problems.append(str(error))
    site_triage = open_site_triage(found.sites[name], found.of_site(name))
    try:
        layout, me = site_triage.site.layout, site_triage.site.display_name
    except (JiraBusy, JiraRefused, LayoutError) as error:
        return [*problems, f"{name}: {error}"]
    shown = ", ".join(slot.name for slot in (layout.kind, layout.score, layout.verdict))
    click.echo(f"{name}: signed in as {me}; fields found: {shown}")
    models = Models(found)
    for key, project in site_triage.projects.items():
        problems += _model_problems(name, project, models)
        _say_report_lacks(name, project)
        place = f"{found.file}:{project.line}"
        problems += [
            *_screen_problems(site_triage, name, key, place),
            *_report_problems(site_triage, name, key),
        ]
    return problems


def _model_problems(site: str, project: Project, models: Models) -> list[str]:
    """Return the problems of a team's model. That there is none yet is no problem, but said."""
    try:
        found = models.of(project.key)
    except StoreDown:
        return []  # said already
    if found is None:
        return []
    if found.in_use == SHIPS and found.trial is None and found.beside is None:
        click.echo(
            f"{site}: {project.key}: there is no model of the team {project.model_file} yet, so "
            f"what ships is used. `sluice model train {project.key}` creates it"
        )
    return [f"{site}: {project.key}: {problem}" for problem in found.wrong]


def _say_report_lacks(site: str, project: Project) -> None:
    """Say what a project's weekly report lacks on this machine. It is posted all the same."""
    if project.report and (missing := lacks(project.language)):
        click.echo(f"{site}: {project.key}: {missing}")


def _report_problems(site_triage: SiteTriage, name: str, key: str) -> list[str]:
    """Return the problems of the issue that takes a project's reports."""
    report = site_triage.projects[key].report
    try:
        if report:
            site_triage.site.note(report.issue, "")
    except (JiraBusy, JiraRefused) as error:
        return [f"{name}: {key}: the issue of its report, {report and report.issue}: {error}"]
    return []


def _screen_problems(site_triage: SiteTriage, name: str, key: str, place: str) -> list[str]:
    """Return the problems of writing on a project's issues; `place` is its line in the settings."""
    bands = site_triage.projects[key].book.bands
    try:
        screen = site_triage.site.screen(key)
        if screen is None:
            click.echo(f"{name}: {key} has no issue yet: its edit screen can't be checked")
            return []
        layout = site_triage.site.layout
        priorities = [*(band.priority for band in bands), layout.default_priority]
        used = _used(site_triage.projects[key])
        problems = screen_problems(screen, layout, dict.fromkeys(priorities), used)
    except JiraRefused as error:
        advice = "Correct the key of the project, or let Sluice's account browse it"
        return [f"{place}: {name}: {key}: {str(error).rstrip('.')}. {advice}"]
    except JiraBusy as error:
        problems = [str(error)]
    return [f"{name}: {key}: {problem}" for problem in problems]


def _used(project: Project) -> set[str]:
    """Return the classes and verdicts that Sluice may write on a project's issues."""
    votes = {str(kind) for rule in project.book.rules for kind in rule.votes}
    gates = {str(rule.gate) for rule in project.book.rules if rule.gate}
    model = project.model.labels if project.book.classify.model else ()
    return {*project.targets, *votes, *model, UNDECIDED, *gates, MILDEST}
