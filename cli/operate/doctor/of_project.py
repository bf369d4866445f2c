"""Check a project: model, report, edit screen, rights and account."""

from __future__ import annotations

from collections.abc import Iterator

import click

from connector.capacity.report_extra import lacks
from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import Layout, LayoutError
from connector.setup.account import persons_account
from connector.setup.rights import ATTACH, missing_rights
from connector.setup.screens import check_screens, type_screens
from connector.setup.telling import telling_problems
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.verdicts import MILDEST
from worker.settings.settings import Project
from worker.store.models.values import SHIPS
from worker.store.redis import StoreDown
from worker.team_models.status import Models
from worker.triage.site_triage import SiteTriage


def project_problems(
    site_triage: SiteTriage, name: str, key: str, models: Models, file: str
) -> list[str]:
    """Return the problems of a project of a site, a line each; `file` is sluice.yaml."""
    project = site_triage.projects[key]
    _say_report_lacks(name, project)
    return [
        *_model_problems(name, project, models),
        *_id_problems(site_triage, name, key, f"{file}:{project.line}"),
        *_screen_problems(site_triage, name, key, f"{file}:{project.line}"),
        *_report_problems(site_triage, name, key),
        *(f"{name}: {problem}" for problem in _account_problems(site_triage, project)),
    ]


def _id_problems(site_triage: SiteTriage, name: str, key: str, place: str) -> list[str]:
    """Return whether Jira has no project with the `id` in sluice.yaml: then none is triaged."""
    id = site_triage.projects[key].id
    try:
        if not id or site_triage.places.place(key):
            return []
    except (JiraBusy, JiraRefused) as error:
        return [f"{name}: {key}: {error}"]
    return [
        f"{place}: {name}: {key}: Jira has no project with the id {id}, or the account may not see "
        "it: correct `id`, or remove it"
    ]


def _account_problems(site_triage: SiteTriage, project: Project) -> Iterator[str]:
    """Yield the rights that the account lacks, and signs that it is a person's.

    Each is asked for by itself: what Jira refuses to tell hides nothing else.
    """
    site, report, key = site_triage.site, project.report, _key_of_today(site_triage, project.key)
    not_these = {report.issue} if report else set()
    for found in (
        lambda: missing_rights(site, key),
        lambda: telling_problems(site, key, project.telling),
        lambda: filter(None, [persons_account(site, key, not_these)]),
    ):
        try:
            yield from found()
        except JiraRefused:
            continue  # if the project can't be read, that is said already
        except JiraBusy as error:
            yield f"{project.key}: {error}"
            return


def _key_of_today(site_triage: SiteTriage, key: str) -> str:
    """Return the key that a project of sluice.yaml has in Jira, which `id` may decide."""
    place = site_triage.places.place(key)
    return place.key if place else key


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
            there = report.issue.rpartition("-")[0]
            for line in missing_rights(site_triage.site, there, ATTACH):
                click.echo(f"{name}: {line}")  # the comment is posted all the same
    except (JiraBusy, JiraRefused) as error:
        return [f"{name}: {key}: the issue of its report, {report and report.issue}: {error}"]
    return []


def _screen_problems(site_triage: SiteTriage, name: str, key: str, place: str) -> list[str]:
    """Return the problems of writing on a project's issues; `place` is its line in the settings."""
    project, site = site_triage.projects[key], site_triage.site
    try:
        layout, today = site.layout_of(key), _key_of_today(site_triage, key)
        # Without bands no priority is ever written, so no screen has to have it.
        bands = [band.priority for band in project.book.bands]
        priorities = [*dict.fromkeys([*bands, layout.default_priority])] if bands else []
        found = check_screens(type_screens(site, today), layout, priorities, _used(project))
    except JiraRefused as error:
        advice = "Correct the key of the project, or let Sluice's account browse it"
        return [f"{place}: {name}: {key}: {str(error).rstrip('.')}. {advice}"]
    except (JiraBusy, LayoutError) as error:
        return [f"{name}: {key}: {error}"]
    for remark in found.remarks:
        click.echo(f"{name}: {key}: {remark}")
    return [f"{name}: {key}: {one}" for one in (*found.problems, *_points(project, layout))]


def _points(project: Project, layout: Layout) -> list[str]:
    """Return what is wrong with the fields for story points, if anything reads points."""
    books = [book for book in (project.book, project.candidate) if book]
    reads = project.capacity.unit == "points" or any(book.asks("points") for book in books)
    return [layout.points.problem] if reads and layout.points.problem else []


def _used(project: Project) -> set[str]:
    """Return the classes and verdicts that Sluice may write on a project's issues."""
    votes = {str(kind) for rule in project.book.rules for kind in rule.votes}
    gates = {str(rule.gate) for rule in project.book.rules if rule.gate}
    model = project.model.labels if project.book.classify.model else ()
    return {*project.targets, *votes, *model, UNDECIDED, *gates, MILDEST}
