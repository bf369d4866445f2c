"""Check a project: model, report, edit screen, rights and account."""

from __future__ import annotations

from collections.abc import Iterator

import click

from connector.capacity.report_extra import lacks
from connector.client import JiraBusy, JiraRefused
from connector.layout.screen import screen_problems
from connector.setup.account import persons_account
from connector.setup.rights import missing_rights
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.verdicts import MILDEST
from worker.settings.settings import Project
from worker.store.model_values import SHIPS
from worker.store.redis import StoreDown
from worker.team_models.status import Models
from worker.triage import SiteTriage


def project_problems(
    site_triage: SiteTriage, name: str, key: str, models: Models, file: str
) -> list[str]:
    """Return the problems of a project of a site, a line each; `file` is sluice.yaml."""
    project = site_triage.projects[key]
    _say_report_lacks(name, project)
    return [
        *_model_problems(name, project, models),
        *_screen_problems(site_triage, name, key, f"{file}:{project.line}"),
        *_report_problems(site_triage, name, key),
        *(f"{name}: {problem}" for problem in _account_problems(site_triage, project)),
    ]


def _account_problems(site_triage: SiteTriage, project: Project) -> Iterator[str]:
    """Yield the rights that the account lacks, and signs that it is a person's."""
    site, report = site_triage.site, project.report
    try:
        yield from missing_rights(site, project.key)
        if told := persons_account(site, project.key, {report.issue} if report else ()):
            yield told
    except JiraRefused:
        return  # the project can't be read: said already
    except JiraBusy as error:
        yield f"{project.key}: {error}"


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
        layout = site_triage.site.layout_of(key)
        priorities = [*(band.priority for band in bands), layout.default_priority] if bands else []
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
