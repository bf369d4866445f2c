"""`sluice model forget`: leave decisions of people out of the next training."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import click

from cli.app import fail, plainly, settings
from cli.issues import is_called
from cli.model.team.shelves import opened, project_of, who
from connector.client import JiraBusy, JiraRefused
from rules.facts.times import moment
from worker.settings.settings import Project
from worker.store.models.values import Forget, Scope
from worker.tasks import this_process
from worker.team_models import actions, disk

_KEY = re.compile(r"[A-Z][A-Z0-9_]+-[0-9]{1,12}")


@click.command()
@click.argument("project")
@click.option("--by", "account", help="Forget the decisions of this account, by its id in Jira.")
@click.option("--issue", help="Forget the decisions on this issue, such as SHOP-12.")
@click.option("--since", help="Forget the decisions from this day or time until now.")
@click.option("--undo", is_flag=True, help="Learn from these decisions again.")
@plainly
def forget(
    project: str, account: str | None, issue: str | None, since: str | None, undo: bool
) -> None:
    """Leave decisions of people out of the next training, and so unlearn them.

    `sluice model history` shows what is left out. The next weekly training takes place even without
    new corrections; `sluice model train` does it at once.
    """
    found, now = settings(), datetime.now(UTC).replace(microsecond=0)
    chosen = project_of(found, project)
    one = Forget(*_asked(account, issue, since), now, who())
    if one.scope == "issue":
        one = replace(one, id=_id_of(chosen.site, one.value))
    sharing = [p for p in found.projects.values() if p.model_file == chosen.model_file]
    _possible(one, sharing)
    shelf, _ = opened(chosen, now)
    changed = actions.remember_again(shelf, one) if undo else actions.forget(shelf, one)
    assert chosen.model_file
    try:
        disk.write_memory(chosen.model_file, shelf.memory())
    except OSError as error:
        click.echo(f"sluice: {chosen.model_file}: {error.strerror}: only Redis has it", err=True)
    what = {"by": f"of {one.value}", "issue": f"on {one.value}", "since": f"since {one.value}"}
    decisions = f"{project}: decisions {what[one.scope]}"
    if undo and not changed:
        fail(f"{decisions} were not forgotten: see `sluice model history {project}`")
    end = "are learned from again" if undo else "will be forgotten"
    if not changed:
        end = "are left out already"
    click.echo(
        f"{decisions} {end}: with the next weekly training, or now with "
        f"`sluice model train {project}`"
    )


def _asked(account: str | None, issue: str | None, since: str | None) -> tuple[Scope, str]:
    """Return what to forget. Exits unless it is exactly one thing."""
    if sum(given is not None for given in (account, issue, since)) != 1:
        fail("name one of --by ACCOUNT, --issue KEY or --since DATE")
    if account is not None:
        if not account.strip():
            fail("--by needs the id of an account in Jira")
        return "by", account.strip()
    if issue is not None:
        if not _KEY.fullmatch(issue):
            fail(f"--issue {issue} is not the key of an issue, such as SHOP-12")
        return "issue", issue
    found = moment(since)
    if found is None:
        fail(f"--since {since} is not a day or time: write one such as 2026-11-23")
    return "since", found.astimezone(UTC).isoformat(timespec="seconds")


def _id_of(site: str, key: str) -> str:
    """Return an issue's id in Jira; empty if Jira does not tell, so that the key alone is kept."""
    try:
        return this_process().site_triage(site).site.id_of(key)
    except (JiraBusy, JiraRefused):
        return ""


def _possible(one: Forget, projects: list[Project]) -> None:
    """Exit if no decision can match: the issue is of another project, or the day is to come."""
    named = one.value.rpartition("-")[0]
    if one.scope == "issue" and not any(p.key == named or is_called(p, named) for p in projects):
        keys = ", ".join(p.key for p in projects)
        fail(f"--issue {one.value} is not of {keys}: the model learns from no other")
    if one.scope == "since" and datetime.fromisoformat(one.value) > one.at:
        fail(f"--since {one.value} is in the future: there is no decision yet")
