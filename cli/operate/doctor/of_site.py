"""Check a site: address, sign-in, fields, webhook, and each of its projects."""

from __future__ import annotations

import click

from cli.operate.doctor.of_fields import custom_problems
from cli.operate.doctor.of_project import project_problems
from cli.operate.doctor.of_webhooks import webhook_problems
from connector.client import Account, JiraBusy, JiraRefused, Site
from connector.layout.field_mapping import LayoutError
from connector.layout.priorities import Priorities
from connector.layout.site_fields import SiteFields
from connector.setup.account import default_priority
from connector.setup.address import scoped_token, wrong_address
from worker.settings.settings import Settings
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.team_models.status import Models
from worker.triage.site_triage import SiteTriage, open_site_triage


def site_problems(found: Settings, name: str) -> list[str]:
    """Return the problems of a site, a line each."""
    store = Store(found.redis_url, name)
    problems = _store_problems(store)
    site_triage = open_site_triage(found.sites[name], found.of_site(name))
    try:
        me = site_triage.site.display_name
    except (JiraBusy, JiraRefused) as error:
        return [*problems, f"{name}: {_not_signed_in(found.sites[name].account, error)}"]
    click.echo(f"{name}: signed in as {me}")
    default = found.sites[name].default_priority
    problems += [f"{name}: {one}" for one in _priority_problems(site_triage.site, default)]
    problems += [f"{name}: {one}" for one in webhook_problems(site_triage, store, name)]
    try:
        layouts = site_triage.site.layouts
    except (JiraBusy, JiraRefused, LayoutError) as error:
        return [*problems, f"{name}: {error}"]
    slots = [slot for one in layouts for slot in (one.kind, one.score, one.verdict)]
    shown = ", ".join(dict.fromkeys(slot.name for slot in slots))
    click.echo(f"{name}: fields found: {shown}")
    _say_new_keys(site_triage, name)
    models, fields = Models(found), SiteFields(site_triage.site.ask_list("field"))
    for key, project in site_triage.projects.items():
        problems += project_problems(site_triage, name, key, models, found.file)
        problems += [f"{name}: {key}: {one}" for one in custom_problems(project.book, fields)]
    return problems


def _say_new_keys(site_triage: SiteTriage, name: str) -> None:
    """Say which projects have another key in Jira than in sluice.yaml. All goes on."""
    try:
        renamed = site_triage.places.renamed()
    except (JiraBusy, JiraRefused):
        return  # said for each project
    for old, new in renamed:
        click.echo(f"{name}: {old} has the key {new} in Jira now. Sluice goes on under {old}")


def _not_signed_in(account: Account, error: JiraBusy | JiraRefused) -> str:
    """Return why the account is not signed in: a wrong address, or what Jira said."""
    if why := wrong_address(account):
        return why
    hint = scoped_token(account) if "answered 401" in str(error) else ""
    return f"{error}. {hint}" if hint else str(error)


def _store_problems(store: Store) -> list[str]:
    try:
        store.health()
        store.screens.forget()  # what an admin has mended is tried at once
    except StoreDown as error:
        return [str(error)]
    return []


def _priority_problems(site: Site, default: str) -> list[str]:
    """Return whether the site lacks a priority that sluice.yaml names, or gives another one."""
    try:
        known, given = site.priorities, default_priority(site)
    except (JiraBusy, JiraRefused) as error:
        return [str(error)]
    listed = ", ".join(one.name for one in known.listed)
    missing = [
        f"{setting}: Jira has no priority {word!r}. It has {listed}"
        for setting, word in (("default_priority", default), *_renamed(known))
        if not known.find(word)
    ]
    if missing or not given or known.find(given) == known.find(default):
        return missing
    return [
        f"default_priority: Jira gives a new issue {given}, and sluice.yaml says {default}: write "
        f"`default_priority: {given}`"
    ]


def _renamed(known: Priorities) -> list[tuple[str, str]]:
    """Return the names under `priorities`, each with the setting's."""
    return [("priorities", word) for word in known.words.values()]
